import { equals } from 'uint8arrays/equals'
import { MAX_FRAME_SIZE } from '../frame/index.ts'
import { Channels } from './channels.ts'
import { DISCONNECT, DISCONNECT_GRACE, EMPTY_LIST, FIRST_CAPABILITY_ID, HELLO, HELLO_TIMEOUT, MAX_BASE_PAYLOAD, MAX_BUFFERED_BYTES, MAX_UNSENT_PONGS, PING, PONG, SNAPPY_VERSION, WRITE_TIMEOUT } from './constants.ts'
import { Deadline } from './deadline.ts'
import { decodeDisconnect, DisconnectReason, encodeDisconnect, isFarewell } from './disconnect.ts'
import { DisconnectError, HelloTimeoutError, PingTimeoutError, ProtocolBreachError, reasonOf, SessionClosedError, UnexpectedIdentityError, UselessPeerError, WriteTimeoutError } from './errors.ts'
import { decodeHello, encodeHello } from './hello.ts'
import { Keepalive } from './keepalive.ts'
import { MessageWriter } from './message-writer.ts'
import { decodeMessage, inflate, inflatedLength } from './message.ts'
import type { Channel, ChannelSession } from './channel.ts'
import type { Hello } from './hello.ts'
import type { LinkListener, MessageLink } from './link.ts'
import type { Message } from './message.ts'
import type { SessionEnd, SessionInit } from './session-options.ts'
import type { AbortOptions } from '@libp2p/interface'

/**
 * A devp2p session over whatever carries its messages: Hello, then the shared capabilities,
 * Ping and Pong, until a Disconnect. It has timers and no I/O of its own.
 */
export class Session implements LinkListener<Uint8Array>, ChannelSession {
  /** Resolves once both Hellos are through; rejects where it does not come to that. */
  readonly ready: Promise<void>

  /** Resolves when the link is gone; never rejects. */
  readonly closed: Promise<SessionEnd>

  /** The shared capabilities; filled once `ready`. */
  readonly channels: Channels
  readonly #init: SessionInit
  readonly #link: MessageLink
  readonly #writer: MessageWriter
  readonly #keepalive: Keepalive
  readonly #ready = Promise.withResolvers<void>()
  readonly #closed = Promise.withResolvers<SessionEnd>()
  readonly #helloDeadline = new Deadline(() => { this.#fail(new HelloTimeoutError()) })
  #hello?: Hello
  #end?: SessionEnd
  #paused = false
  #unsentPongs = 0
  #graceTimer?: ReturnType<typeof setTimeout>

