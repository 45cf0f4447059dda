import { MuxerClosedError, UnsupportedProtocolError } from '@libp2p/interface'
import { AbstractStreamMuxer } from '@libp2p/utils'
import { yamux } from '@libp2p/yamux'
import { raceSignal } from 'race-signal'
import { DisconnectReason } from '../p2p/disconnect.ts'
import { CapabilityInUseError, reasonOf } from '../p2p/errors.ts'
import { CapabilityStream } from './capability-stream.ts'
import { LIBP2P_1, PROTOCOL } from './constants.ts'
import { Libp2pLink } from './libp2p-link.ts'
import { guardProtocol, isCapability, protocolOf } from './protocol.ts'
import { rememberSession } from './sessions.ts'
import type { Capability } from '../p2p/capability.ts'
import type { Channel } from '../p2p/channel.ts'
import type { Session } from '../p2p/session.ts'
import type { AbortOptions, CreateStreamOptions, Libp2pEvents, MessageStream, MessageStreamDirection, TypedEventTarget } from '@libp2p/interface'
import type { AbstractStream, AbstractStreamMuxer as Muxer } from '@libp2p/utils'

/** What a muxer needs of the node, all of it optional. */
export interface CapabilityMuxerComponents {
  /** Who says which capabilities there are handlers for. */
  registrar?: { getProtocols (): string[] }

  /** Where new handlers are told of. */
  events?: TypedEventTarget<Libp2pEvents>
}

export interface CapabilityMuxerInit {
  /** Running, or about to be. */
  session: Session

  /** Ours, of all versions. */
  capabilities: Capability[]
  components: CapabilityMuxerComponents
}

/** Streams that other muxers keep until somebody listens. */
const MAX_EARLY_STREAMS = 10

/**
 * The shared capabilities of a session as libp2p streams, and behind `libp2p/1` any other
 * protocol. Capabilities that somebody handles are streams that the other side opened; the
 * others are there for who asks first.
 */
export class CapabilityMuxer extends AbstractStreamMuxer<AbstractStream> {
  readonly session: Session
  readonly #init: CapabilityMuxerInit
  readonly #libp2p?: { link: Libp2pLink, muxer: Muxer<AbstractStream> }

  /** Who has claimed a channel. */
  readonly #holders = new Map<Channel, CapabilityStream>()

  /** The protocols that had a handler when it was last looked at. */
  #handled = new Set<string>()
  #ids = 0

  constructor (maConn: MessageStream, init: CapabilityMuxerInit) {
    super(maConn, { protocol: PROTOCOL, name: 'devp2p', maxEarlyStreams: init.capabilities.length + MAX_EARLY_STREAMS })

    this.session = init.session
    this.#init = init
    this.#libp2p = init.capabilities.includes(LIBP2P_1) ? this.#embedLibp2p() : undefined

    rememberSession(this.streams, this.session)
    this.session.ready.then(() => { this.#onReady() }, (err) => { this.#libp2p?.link.onTransportClosed(err) })
  }

  /** What is read and written is the session's. */
  onData (): void {}

  async onCreateStream ({ protocol, ...options }: CreateStreamOptions): Promise<AbstractStream> {
    await raceSignal(this.session.ready, options.signal)

    if (!this.#isOpen) {
      throw new MuxerClosedError('The session has ended, or is ending')
    }

    const { channels } = this.session
    const channel = [...channels].find(({ capability }) => protocolOf(capability) === protocol)

    if (channel != null) {
      return this.#claim(channel, 'outbound')
    }

    if (this.#libp2p == null || channels.get(LIBP2P_1.name) == null || isCapability(protocol, this.#init.capabilities)) {
      const shared = channels.capabilities.map(protocolOf).join(', ')

      throw new UnsupportedProtocolError(`The peer shares ${shared} and not ${protocol ?? 'a choice of protocols'}`)
    }

    return guardProtocol(await this.#libp2p.muxer.createStream(options), this.#init.capabilities)
  }

  async close (options?: AbortOptions): Promise<void> {
    if (this.status !== 'open') {
      return
    }

    try {
      await super.close(options)
    } finally {
      await raceSignal(this.session.disconnect(DisconnectReason.requested), options?.signal)
      this.status = 'closed'
    }
  }

  abort (err: Error): void {
    if (this.status !== 'closed') {
      this.#libp2p?.muxer.abort(err)
      void this.session.disconnect(reasonOf(err, DisconnectReason.requested), err)
      super.abort(err)
    }
  }

  /** The streams have heard of it from the session, and close once they have been read. */
  onTransportClosed (): void {
    this.status = 'closed'
  }

  get #isOpen (): boolean {
    return this.status === 'open' && this.session.end == null
  }

  /** A muxer of libp2p's own, at once, so that whoever opens streams only has to wait. */
  #embedLibp2p (): { link: Libp2pLink, muxer: Muxer<AbstractStream> } {
    const { direction, log } = this.maConn
    const link = new Libp2pLink({ direction, log: log.newScope('libp2p'), disconnect: this.#disconnect })

    // the session has Pings of its own
    const muxer = yamux({ enableKeepAlive: false })().createStreamMuxer(link)
    muxer.addEventListener('stream', ({ detail }) => { this.onRemoteStream(guardProtocol(detail, this.#init.capabilities)) })

    return { link, muxer }
  }

  #onReady (): void {
    const channel = this.session.channels.get(LIBP2P_1.name)
    const { events } = this.#init.components

    if (channel == null) {
      this.#libp2p?.link.onTransportClosed()
    } else {
      this.#libp2p?.link.attach(channel)
    }

    this.#announce()
    events?.addEventListener('self:peer:update', this.#announce)
    void this.session.closed.then(() => { events?.removeEventListener('self:peer:update', this.#announce) })
  }

  /** Hands free capabilities to handlers that are new. */
  readonly #announce = (): void => {
    const handled = new Set(this.#init.components.registrar?.getProtocols())

    for (const channel of this.session.channels) {
      const protocol = protocolOf(channel.capability)

      if (handled.has(protocol) && !this.#handled.has(protocol) && this.#holderOf(channel) == null && this.#isOpen) {
        this.onRemoteStream(this.#claim(channel, 'inbound'))
      }
    }

    this.#handled = handled
  }

  /** @throws {CapabilityInUseError} */
  #claim (channel: Channel, direction: MessageStreamDirection): CapabilityStream {
    const holder = this.#holderOf(channel)

    if (holder != null) {
      throw new CapabilityInUseError(`The capability ${protocolOf(channel.capability)} is in use by ${holder}`)
    }

    const id = `${++this.#ids}`
    const log = this.log.newScope(`${direction}:${id}`)
    const stream = new CapabilityStream({ channel, id, direction, log, disconnect: this.#disconnect })

    this.#holders.set(channel, stream)
    stream.addEventListener('close', () => { this.#holders.delete(channel) })

    return stream
  }

  #holderOf (channel: Channel): string | undefined {
    if (channel.capability.name === LIBP2P_1.name) {
      return "libp2p's own streams"
    }

    const stream = this.#holders.get(channel)

    return stream == null ? undefined : `${stream.direction === 'inbound' ? 'its handler' : 'a stream that was opened'}, ${stream.id}`
  }

  readonly #disconnect = (reason: number, err: Error): void => {
    void this.session.disconnect(reason, err)
  }
}
