import { StreamStateError } from '@libp2p/interface'
import { ClaimedMessages } from '../p2p/capability-messages.ts'
import { MAX_BUFFERED_BYTES } from '../p2p/constants.ts'
import { DisconnectReason } from '../p2p/disconnect.ts'
import { reasonOf } from '../p2p/errors.ts'
import { isFault } from './fault.ts'
import { LocalStream } from './local-stream.ts'
import { MAX_DATA_LENGTH, MessageBytesDecoder, sendEach, toBytes } from './message-bytes.ts'
import { protocolOf } from './protocol.ts'
import { pullingIterator } from './pulling-iterator.ts'
import type { CapabilityMessages } from '../p2p/capability-messages.ts'
import type { SharedCapability } from '../p2p/capability.ts'
import type { Channel, ChannelOwner } from '../p2p/channel.ts'
import type { Message } from '../p2p/message.ts'
import type { SessionEnd } from '../p2p/session-options.ts'
import type { AbortOptions, EventHandler, Logger, MessageStreamDirection, StreamCloseEvent } from '@libp2p/interface'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface CapabilityStreamInit {
  channel: Channel
  id: string
  direction: MessageStreamDirection
  log: Logger

  /** Ends the session. */
  disconnect (reason: number, err: Error): void
}

/**
 * One capability of a session as a libp2p stream of length-prefixed messages: unsigned varint,
 * RLP message id, payload. What is unread stays in the channel, whose bound slows the peer.
 */
export class CapabilityStream extends LocalStream {
  readonly #init: CapabilityStreamInit
  readonly #channel: Channel
  readonly #decoder = new MessageBytesDecoder()

  /** Those who wait for bytes, or for there to be no more. */
  readonly #waiting = new Set<() => void>()

  readonly #claim: ChannelOwner = {
    onReadable: () => { this.#onReadable() },
    onDrain: () => { this.#onDrain() },
    onEnd: (end) => { this.#onEnd(end) }
  }

  /** Whoever reads messages in place of bytes. */
  #owner?: ChannelOwner
  #messages?: CapabilityMessages
  #end?: SessionEnd
  #closed?: { error?: Error }
  #delivering = false

  constructor (init: CapabilityStreamInit) {
    super({ ...init, protocol: protocolOf(init.channel.capability), maxReadBufferLength: MAX_BUFFERED_BYTES + MAX_DATA_LENGTH })

    this.#init = init
    this.#channel = init.channel
    this.addEventListener('close', this.#onClose)
    this.#channel.claim(this.#claim)
  }

  get capability (): SharedCapability {
    return this.#channel.capability
  }

  /** The same stream as messages: whoever reads them reads no bytes. */
  get messages (): CapabilityMessages {
    this.#messages ??= new ClaimedMessages({
      channel: {
        capability: this.capability,
        claim: (owner) => { this.#setOwner(owner) },
        release: () => { this.close().catch((err) => { this.abort(err) }) },
        read: () => this.#read(),
        send: (message) => this.#sendMessage(message)
      },
      disconnect: this.#init.disconnect
    })

    return this.#messages
  }

  /**
   * Sends the messages in it, as they become complete; one that cannot be sent keeps back none of the others.
   *
   * @throws {StreamStateError}
   * @throws {InvalidLengthPrefixError} where there is no telling where a message ends; the stream is aborted, once those before it are sent
   * @throws {InvalidMessageLengthError} the same, where the length is none that a message has
   * @throws {MalformedMessageError} where a message has no readable id; the stream goes on
   * @throws {InvalidMessageError} where a message cannot be sent; the stream goes on
   * @throws {FrameTooLargeError} where a message is too large once it is compressed; the stream goes on
   */
  send (data: Uint8Array | Uint8ArrayList): boolean {
    this.#assertWritable()
    sendEach(this.#decode(data), (message) => { this.#sendMessage(message) })

    return !this.writableNeedsDrain
  }

  [Symbol.asyncIterator] (): AsyncGenerator<Uint8Array | Uint8ArrayList> {
    return pullingIterator({
      take: () => this.#takeBytes(),
      closed: () => this.#closed ?? (this.#readEnded ? {} : undefined),
      waiting: this.#waiting
    })
  }

  addEventListener (...args: [type: string, listener: EventHandler<any> | null, options?: boolean | AddEventListenerOptions]): void {
    // @ts-expect-error the types of the overloads are not worth repeating
    super.addEventListener(...args)

    if (args[0] === 'message') {
      queueMicrotask(() => { this.#deliver() })
    }
  }

  /** Sends what was written and gives the capability back: devp2p has no way to end one direction. */
  async close (options?: AbortOptions): Promise<void> {
    await super.close(options)

    // of a session that has ended there may be something unread, which nobody will read now
    if (this.#end != null && this.#closed == null) {
      this.#channel.release(this.#claim)
      this.onTransportClosed(this.#end.error)
    }
  }

  sendReset (err: Error): void {
    if (isFault(err, this.direction)) {
      this.#init.disconnect(reasonOf(err, DisconnectReason.subprotocolError), err)
    }
  }

  async sendCloseRead (options?: AbortOptions): Promise<void> {
    options?.signal?.throwIfAborted()
    this.#discard()
    this.#wake()
  }

  sendResume (): void {
    this.#deliver()
  }

  /** What was pushed back may be the last that kept an ended stream open. */
  protected dispatchReadBuffer (): void {
    super.dispatchReadBuffer()
    this.#closeIfRead()
  }

  /** Whether nobody wants what comes. */
  get #readEnded (): boolean {
    return this.readStatus === 'closing' || this.readStatus === 'closed'
  }

  readonly #onClose = ({ error }: StreamCloseEvent): void => {
    this.#closed = { error }
    this.#channel.release(this.#claim)
    this.#wake()

    if (this.#end == null) {
      this.#owner?.onEnd({ by: 'local', error })
    }
  }

  #onReadable (): void {
    if (this.#readEnded) {
      this.#discard()
    } else if (this.#owner != null) {
      this.#owner.onReadable()
    } else {
      this.#wake()
      this.#deliver()
    }
  }

  #onDrain (): void {
    if (this.writableNeedsDrain) {
      this.safeDispatchEvent('drain')
    }

    this.#owner?.onDrain()
  }

  /** The session is over; the stream is once all that came before has been read. */
  #onEnd (end: SessionEnd): void {
    this.#end = end
    this.writeStatus = 'closed'
    this.remoteReadStatus = 'closed'
    this.#onDrain()
    this.#owner?.onEnd(end)
    this.#closeIfRead()
  }

  #assertWritable (): void {
    if (this.writeStatus !== 'writable') {
      throw new StreamStateError(`Cannot write to a stream that is ${this.writeStatus}`)
    }
  }