  constructor (init: SessionInit) {
    this.#init = init
    this.#link = init.link
    this.channels = new Channels(this, init.maxBufferedBytes ?? MAX_BUFFERED_BYTES, init.observer)
    this.ready = this.#ready.promise
    this.ready.catch(() => {})
    this.closed = this.#closed.promise
    this.#writer = new MessageWriter({
      link: init.link,
      timeout: init.writeTimeout ?? WRITE_TIMEOUT,
      onTimeout: () => { this.destroy(new WriteTimeoutError()) }
    })
    this.#keepalive = new Keepalive({
      interval: init.pingInterval,
      timeout: init.pingTimeout,
      sendPing: () => { this.#writer.write(PING, EMPTY_LIST) },
      onPong: (roundTrip) => { init.observer?.onPong(roundTrip) },
      onTimeout: () => { this.#fail(new PingTimeoutError()) }
    })

    this.#link.listener = this
  }

  /** What the other side said of itself. */
  get hello (): Hello {
    if (this.#hello == null) {
      throw new SessionClosedError('There is no Hello of the peer yet')
    }

    return this.#hello
  }

  /** How the session ended, or is ending. */
  get end (): SessionEnd | undefined {
    return this.#end
  }

  /** Sends our Hello and begins to read; does nothing where the session has ended before. */
  start (): void {
    if (this.#end != null) {
      return
    }

    this.#helloDeadline.start(this.#init.helloTimeout ?? HELLO_TIMEOUT)
    this.#writer.write(HELLO, encodeHello(this.#init.hello))
    this.#link.resume()
  }

  /** The round-trip time of a Ping, in milliseconds. */
  async ping (options?: AbortOptions): Promise<number> {
    this.#assertOpen()

    return this.#keepalive.ping(options)
  }

  /**
   * Sends a Disconnect, even in place of Hello, and resolves once the link is gone.
   *
   * @param reason - what the other side is told
   * @param error - what it is about, for those on our side
   */
  async disconnect (reason: number, error?: Error): Promise<void> {
    this.#close({ by: 'local', reason, error })
    await this.closed
  }

  /** Ends the session at once, without a Disconnect. */
  destroy (error?: Error): void {
    this.#close({ by: 'local', error })
    this.#link.destroy(error)
  }

  /** A channel asks to send a message. */
  send (id: number, payload: Uint8Array): boolean {
    this.#assertOpen()

    return this.#writer.write(id, payload)
  }

  /** A channel holds less than before. */
  onBuffered (channel: Channel): void {
    this.channels.measure(channel)
    this.#pauseOrResume()
  }

  onReceive (data: Uint8Array): void {
    // after a Disconnect, of either side, nothing has a meaning any more
    if (this.#end != null) {
      return
    }

    try {
      this.#handle(decodeMessage(data))
    } catch (err: any) {
      this.#fail(err)
    }
  }

  onDrain (): void {
    this.#writer.stopClock()
    this.#unsentPongs = 0
    this.#pauseOrResume()
    this.channels.drained()
  }

  onEnd (): void {
    this.#close({ by: 'remote', error: new SessionClosedError('The peer ended the connection without a Disconnect') })
  }

  onFail (err: Error): void {
    // neither geth nor reth answers a frame that makes no sense; after a Disconnect nothing has to
    if (this.#end == null) {
      this.destroy(err)
    }
  }

  onClose (err?: Error): void {
    const how = err == null ? 'ended' : `failed (${err.message})`
    const end = this.#close({ by: 'remote', error: new SessionClosedError(`The connection ${how} without a Disconnect`, { cause: err }) })

    clearTimeout(this.#graceTimer)
    this.#closed.resolve(end)
  }

  #handle ({ id, payload }: Message): void {
    if (id < FIRST_CAPABILITY_ID && payload.byteLength > MAX_BASE_PAYLOAD) {
      throw new ProtocolBreachError(`A message ${id} of ${payload.byteLength} bytes was received, the most is ${MAX_BASE_PAYLOAD}`)
    }

    if (id === DISCONNECT) {
      this.#onDisconnect(payload)
    } else if (this.#hello == null) {
      this.#onHello(id, payload)
    } else if (id >= FIRST_CAPABILITY_ID) {
      this.#onCapability(id, payload)
    } else if (id === PING) {
      this.#onPing()
    } else if (id === PONG) {
      this.#keepalive.pong()
    } else {
      throw new ProtocolBreachError(id === HELLO ? 'A second Hello was received' : `The reserved message ${id} was received`)
    }
  }

  #onHello (id: number, payload: Uint8Array): void {
    if (id !== HELLO) {
      throw new ProtocolBreachError(`Message ${id} was received before Hello`)
    }

    const hello = decodeHello(payload)

    // from here on the other side takes messages as both Hellos have it, a Disconnect too
    this.#hello = hello
    this.#writer.compressed = hello.version >= SNAPPY_VERSION

    if (this.#init.remoteId != null && !equals(hello.id, this.#init.remoteId)) {
      throw new UnexpectedIdentityError()
    }

    this.channels.match(this.#init.hello.capabilities, hello.capabilities)

    if (this.channels.size === 0) {
      throw new UselessPeerError()
    }

    this.#helloDeadline.stop()
    this.#link.maxMessageSize = MAX_FRAME_SIZE
    this.#keepalive.start()
    this.#ready.resolve()
  }

  #onDisconnect (payload: Uint8Array): void {
    const reason = decodeDisconnect(payload)
    const error = new DisconnectError(reason, 'remote', this.#hello == null ? 'in place of Hello' : undefined)

    this.#ready.reject(error)
    this.#close({ by: 'remote', reason, error: isFarewell(reason) ? undefined : error })
  }

  #onPing (): void {
    // who does not read sends Pings all the same
    this.#keepalive.heard()
    this.#writer.restartClock()

    if (!this.#writer.write(PONG, EMPTY_LIST) && ++this.#unsentPongs >= MAX_UNSENT_PONGS) {
      this.#pauseOrResume()
    }
  }

  #onCapability (id: number, payload: Uint8Array): void {
    const channel = this.channels.of(id)
    const { compressed } = this.#writer

    this.#keepalive.release()

    if (!channel.claimed) {
      this.channels.expect(channel, compressed ? inflatedLength(payload) : payload.byteLength)
    }

    channel.receive({ id: id - channel.capability.offset, payload: compressed ? inflate(payload) : payload })
    this.channels.measure(channel)
    this.#pauseOrResume()
  }

  /** Stops reading while a channel's reader, or the other side's, is behind. */
  #pauseOrResume (): void {
    const pause = this.channels.overfull || this.#unsentPongs >= MAX_UNSENT_PONGS

    if (pause === this.#paused || this.#end != null) {
      return
    }

    this.#paused = pause

    if (pause) {
      this.#keepalive.pause()
      this.#link.pause()
    } else {
      this.#keepalive.resume()
      this.#link.resume()
    }
  }

  #fail (err: Error): void {
    this.disconnect(reasonOf(err, DisconnectReason.breachOfProtocol), err).catch(() => {})
  }

  /** Once only: what ended a session first is why it ended. */
  #close (end: SessionEnd): SessionEnd {
    if (this.#end != null) {
      return this.#end
    }

    const error = end.error ?? new SessionClosedError()

    this.#end = end
    this.#ready.reject(error)
    this.#keepalive.stop(error)
    this.#helloDeadline.stop()

    // what still comes is read and dropped: a close with unread input would be a reset, which can eat our Disconnect
    this.#graceTimer = setTimeout(() => { this.#link.destroy() }, this.#init.disconnectGrace ?? DISCONNECT_GRACE)

    // in memory the other side may answer from within the write
    if (end.by === 'local' && end.reason != null) {
      this.#writer.write(DISCONNECT, encodeDisconnect(end.reason))
    }

    this.#writer.end()
    this.#link.end(end.by === 'remote')
    this.#link.resume()

    this.channels.ended(end)

    return end
  }

  #assertOpen (): void {
    if (this.#hello == null || this.#end != null) {
      throw new SessionClosedError(this.#end == null ? 'The session has not begun' : 'The session has ended')
    }
  }
}
