import { FrameDecoder, FrameEncoder, TruncatedFrameError } from '../frame/index.ts'
import { FRAME_TIMEOUT } from './constants.ts'
import { FrameTimeoutError } from './errors.ts'
import type { ByteLink, LinkListener, MessageLink } from './link.ts'
import type { Crypto } from '../crypto/index.ts'
import type { Secrets } from '../handshake/index.ts'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface FrameLinkInit {
  bytes: ByteLink
  secrets: Secrets

  /** What came behind the handshake. */
  rest: Uint8ArrayList
  maxMessageSize: number
  frameTimeout?: number
  crypto?: Crypto
}

/**
 * Messages as RLPx frames. Nothing is read before `resume`; what comes while the link is
 * paused stays what it is on the wire, undecoded.
 */
export class FrameLink implements MessageLink, LinkListener<Uint8Array | Uint8ArrayList> {
  readonly #bytes: ByteLink
  readonly #encoder: FrameEncoder
  readonly #decoder: FrameDecoder
  readonly #frameTimeout: number
  #listener?: LinkListener<Uint8Array>
  #frameTimer?: ReturnType<typeof setTimeout>
  #paused = true
  #reading = false
  #ended = false
  #closed = false

  /** Set once the bytes are gone. */
  #end?: { err?: Error }

  constructor ({ bytes, secrets, rest, maxMessageSize, frameTimeout = FRAME_TIMEOUT, crypto }: FrameLinkInit) {
    this.#bytes = bytes
    this.#frameTimeout = frameTimeout
    this.#encoder = new FrameEncoder({ secrets, crypto })
    this.#decoder = new FrameDecoder({ secrets, crypto, maxFrameSize: maxMessageSize })
    this.#decoder.append(rest)

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
    return this.#bytes.send(this.#encoder.encode(message))
  }

  pause (): void {
    if (!this.#paused) {
      this.#paused = true
      this.#stopClock()
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

  end (): void {
    this.#bytes.end()
  }

  destroy (err?: Error): void {
    this.#closed = true
    this.#stopClock()
    this.#bytes.destroy(err)
  }

  onReceive (chunk: Uint8Array | Uint8ArrayList): void {
    if (!this.#closed) {
      this.#decoder.append(chunk)
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
    this.#closed = true
    this.#end = { err }
    this.#stopClock()
    this.#listener?.onClose(err)
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

        this.#stopClock()
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
    if (this.#ended) {
      if (this.#decoder.partial) {
        throw new TruncatedFrameError()
      }

      this.#listener?.onEnd()
    } else if (!this.#decoder.partial) {
      this.#stopClock()
    } else if (this.#frameTimer == null) {
      this.#frameTimer = setTimeout(() => { this.#fail(new FrameTimeoutError()) }, this.#frameTimeout)
    }
  }

  #fail (err: Error): void {
    this.#closed = true
    this.#stopClock()
    this.#listener?.onFail(err)
  }

  #stopClock (): void {
    clearTimeout(this.#frameTimer)
    this.#frameTimer = undefined
  }
}
