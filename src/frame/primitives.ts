import { BLOCK_LENGTH } from './constants.ts'
import { MacState } from './mac.ts'
import type { Aes256Ctr, Crypto, FrameOpener, FrameSealer, FrameSecrets } from '../crypto/index.ts'
import type { Uint8ArrayList } from 'uint8arraylist'

/** Frames by the primitives of any `Crypto`, encrypted. */
export class PrimitiveSealer implements FrameSealer {
  readonly #cipher: Aes256Ctr
  readonly #mac: MacState

  constructor (crypto: Crypto, { aes, mac, state }: FrameSecrets) {
    this.#cipher = crypto.createAes256Ctr(aes)
    this.#mac = new MacState(state, crypto.createAes256Block(mac))
  }

  seal (header: Uint8Array, data: Uint8Array | Uint8ArrayList): Uint8Array {
    const encrypted = this.#cipher.update(header)
    const ciphertext = this.#cipher.update(pad(data))
    const frame = new Uint8Array(3 * BLOCK_LENGTH + ciphertext.byteLength)

    frame.set(encrypted, 0)
    frame.set(this.#mac.header(encrypted), BLOCK_LENGTH)
    frame.set(ciphertext, 2 * BLOCK_LENGTH)
    frame.set(this.#mac.data(ciphertext), 2 * BLOCK_LENGTH + ciphertext.byteLength)

    return frame
  }

  close (): void {}
}

/** Frames by the primitives of any `Crypto`, decrypted. */
export class PrimitiveOpener implements FrameOpener {
  readonly #crypto: Crypto
  readonly #cipher: Aes256Ctr
  readonly #mac: MacState

  constructor (crypto: Crypto, { aes, mac, state }: FrameSecrets) {
    this.#crypto = crypto
    this.#cipher = crypto.createAes256Ctr(aes)
    this.#mac = new MacState(state, crypto.createAes256Block(mac))
  }

  openHeader (bytes: Uint8Array): Uint8Array | undefined {
    const ciphertext = bytes.subarray(0, BLOCK_LENGTH)

    return this.#open(ciphertext, this.#mac.header(ciphertext), bytes)
  }

  openData (bytes: Uint8Array, size: number): Uint8Array | undefined {
    const ciphertext = bytes.subarray(0, bytes.byteLength - BLOCK_LENGTH)

    return this.#open(ciphertext, this.#mac.data(ciphertext), bytes)?.subarray(0, size)
  }

  close (): void {}

  #open (ciphertext: Uint8Array, mac: Uint8Array, bytes: Uint8Array): Uint8Array | undefined {
    return this.#crypto.equal(mac, bytes.subarray(ciphertext.byteLength)) ? this.#cipher.update(ciphertext) : undefined
  }
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
