import { fromString } from 'uint8arrays/from-string'
import { LIBP2P_1 } from '../muxer/constants.ts'
import { isCapability, protocolOf } from '../muxer/protocol.ts'
import { hasSession } from '../muxer/sessions.ts'
import { IDENTIFY_WAIT } from './constants.ts'
import type { Capability, CapabilityId } from '../p2p/capability.ts'
import type { Session } from '../p2p/session.ts'
import type { ComponentLogger, Connection, IdentifyResult, Libp2pEvents, Logger, PeerData, PeerId, PeerStore, PeerUpdate, TypedEventTarget } from '@libp2p/interface'
import type { Registrar } from '@libp2p/interface-internal'

export interface IntroductionsComponents {
  peerId: PeerId
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

  async start (): Promise<void> {
    const { events } = this.#components

    events.addEventListener('connection:open', this.#onOpen)
    events.addEventListener('peer:identify', this.#onIdentify)

    if (this.#capabilities.includes(LIBP2P_1)) {
      events.addEventListener('self:peer:update', this.#onSelfUpdate)
      await this.#advertise()
    }
  }

  async stop (): Promise<void> {
    const { events, peerId, peerStore, registrar } = this.#components

    events.removeEventListener('connection:open', this.#onOpen)
    events.removeEventListener('peer:identify', this.#onIdentify)
    events.removeEventListener('self:peer:update', this.#onSelfUpdate)

    if (this.#capabilities.includes(LIBP2P_1)) {
      await peerStore.patch(peerId, { protocols: registrar.getProtocols() })
    }
  }

  /** Stores what Hello said, and waits for the session to become a connection. */
  async prepare (peerId: PeerId, session: Session): Promise<void> {
    const { channels, hello } = session
    const libp2p = channels.get(LIBP2P_1.name) != null
    const { registrar, peerStore } = this.#components

    const introduction = {
      peerId,
      session,
      protocols: capabilityProtocols(channels.capabilities),
      awaited: libp2p && registrar.getProtocols().some(protocol => protocol.endsWith(IDENTIFY))
    }

    this.#introductions.add(introduction)
    void session.closed.then(() => { this.#forget(introduction) })

    const metadata = {
      Devp2pClientId: fromString(hello.clientId),
      Devp2pVersion: fromString(`${hello.version}`),
      ...(libp2p ? {} : { AgentVersion: fromString(hello.clientId) })
    }

    // identify replaces all protocols, so ours come after it
    await (introduction.awaited ? peerStore.merge(peerId, { metadata }) : this.#store(introduction, [], { metadata }))
  }

  /**
   * Has identify tell those who speak `libp2p/1` too of our capabilities. Where it left out those that have no
   * handler, it would take from a topology what the stream of one had just told.
   */
  async #advertise (): Promise<void> {
    const { peerId, peerStore } = this.#components

    await peerStore.merge(peerId, { protocols: capabilityProtocols(this.#capabilities) })
  }

  /** Whoever stops handling a protocol stores only those that are handled. */
  readonly #onSelfUpdate = ({ detail: { peer } }: CustomEvent<PeerUpdate>): void => {
    if (capabilityProtocols(this.#capabilities).some(protocol => !peer.protocols.includes(protocol))) {
      this.#advertise().catch((err) => { this.#log.error('could not store our capabilities - %e', err) })
    }
  }

  /**
   * Its protocols, in place of other versions of our capabilities, which the peer may have spoken before, but for those
   * that it told of itself. Each turn at the peer store waits for locks: mostly one is enough.
   */
  async #store ({ peerId, protocols }: Introduction, told: string[], data: PeerData = {}): Promise<void> {
    const { peerStore } = this.#components
    const { protocols: known } = await peerStore.merge(peerId, { ...data, protocols })
    const left = known.filter(protocol => protocols.includes(protocol) || told.includes(protocol) || !isCapability(protocol, this.#capabilities))

    if (left.length < known.length) {
      await peerStore.patch(peerId, { protocols: left })
    }
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

    const missing = introduction.protocols.filter(protocol => !told.includes(protocol))

    if (missing.length > 0) {
      this.#dispatch(introduction, missing)
      this.#store(introduction, told).catch((err) => {
        this.#log.error('could not store the capabilities of %p - %e', introduction.peerId, err)
      })
    }
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

/** The capabilities as protocols, but for the one that is libp2p itself. */
function capabilityProtocols (capabilities: CapabilityId[]): string[] {
  return capabilities.filter(({ name }) => name !== LIBP2P_1.name).map(protocolOf)
}
