import { matchCapabilities } from './capability.ts'
import { Channel } from './channel.ts'
import { ProtocolBreachError, UnclaimedCapabilityError } from './errors.ts'
import type { Capability, CapabilityId, SharedCapability } from './capability.ts'
import type { ChannelSession } from './channel.ts'
import type { SessionObserver } from './observer.ts'
import type { SessionEnd } from './session-options.ts'

/** All the channels of a session, and how full they are. */
export class Channels implements Iterable<Channel> {
  readonly #session: ChannelSession
  readonly #maxBufferedBytes: number
  readonly #observer?: SessionObserver
  readonly #overfull = new Set<Channel>()
  #channels: Channel[] = []

  constructor (session: ChannelSession, maxBufferedBytes: number, observer?: SessionObserver) {
    this.#session = session
    this.#maxBufferedBytes = maxBufferedBytes
    this.#observer = observer
  }

  get size (): number {
    return this.#channels.length
  }

  get capabilities (): SharedCapability[] {
    return this.#channels.map(({ capability }) => capability)
  }

  /** Whether a channel's reader is so far behind that no more should be read. */
  get overfull (): boolean {
    return this.#overfull.size > 0
  }

  [Symbol.iterator] (): Iterator<Channel> {
    return this.#channels[Symbol.iterator]()
  }

  /** Makes a channel of each capability that both sides list. */
  match (ours: Capability[], theirs: CapabilityId[]): void {
    this.#channels = matchCapabilities(ours, theirs).map((capability) => new Channel(capability, this.#session, this.#observer))
  }

  get (name: string): Channel | undefined {
    return this.#channels.find(({ capability }) => capability.name === name)
  }

  /**
   * The channel that a message id of the session belongs to.
   *
   * @throws {ProtocolBreachError}
   */
  of (id: number): Channel {
    const channel = this.#channels.find(({ capability: { offset, length } }) => id >= offset && id < offset + length)

    if (channel == null) {
      throw new ProtocolBreachError(`Message ${id} was received, which is of no shared capability`)
    }

    return channel
  }

  /**
   * Looks whether a channel that nobody has has room for a message, before anything is made of it.
   *
   * @throws {UnclaimedCapabilityError}
   */
  expect (channel: Channel, payloadLength: number): void {
    if (channel.unclaimedWith(payloadLength) > this.#maxBufferedBytes) {
      throw new UnclaimedCapabilityError(`The peer sent more for ${channel.capability.name}/${channel.capability.version} than is kept while nobody reads it`)
    }
  }

  /** Looks again at how much a channel holds. */
  measure (channel: Channel): void {
    // where there is no reader, none is behind
    if (channel.bufferedBytes < this.#maxBufferedBytes || !channel.claimed) {
      this.#overfull.delete(channel)
    } else {
      this.#overfull.add(channel)
    }
  }

  drained (): void {
    for (const channel of this.#channels) {
      channel.drained()
    }
  }

  ended (end: SessionEnd): void {
    for (const channel of this.#channels) {
      channel.ended(end)
    }
  }
}
