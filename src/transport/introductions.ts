import { fromString } from 'uint8arrays/from-string'
import { LIBP2P_1 } from '../muxer/constants.ts'
import { isCapability, protocolOf } from '../muxer/protocol.ts'
import { hasSession } from '../muxer/sessions.ts'
import { IDENTIFY_WAIT } from './constants.ts'
import type { Capability } from '../p2p/capability.ts'
import type { Session } from '../p2p/session.ts'
import type { ComponentLogger, Connection, IdentifyResult, Libp2pEvents, Logger, PeerId, PeerStore, TypedEventTarget } from '@libp2p/interface'
import type { Registrar } from '@libp2p/interface-internal'

export interface IntroductionsComponents {
  peerStore: PeerStore
  registrar: Pick<Registrar, 'getProtocols'>
  events: TypedEventTarget<Libp2pEvents>
  logger: ComponentLogger
}

interface Introduction {
  peerId: PeerId
  session: Session

  /** The shared capabilities, as protocols. */
  protocols: string[]

  /** Whether identify runs on the connection, and has not told yet what it knows. */
  awaited: boolean
  connection?: Connection
  timer?: ReturnType<typeof setTimeout>
}

/** The events that we dispatched, of all transports of a node. */
const ours = new WeakSet<IdentifyResult>()

/** How identify's protocol ends, whatever it begins with. */
const IDENTIFY = '/id/1.0.0'

/**
 * Tells libp2p of a peer what identify would have told: the peer store gets its capabilities
 * and what it calls itself, and topologies hear of it by the event `peer:identify`.
 */
export class Introductions {
  readonly #components: IntroductionsComponents
  readonly #capabilities: Capability[]
  readonly #log: Logger
  readonly #introductions = new Set<Introduction>()

  constructor (components: IntroductionsComponents, capabilities: Capability[]) {
    this.#components = components
    this.#capabilities = capabilities
    this.#log = components.logger.forComponent('libp2p:rlpx:introductions')
  }

  start (): void {
    this.#components.events.addEventListener('connection:open', this.#onOpen)
    this.#components.events.addEventListener('peer:identify', this.#onIdentify)
  }

  stop (): void {
    this.#components.events.removeEventListener('connection:open', this.#onOpen)
    this.#components.events.removeEventListener('peer:identify', this.#onIdentify)
  }

  /** Stores what Hello said, and waits for the session to become a connection. */
  async prepare (peerId: PeerId, session: Session): Promise<void> {
    const { channels, hello } = session
    const libp2p = channels.get(LIBP2P_1.name) != null
    const { registrar, peerStore } = this.#components

    const introduction = {
      peerId,
      session,
      protocols: channels.capabilities.filter(({ name }) => name !== LIBP2P_1.name).map(protocolOf),
      awaited: libp2p && registrar.getProtocols().some(protocol => protocol.endsWith(IDENTIFY))
    }

    this.#introductions.add(introduction)
    void session.closed.then(() => { this.#forget(introduction) })

    // identify replaces all protocols, so ours come after it
    if (!introduction.awaited) {
      await this.#storeProtocols(introduction)
    }

    await peerStore.merge(peerId, {
      metadata: {
        Devp2pClientId: fromString(hello.clientId),
        Devp2pVersion: fromString(`${hello.version}`),
        ...(libp2p ? {} : { AgentVersion: fromString(hello.clientId) })
      }
    })
  }

  /** In place of other versions of our capabilities, which the peer may have spoken before. */
  async #storeProtocols ({ peerId, protocols }: Introduction): Promise<void> {
    const { peerStore } = this.#components
    const known = await peerStore.has(peerId) ? (await peerStore.get(peerId)).protocols : []
    const others = known.filter(protocol => !isCapability(protocol, this.#capabilities))

    await peerStore.patch(peerId, { protocols: [...others, ...protocols] })
  }

  readonly #onOpen = ({ detail: connection }: CustomEvent<Connection>): void => {
    const introduction = [...this.#introductions].find(({ session }) => hasSession(connection, session))

    if (introduction == null) {
      return
    }

    introduction.connection = connection

    if (introduction.awaited) {
      introduction.timer = setTimeout(() => { this.#tell(introduction, []) }, IDENTIFY_WAIT)
    } else {
      this.#dispatch(introduction, introduction.protocols)
    }
  }

  readonly #onIdentify = ({ detail }: CustomEvent<IdentifyResult>): void => {
    if (ours.has(detail)) {
      return
    }

    for (const introduction of this.#introductions) {
      const { awaited, connection, peerId } = introduction

      // by any connection, and at any time, identify replaces what is known of a peer
      if (peerId.equals(detail.peerId) && (!awaited || connection === detail.connection)) {
        this.#tell(introduction, detail.protocols)
      }
    }
  }

  /** Once identify has spoken, or has had its time: what it did not say. */
  #tell (introduction: Introduction, told: string[]): void {
    clearTimeout(introduction.timer)
    introduction.awaited = false
    this.#restore(introduction)

    const missing = introduction.protocols.filter(protocol => !told.includes(protocol))

    if (missing.length > 0) {
      this.#dispatch(introduction, missing)
    }
  }

  #restore (introduction: Introduction): void {
    this.#storeProtocols(introduction).catch((err) => {
      this.#log.error('could not store the capabilities of %p - %e', introduction.peerId, err)
    })
  }

  /** Once everybody has heard of what led to it. */
  #dispatch ({ peerId, session, connection }: Introduction, protocols: string[]): void {
    queueMicrotask(() => {
      if (connection?.status !== 'open') {
        return
      }

      const detail: IdentifyResult = { peerId, connection, protocols, listenAddrs: [], agentVersion: session.hello.clientId }

      ours.add(detail)
      this.#components.events.safeDispatchEvent('peer:identify', { detail })
    })
  }

  #forget (introduction: Introduction): void {
    clearTimeout(introduction.timer)
    this.#introductions.delete(introduction)
  }
}
