import { CapabilityInUseError, InvalidMessageError } from './errors.ts'
import { MAX_UNCOMPRESSED } from './snappy.ts'
import type { SharedCapability } from './capability.ts'
import type { Message } from './message.ts'
import type { SessionObserver } from './observer.ts'
import type { SessionEnd } from './session-options.ts'

/** What an empty message takes in memory, about, in bytes. */
const MESSAGE_OVERHEAD = 128

/** Messages that have been read and are still in the queue. */
const MAX_READ_KEPT = 8192

/** Whoever has claimed a channel. */
export interface ChannelOwner {
  /** There is something to `read`. */
  onReadable (): void

  /** After a `send` that returned false: there is room again. */
  onDrain (): void

  /** The session is over; what was received before can still be read. */
  onEnd (end: SessionEnd): void
}

/** What a channel needs of its session. */
export interface ChannelSession {
  send (id: number, payload: Uint8Array): boolean

  /** What the channel holds has changed. */
  onBuffered (channel: Channel): void
}

/**
 * One shared capability of a session: what was received for it and not read yet, and the way
 * to send. It has one owner at a time, who comes when it likes.
 */
export class Channel {
  readonly capability: SharedCapability
  readonly #session: ChannelSession
  readonly #observer?: SessionObserver
  #owner?: ChannelOwner
  #queue: Message[] = []
  #head = 0
  #bufferedBytes = 0

  /** Set once an owner has left: what comes before the next one is not kept, only counted. */
  #droppedBytes?: number

  /** How the session ended, for whoever comes later. */
  #end?: SessionEnd

  constructor (capability: SharedCapability, session: ChannelSession, observer?: SessionObserver) {
    this.capability = capability
    this.#session = session
    this.#observer = observer
  }

  /** What was received and not read, in bytes, uncompressed, with something for each message. */
  get bufferedBytes (): number {
    return this.#bufferedBytes
  }

  get claimed (): boolean {
    return this.#owner != null
  }

  /** What will have been received since nobody has the channel, in bytes, with one more message. */
  unclaimedWith (payloadLength: number): number {
    return (this.#droppedBytes ?? this.#bufferedBytes) + costOf(payloadLength)
  }

  /** @throws {CapabilityInUseError} */
  claim (owner: ChannelOwner): void {
    if (this.#owner != null) {
      throw new CapabilityInUseError(`The capability ${this.capability.name}/${this.capability.version} is in use`)
    }

    this.#owner = owner
    this.#droppedBytes = undefined

    if (this.#end != null) {
      owner.onEnd(this.#end)
    }
  }

  /** What is unread is dropped; the channel is free to be claimed again. */
  release (owner: ChannelOwner): void {
    if (this.#owner === owner) {
      this.#owner = undefined
      this.#droppedBytes = 0
      this.#queue = []
      this.#head = 0
      this.#bufferedBytes = 0
      this.#session.onBuffered(this)
    }
  }

  read (): Message | undefined {
    const message = this.#queue[this.#head]

    if (message == null) {
      return
    }

    this.#head++
    this.#bufferedBytes -= costOf(message.payload.byteLength)

    // what has been read is let go of in large steps, so that each message is moved but a few times
    if (this.#head === this.#queue.length || this.#head > MAX_READ_KEPT) {
      this.#queue = this.#queue.slice(this.#head)
      this.#head = 0
    }

    this.#session.onBuffered(this)

    return message
  }

  /**
   * False: enough is waiting for now, `onDrain` will be called.
   *
   * @throws {InvalidMessageError} where the capability has no such id, or the payload is over 16,777,215 bytes
   * @throws {FrameTooLargeError} where the payload is too large once it is compressed
   */
  send ({ id, payload }: Message): boolean {
    if (!(Number.isInteger(id) && id >= 0 && id < this.capability.length)) {
      throw new InvalidMessageError(`The capability ${this.capability.name}/${this.capability.version} has no message ${id}`)
    }

    if (payload.byteLength > MAX_UNCOMPRESSED) {
      throw new InvalidMessageError(`A payload of ${payload.byteLength} bytes cannot be sent, the most is ${MAX_UNCOMPRESSED}`)
    }

    const writable = this.#session.send(this.capability.offset + id, payload)
    this.#observer?.onSent(this.capability, payload.byteLength)

    return writable
  }

  receive (message: Message): void {
    this.#observer?.onReceived(this.capability, message.payload.byteLength)

    if (this.#droppedBytes != null) {
      this.#droppedBytes += costOf(message.payload.byteLength)
      return
    }

    this.#queue.push(message)
    this.#bufferedBytes += costOf(message.payload.byteLength)
    this.#owner?.onReadable()
  }

  drained (): void {
    this.#owner?.onDrain()
  }

  ended (end: SessionEnd): void {
    this.#end = end
    this.#owner?.onEnd(end)
  }
}

/** Small messages cost more than their bytes. */
function costOf (payloadLength: number): number {
  return payloadLength + MESSAGE_OVERHEAD
}
