import { FORGERY_WINDOW, MAX_FORGERS } from './constants.ts'
import { sourceOf } from './source.ts'
import type { Multiaddr } from '@multiformats/multiaddr'

/** By name: each has cost us curve operations, and was made by somebody who has no key to make it with. */
const FORGERIES = ['HandshakeDecryptionError', 'InvalidAuthError', 'BadHeaderMacError', 'BadFrameMacError']

/**
 * Counts the handshakes of each address that came to nothing because they were forged. They are
 * the one thing that costs us far more than it costs the other side.
 */
export class ForgedHandshakes {
  readonly #max: number

  /** Whoever was counted last comes last. */
  readonly #counts = new Map<string, number>()
  #since = performance.now()

  /** @param max - of one address, or one IPv6 network of 64 bits, in a minute */
  constructor (max: number) {
    this.#max = max
  }

  /** Whether an address has had its share for now. */
  tooMany (remoteAddr: Multiaddr): boolean {
    this.#beginWindow()

    return (this.#counts.get(sourceOf(remoteAddr)) ?? 0) >= this.#max
  }

  /** Takes note of how a handshake failed. */
  note (remoteAddr: Multiaddr, err: Error): void {
    if (FORGERIES.includes(err.name)) {
      this.#beginWindow()

      const source = sourceOf(remoteAddr)
      const count = this.#counts.get(source) ?? 0

      this.#counts.delete(source)
      this.#makeRoom()
      this.#counts.set(source, count + 1)
    }
  }

  #makeRoom (): void {
    if (this.#counts.size >= MAX_FORGERS) {
      const [first] = this.#counts.keys()
      this.#counts.delete(first)
    }
  }

  /** Whoever was counted in the last one is forgotten. */
  #beginWindow (): void {
    const now = performance.now()

    if (now - this.#since >= FORGERY_WINDOW) {
      this.#since = now
      this.#counts.clear()
    }
  }
}
