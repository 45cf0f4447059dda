import { decode } from 'rlp'
import { defaultCrypto } from '../crypto/index.ts'
import { BLOCK_LENGTH, HEADER_DATA, MAX_FRAME_SIZE } from './constants.ts'
import { BadFrameMacError, BadHeaderMacError, ChunkedFrameError, FrameTooLargeError } from './errors.ts'
import { MacState } from './mac.ts'
import { ReceiveBuffer } from './receive-buffer.ts'
import type { Aes256Ctr, Crypto, Keccak256 } from '../crypto/index.ts'
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
  readonly #crypto: Crypto
  readonly #cipher: Aes256Ctr
  readonly #mac: MacState
  readonly #received = new ReceiveBuffer()

  /** The size of the frame whose header has been read. */
  #size?: number

  /** A stream that failed once cannot be trusted again. */
  #failure?: Error

  constructor ({ secrets, maxFrameSize = MAX_FRAME_SIZE, crypto = defaultCrypto }: FrameDecoderInit) {
    this.maxFrameSize = maxFrameSize
    this.#crypto = crypto
    this.#cipher = crypto.createAes256Ctr(secrets.aes)
    this.#mac = new MacState(secrets.ingressMac, crypto.createAes256Block(secrets.mac))
  }

  /** Bytes that are held for a frame that is not complete. */
  get buffered (): number {
    return this.#received.byteLength
  }

  /** Whether the bytes so far end within a frame. */
  get partial (): boolean {
    return this.#size != null || this.#received.byteLength > 0
  }

  append (chunk: Uint8Array | Uint8ArrayList): void {
    this.#received.append(chunk)
  }

  /**
   * The data of the next frame, or `undefined` while it is not complete. Nothing of a frame
   * is decrypted before its MAC has been checked; the first error is every later call's.
   *
   * @throws {BadHeaderMacError}
   * @throws {BadFrameMacError}
   * @throws {FrameTooLargeError} for more than `maxFrameSize` bytes, as soon as they are announced
   * @throws {ChunkedFrameError}
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

  #readHeader (): number | undefined {
    const bytes = this.#received.take(2 * BLOCK_LENGTH)

    if (bytes == null) {
      return
    }

    const ciphertext = bytes.subarray(0, BLOCK_LENGTH)

    if (!this.#crypto.equal(this.#mac.header(ciphertext), bytes.subarray(BLOCK_LENGTH))) {
      throw new BadHeaderMacError()
    }

    const header = this.#cipher.update(ciphertext)
    const size = header[0] << 16 | header[1] << 8 | header[2]

    if (size > this.maxFrameSize) {
      throw new FrameTooLargeError(`A frame of ${size} bytes was announced, the most that is read is ${this.maxFrameSize}`)
    }

    if (isChunked(header.subarray(3))) {
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

    const ciphertext = bytes.subarray(0, paddedSize)

    if (!this.#crypto.equal(this.#mac.data(ciphertext), bytes.subarray(paddedSize))) {
      throw new BadFrameMacError()
    }

    this.#size = undefined

    return this.#cipher.update(ciphertext).subarray(0, size)
  }
}

/**
 * Header-data is passed over, whatever it is, but for the one form that has a meaning:
 * three items, `[capability-id, context-id, total size]`, begin a chunked message.
 */
function isChunked (headerData: Uint8Array): boolean {
  if (HEADER_DATA.every((byte, i) => headerData[i] === byte)) {
    return false
  }

  try {
    const { data } = decode(headerData, true)

    return Array.isArray(data) && data.length > 2
  } catch {
    return false
  }
}
