import { FORGERY_WINDOW } from './constants.ts'
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
      this.#counts.set(source, (this.#counts.get(source) ?? 0) + 1)
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