  * #decode (data: Uint8Array | Uint8ArrayList): Generator<Uint8Array> {
    try {
      yield * this.#decoder.decode(data)
    } catch (err: any) {
      this.abort(err)
      throw err
    }
  }

  #sendMessage (message: Message): boolean {
    this.#assertWritable()

    if (!this.#channel.send(message)) {
      this.writableNeedsDrain = true
    }

    return !this.writableNeedsDrain
  }

  #setOwner (owner: ChannelOwner): void {
    this.#owner = owner
    const end = this.#end ?? (this.#closed == null ? undefined : { by: 'local', error: this.#closed.error } as const)

    if (end != null) {
      owner.onEnd(end)
    }
  }

  #read (): Message | undefined {
    const message = this.#channel.read()
    this.#closeIfRead()

    return message
  }

  /** The next of the bytes, pushed back ones first. */
  #takeBytes (): Uint8ArrayList | undefined {
    if (this.readBuffer.byteLength > 0) {
      const bytes = this.readBuffer.sublist()
      this.readBuffer.consume(bytes.byteLength)
      this.#closeIfRead()

      return bytes
    }

    const message = this.#read()

    return message == null ? undefined : toBytes(message)
  }

  /** To those who listen for bytes, until they pause. */
  #deliver (): void {
    // reading makes room for more, which calls us again
    if (this.#delivering || this.#owner != null) {
      return
    }

    this.#delivering = true

    try {
      while (this.readStatus === 'readable' && this.listenerCount('message') > 0) {
        const message = this.#channel.read()

        if (message == null) {
          break
        }

        this.onData(toBytes(message))
      }
    } finally {
      this.#delivering = false
    }

    this.#closeIfRead()
  }

  #discard (): void {
    while (this.#channel.read() != null) {
      // nobody wants it
    }

    this.#closeIfRead()
  }

  #closeIfRead (): void {
    const unread = this.#channel.bufferedBytes + this.readBuffer.byteLength

    if (this.#end != null && this.#closed == null && unread === 0 && !this.#delivering) {
      this.onTransportClosed(this.#end.error)
    }
  }

  #wake (): void {
    for (const wake of this.#waiting) {
      wake()
    }
  }
}
