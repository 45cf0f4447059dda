import { concat } from 'uint8arrays/concat'
import type { Keccak256 } from './types.ts'

/**
 * A running Keccak-256 that hashes nothing before its digest is asked for. What was put in until then can be taken out
 * again, to be hashed by something faster.
 */
export class DeferredKeccak256 implements Keccak256 {
  readonly #create: () => Keccak256
  #state?: Keccak256
  #seed?: Uint8Array = new Uint8Array()

  constructor (create: () => Keccak256) {
    this.#create = create
  }

  /** All that was put in; not kept where more followed on a digest, which is what running hashes are for. */
  get seed (): Uint8Array | undefined {
    return this.#seed
  }

  update (data: Uint8Array): void {
    if (this.#state != null || this.#seed == null) {
      this.#seed = undefined
      this.#running().update(data)
    } else {
      this.#seed = concat([this.#seed, data])
    }
  }

  digest (): Uint8Array {
    return this.#running().digest()
  }

  #running (): Keccak256 {
    if (this.#state == null) {
      this.#state = this.#create()
      this.#state.update(this.#seed ?? new Uint8Array())
    }

    return this.#state
  }
}
