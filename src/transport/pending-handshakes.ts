import { sourceOf } from './source.ts'
import type { Multiaddr } from '@multiformats/multiaddr'

export interface PendingHandshakesInit {
  /** How many there may be at once. */
  max: number

  /** How many of them may be with one address, or one IPv6 network of 64 bits. */
  maxPerAddress: number
}

/** Counts connections whose other side has proven nothing yet. */
export class PendingHandshakes {
  readonly #init: PendingHandshakesInit
  readonly #perAddress = new Map<string, number>()
  #count = 0

  constructor (init: PendingHandshakesInit) {
    this.#init = init
  }

  get count (): number {
    return this.#count
  }

  /** Returns how to leave again, or nothing where there is no room. */
  enter (remoteAddr: Multiaddr): (() => void) | undefined {
    const address = sourceOf(remoteAddr)
    const count = this.#perAddress.get(address) ?? 0

    if (this.#count >= this.#init.max || count >= this.#init.maxPerAddress) {
      return
    }

    this.#count++
    this.#perAddress.set(address, count + 1)

    return () => {
      this.#count--
      const left = (this.#perAddress.get(address) ?? 0) - 1

      if (left > 0) {
        this.#perAddress.set(address, left)
      } else {
        this.#perAddress.delete(address)
      }
    }
  }
}
