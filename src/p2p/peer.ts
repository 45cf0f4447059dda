import { ClaimedMessages } from './capability-messages.ts'
import { DisconnectReason } from './disconnect.ts'
import { CapabilityNotSharedError } from './errors.ts'
import type { CapabilityMessages } from './capability-messages.ts'
import type { SharedCapability } from './capability.ts'
import type { Hello } from './hello.ts'
import type { SessionEnd } from './session-options.ts'
import type { Session } from './session.ts'
import type { AbortOptions } from '@libp2p/interface'

/** A running peer: its identity is proven and its capabilities are agreed. */
export interface Peer {
  /** 64 bytes: its node id. */
  readonly remoteId: Uint8Array

  /** What it said of itself. */
  readonly hello: Hello
  readonly shared: SharedCapability[]

  /** Resolves when the connection is gone; never rejects. */
  readonly closed: Promise<SessionEnd>

  /**
   * Claims a shared capability.
   *
   * @throws {CapabilityNotSharedError}
   * @throws {CapabilityInUseError}
   */
  capability (name: string): CapabilityMessages

  /**
   * The round-trip time of a devp2p Ping, in milliseconds. The first one waits until the
   * peer has sent a capability's message, or for the Ping interval.
   *
   * @throws {SessionClosedError}
   */
  ping (options?: AbortOptions): Promise<number>

  /**
   * Tells the peer why and resolves once the connection is gone.
   *
   * @param reason - one of `DisconnectReason`, by default "requested"
   */
  disconnect (reason?: number): Promise<void>
}

/** A session as those without libp2p use it. */
export class SessionPeer implements Peer {
  readonly remoteId: Uint8Array
  readonly #session: Session

  constructor (remoteId: Uint8Array, session: Session) {
    this.remoteId = remoteId
    this.#session = session
  }

  get hello (): Hello {
    return this.#session.hello
  }

  get shared (): SharedCapability[] {
    return this.#session.channels.capabilities
  }

  get closed (): Promise<SessionEnd> {
    return this.#session.closed
  }

  capability (name: string): CapabilityMessages {
    const channel = this.#session.channels.get(name)

    if (channel == null) {
      throw new CapabilityNotSharedError(`The capability ${name} is not shared with the peer`)
    }

    return new ClaimedMessages({
      channel,
      disconnect: (reason, err) => { void this.#session.disconnect(reason, err) }
    })
  }

  async ping (options?: AbortOptions): Promise<number> {
    return this.#session.ping(options)
  }

  async disconnect (reason: number = DisconnectReason.requested): Promise<void> {
    await this.#session.disconnect(reason)
  }
}
