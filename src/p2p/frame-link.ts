import { TruncatedFrameError } from '../frame/index.ts'
import { FRAME_TIMEOUT } from './constants.ts'
import { Deadline } from './deadline.ts'
import { FrameTimeoutError, UnfinishedBytesError } from './errors.ts'
import type { ByteLink, LinkListener, MessageLink } from './link.ts'
import type { UnfinishedBytes, UnfinishedHolder } from './unfinished-bytes.ts'
import type { Uint8ArrayList } from 'uint8arraylist'

/** What makes frames of messages. */
export interface MessageEncoder {
  encode (message: Uint8ArrayList): Uint8Array

  /** Nothing more is encoded. */
  close? (): void
}

/** What makes messages of frames. */
export interface MessageDecoder {
  /** The largest message that is read from now on, in bytes. */
  maxFrameSize: number

  /** Whether the bytes so far end within a frame. */
  readonly partial: boolean

  /** Bytes that are held for a frame that is not complete. */
  readonly buffered: number
  append (chunk: Uint8Array | Uint8ArrayList, given?: boolean): void
  read (): Uint8Array | undefined

  /** Nothing more is read. */
  close? (): void
}

export interface FrameLinkInit {
  bytes: ByteLink
  encoder: MessageEncoder

  /** It may hold what has come already. */
  decoder: MessageDecoder
  frameTimeout?: number

  /** Where what is held of frames that are not complete is counted, with that of other links. */
  unfinished?: UnfinishedBytes
}

/**
 * Messages as frames, those of RLPx or any other. Nothing is read before `resume`; what comes
 * while the link is paused stays what it is on the wire, undecoded.
 */
export class FrameLink implements MessageLink, LinkListener<Uint8Array | Uint8ArrayList>, UnfinishedHolder {
  readonly #bytes: ByteLink
  readonly #encoder: MessageEncoder
  readonly #decoder: MessageDecoder
  readonly #frameTimeout: number
  readonly #unfinished?: UnfinishedBytes
  readonly #deadline = new Deadline(() => { this.#fail(new FrameTimeoutError()) })
  #listener?: LinkListener<Uint8Array>
  #paused = true
  #reading = false
  #ended = false
  #closed = false

  /** Nothing is encoded or decoded any more. */
  #over = false

  /** Set once the bytes are gone. */
  #end?: { err?: Error }

  constructor ({ bytes, encoder, decoder, frameTimeout = FRAME_TIMEOUT, unfinished }: FrameLinkInit) {
    this.#bytes = bytes
    this.#encoder = encoder
    this.#decoder = decoder
    this.#frameTimeout = frameTimeout
    this.#unfinished = unfinished

    bytes.pause()
    bytes.listener = this
  }

  get listener (): LinkListener<Uint8Array> | undefined {
    return this.#listener
  }

  /** The bytes may be gone before anyone listens, who has to hear of it all the same. */
  set listener (listener: LinkListener<Uint8Array> | undefined) {
    this.#listener = listener
    const end = this.#end

    if (end != null) {
      queueMicrotask(() => { listener?.onClose(end.err) })
    }
  }

  get maxMessageSize (): number {
    return this.#decoder.maxFrameSize
  }

  set maxMessageSize (size: number) {
    this.#decoder.maxFrameSize = size
  }

  /** @throws {FrameTooLargeError} and goes on */
  send (message: Uint8ArrayList): boolean {
    return !this.#over && this.#bytes.send(this.#encoder.encode(message))
  }

  pause (): void {
    if (!this.#paused) {
      this.#paused = true
      this.#deadline.stop()
      this.#bytes.pause()
    }
  }

  resume (): void {
    if (!this.#paused || this.#closed) {
      return
    }

    this.#paused = false
    this.#read()

    if (!this.#paused) {
      this.#bytes.resume()
    }
  }

  end (over?: boolean): void {
    this.#bytes.end(over)
  }

  destroy (err?: Error): void {
    this.#finish()
    this.#bytes.destroy(err)
  }

  onReceive (chunk: Uint8Array | Uint8ArrayList): void {
    if (!this.#closed) {
      this.#decoder.append(chunk, this.#bytes.gives)
      this.#read()
    }
  }

  onDrain (): void {
    this.#listener?.onDrain()
  }

  onEnd (): void {
    this.#ended = true
    this.#read()
  }

  onFail (err: Error): void {
    this.#listener?.onFail(err)
  }

  onClose (err?: Error): void {
    // where a carrier has no half-close, this is how the other side ends
    if (err == null && !this.#closed && this.#decoder.partial) {
      this.#fail(new TruncatedFrameError())
    }

    this.#end = { err }
    this.#finish()
    this.#listener?.onClose(err)
  }

  onTooMuch (): void {
    this.#fail(new UnfinishedBytesError())
  }

  /** Hands on every whole frame, until there is none left or the link is paused over one. */
  #read (): void {
    // the listener may well resume us from within what it is handed
    if (this.#reading) {
      return
    }

    this.#reading = true

    try {
      while (!this.#paused && !this.#closed) {
        const message = this.#decoder.read()

        if (message == null) {
          this.#wait()
          break
        }

        this.#deadline.stop()
        this.#unfinished?.release(this)
        this.#listener?.onReceive(message)
      }
    } catch (err: any) {
      this.#fail(err)
    } finally {
      this.#reading = false
    }
  }

  /** Nothing whole is left: the rest has its time to come, or never will. */
  #wait (): void {
    if (!this.#decoder.partial) {
      this.#deadline.stop()
    }

    if (this.#ended) {
      this.#onLastRead()
    } else if (this.#decoder.partial) {
      if (!this.#deadline.running) {
        this.#deadline.start(this.#frameTimeout)
      }

      this.#unfinished?.hold(this, this.#decoder.buffered)
    }
  }

  #onLastRead (): void {
    if (this.#decoder.partial) {
      throw new TruncatedFrameError()
    }

    this.#listener?.onEnd()
  }

  #fail (err: Error): void {
    this.#closed = true
    this.#deadline.stop()
    this.#listener?.onFail(err)
  }

  /** Holds nothing any more, keys included. */
  #finish (): void {
    this.#closed = true
    this.#over = true
    this.#deadline.stop()
    this.#unfinished?.release(this)
    this.#encoder.close?.()
    this.#decoder.close?.()
  }
}
