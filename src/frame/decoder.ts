import { decode } from 'rlp'
import { defaultCrypto } from '../crypto/index.ts'
import { BLOCK_LENGTH, HEADER_DATA, MAX_FRAME_SIZE } from './constants.ts'
import { BadFrameMacError, BadHeaderMacError, ChunkedFrameError, ClosedFramesError, FrameTooLargeError } from './errors.ts'
import { PrimitiveOpener } from './primitives.ts'
import { ReceiveBuffer } from './receive-buffer.ts'
import type { Crypto, FrameOpener, Keccak256 } from '../crypto/index.ts'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface FrameDecoderInit {
  /** The secrets of the handshake, as far as they are about receiving. */
  secrets: { aes: Uint8Array, mac: Uint8Array, ingressMac: Keccak256 }

  /**
   * The largest frame data that is read, in bytes.
   *
   * @default 16,777,215
   */
  maxFrameSize?: number

  /** @default the primitives of this platform */
  crypto?: Crypto
}

/** Reads the frames of one direction from bytes in chunks of any size. */
export class FrameDecoder {
  /** The largest frame data that is read from now on, in bytes. */
  maxFrameSize: number
  readonly #opener: FrameOpener
  readonly #received = new ReceiveBuffer()

  /** The size of the frame whose header has been read. */
  #size?: number

  /** A stream that failed once cannot be trusted again. */
  #failure?: Error
  #closed = false

  constructor ({ secrets: { aes, mac, ingressMac: state }, maxFrameSize = MAX_FRAME_SIZE, crypto = defaultCrypto }: FrameDecoderInit) {
    const secrets = { aes, mac, state }

    this.maxFrameSize = maxFrameSize
    this.#opener = crypto.createFrameOpener?.(secrets) ?? new PrimitiveOpener(crypto, secrets)
  }

  /** Bytes that are held for a frame that is not complete. */
  get buffered (): number {
    return this.#received.byteLength
  }

  /** Whether the bytes so far end within a frame. */
  get partial (): boolean {
    return this.#size != null || this.#received.byteLength > 0
  }

  /**
   * @param chunk - bytes as they came
   * @param given - whether the chunk, and the memory that it is all of, is nobody else's any more
   */
  append (chunk: Uint8Array | Uint8ArrayList, given?: boolean): void {
    this.#received.append(chunk, given)
  }

  /**
   * The data of the next frame, or `undefined` while it is not complete. Nothing of a frame
   * is decrypted before its MAC has been checked; the first error is every later call's.
   *
   * @throws {BadHeaderMacError}
   * @throws {BadFrameMacError}
   * @throws {FrameTooLargeError} for more than `maxFrameSize` bytes, as soon as they are announced
   * @throws {ChunkedFrameError}
   * @throws {ClosedFramesError}
   */
  read (): Uint8Array | undefined {
    if (this.#failure != null) {
      throw this.#failure
    }

    try {
      this.#size ??= this.#readHeader()

      return this.#size == null ? undefined : this.#readData(this.#size)
    } catch (err: any) {
      this.#failure = err
      throw err
    }
  }

  /**
   * Lets go of what is unread, and wipes the keys, as far as that can be done. A decoder that is
   * forgotten instead holds on to them for a while.
   */
  close (): void {
    if (!this.#closed) {
      this.#closed = true
      this.#failure ??= new ClosedFramesError()
      this.#received.clear()
      this.#opener.close()
    }
  }

  #readHeader (): number | undefined {
    const bytes = this.#received.take(2 * BLOCK_LENGTH)

    if (bytes == null) {
      return
    }

    const header = this.#opener.openHeader(bytes)

    if (header == null) {
      throw new BadHeaderMacError()
    }

    const size = header[0] << 16 | header[1] << 8 | header[2]

    if (size > this.maxFrameSize) {
      throw new FrameTooLargeError(`A frame of ${size} bytes was announced, the most that is read is ${this.maxFrameSize}`)
    }

    if (isChunked(header)) {
      throw new ChunkedFrameError()
    }

    return size
  }

  #readData (size: number): Uint8Array | undefined {
    const paddedSize = Math.ceil(size / BLOCK_LENGTH) * BLOCK_LENGTH
    const bytes = this.#received.take(paddedSize + BLOCK_LENGTH)

    if (bytes == null) {
      return
    }

    const data = this.#opener.openData(bytes, size)

    if (data == null) {
      throw new BadFrameMacError()
    }

    this.#size = undefined

    return data
  }
}

/**
 * Header-data is passed over, whatever it is, but for the one form that has a meaning:
 * three items, `[capability-id, context-id, total size]`, begin a chunked message.
 */
function isChunked (header: Uint8Array): boolean {
  if (header[3] === HEADER_DATA[0] && header[4] === HEADER_DATA[1] && header[5] === HEADER_DATA[2]) {
    return false
  }

  try {
    const { data } = decode(header.slice(3), true)

    return Array.isArray(data) && data.length > 2
  } catch {
    return false
  }
}
