import { defaultCrypto } from '../crypto/index.ts'
import { BLOCK_LENGTH, HEADER_DATA, MAX_SENT_FRAME_SIZE } from './constants.ts'
import { ClosedFramesError, FrameTooLargeError } from './errors.ts'
import { PrimitiveSealer } from './primitives.ts'
import type { Crypto, FrameSealer, Keccak256 } from '../crypto/index.ts'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface FrameEncoderInit {
  /** The secrets of the handshake, as far as they are about sending. */
  secrets: { aes: Uint8Array, mac: Uint8Array, egressMac: Keccak256 }

  /** @default the primitives of this platform */
  crypto?: Crypto
}

/** Makes the frames of one direction. Its order is the order on the wire. */
export class FrameEncoder {
  readonly #sealer: FrameSealer
  readonly #header = new Uint8Array(BLOCK_LENGTH)
  #closed = false

  constructor ({ secrets: { aes, mac, egressMac: state }, crypto = defaultCrypto }: FrameEncoderInit) {
    const secrets = { aes, mac, state }

    this.#sealer = crypto.createFrameSealer?.(secrets) ?? new PrimitiveSealer(crypto, secrets)
    this.#header.set(HEADER_DATA, 3)
  }

  /**
   * One frame in one buffer: `header ‖ header MAC ‖ data ‖ MAC`.
   *
   * @throws {FrameTooLargeError} for more than 16,777,200 bytes; the encoder can be used on
   * @throws {ClosedFramesError}
   */
  encode (data: Uint8Array | Uint8ArrayList): Uint8Array {
    const size = data.byteLength

    if (size > MAX_SENT_FRAME_SIZE) {
      throw new FrameTooLargeError(`A frame of ${size} bytes cannot be sent, the most is ${MAX_SENT_FRAME_SIZE}`)
    }

    if (this.#closed) {
      throw new ClosedFramesError()
    }

    this.#header[0] = size >>> 16
    this.#header[1] = size >>> 8
    this.#header[2] = size

    return this.#sealer.seal(this.#header, data)
  }

  /** Wipes the keys, as far as that can be done. An encoder that is forgotten instead holds on to them for a while. */
  close (): void {
    if (!this.#closed) {
      this.#closed = true
      this.#sealer.close()
    }
  }
}
