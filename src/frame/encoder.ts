import { defaultCrypto } from '../crypto/index.ts'
import { BLOCK_LENGTH, HEADER_DATA, MAX_SENT_FRAME_SIZE } from './constants.ts'
import { FrameTooLargeError } from './errors.ts'
import { MacState } from './mac.ts'
import type { Aes256Ctr, Crypto, Keccak256 } from '../crypto/index.ts'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface FrameEncoderInit {
  /** The secrets of the handshake, as far as they are about sending. */
  secrets: { aes: Uint8Array, mac: Uint8Array, egressMac: Keccak256 }

  /** @default the primitives of this platform */
  crypto?: Crypto
}

/** Makes the frames of one direction. Its order is the order on the wire. */
export class FrameEncoder {
  readonly #cipher: Aes256Ctr
  readonly #mac: MacState

  constructor ({ secrets, crypto = defaultCrypto }: FrameEncoderInit) {
    this.#cipher = crypto.createAes256Ctr(secrets.aes)
    this.#mac = new MacState(secrets.egressMac, crypto.createAes256Block(secrets.mac))
  }

  /**
   * One frame in one buffer: `header ‖ header MAC ‖ data ‖ MAC`.
   *
   * @throws {FrameTooLargeError} for more than 16,777,200 bytes; the encoder can be used on
   */
  encode (data: Uint8Array | Uint8ArrayList): Uint8Array {
    const size = data.byteLength

    if (size > MAX_SENT_FRAME_SIZE) {
      throw new FrameTooLargeError(`A frame of ${size} bytes cannot be sent, the most is ${MAX_SENT_FRAME_SIZE}`)
    }

    const header = this.#cipher.update(encodeHeader(size))
    const ciphertext = this.#cipher.update(pad(data))
    const frame = new Uint8Array(3 * BLOCK_LENGTH + ciphertext.byteLength)

    frame.set(header, 0)
    frame.set(this.#mac.header(header), BLOCK_LENGTH)
    frame.set(ciphertext, 2 * BLOCK_LENGTH)
    frame.set(this.#mac.data(ciphertext), 2 * BLOCK_LENGTH + ciphertext.byteLength)

    return frame
  }
}

function encodeHeader (size: number): Uint8Array {
  const header = new Uint8Array(BLOCK_LENGTH)

  header[0] = size >>> 16
  header[1] = size >>> 8
  header[2] = size
  header.set(HEADER_DATA, 3)

  return header
}

function pad (data: Uint8Array | Uint8ArrayList): Uint8Array {
  const padded = new Uint8Array(Math.ceil(data.byteLength / BLOCK_LENGTH) * BLOCK_LENGTH)

  if (data instanceof Uint8Array) {
    padded.set(data)
  } else {
    let offset = 0

    for (const part of data) {
      padded.set(part, offset)
      offset += part.byteLength
    }
  }

  return padded
}
