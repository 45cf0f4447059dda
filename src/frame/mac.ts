import { BLOCK_LENGTH } from './constants.ts'
import type { Aes256Block, Keccak256 } from '../crypto/index.ts'

/**
 * The running MAC of one direction. Each frame puts in its header, then its data: the
 * state is a hash of all that went before, so that no frame can be dropped, repeated or
 * swapped.
 */
export class MacState {
  readonly #state: Keccak256
  readonly #block: Aes256Block

  /** The state's digest, kept: the last of a frame is also the seed of the next header. */
  #digest: Uint8Array

  constructor (state: Keccak256, block: Aes256Block) {
    this.#state = state
    this.#block = block
    this.#digest = this.#peek()
  }

  /** The MAC (16 bytes) of a header's ciphertext (16 bytes). */
  header (ciphertext: Uint8Array): Uint8Array {
    return this.#mix(ciphertext)
  }

  /** The MAC (16 bytes) of the ciphertext of a frame's data, padding included. */
  data (ciphertext: Uint8Array): Uint8Array {
    this.#state.update(ciphertext)
    this.#digest = this.#peek()

    return this.#mix(this.#digest)
  }

  #mix (seed: Uint8Array): Uint8Array {
    const mixed = this.#block.encrypt(this.#digest)

    for (let i = 0; i < BLOCK_LENGTH; i++) {
      mixed[i] ^= seed[i]
    }

    this.#state.update(mixed)
    this.#digest = this.#peek()

    return this.#digest
  }

  #peek (): Uint8Array {
    return this.#state.digest().subarray(0, BLOCK_LENGTH)
  }
}
