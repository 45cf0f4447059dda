import { toString } from 'uint8arrays/to-string'
import { DisconnectReason } from '../p2p/disconnect.ts'
import { MAX_REFUSAL_PAUSE, MAX_REFUSALS } from './constants.ts'
import { PeerRefusedError } from './errors.ts'
import type { SessionEnd } from '../p2p/session-options.ts'

interface Refusal {
  reason: number

  /** How long the peer is left alone, in milliseconds. */
  pause: number

  /** When that is over. */
  until: number
}

/** What a peer says that would take us another time. */
const FAREWELLS: number[] = [DisconnectReason.requested, DisconnectReason.quitting]

/**
 * Peers that took us, and then told us to go. A dial of theirs has succeeded as far as libp2p
 * knows, so that it would dial them again at once, and never give up.
 */
export class Refusals {
  readonly #pause: number

  /** Whoever refused us last comes last. */
  readonly #refusals = new Map<string, Refusal>()

  /** @param pause - how long a peer is left alone after the first refusal, in milliseconds */
  constructor (pause: number) {
    this.#pause = pause
  }

  get size (): number {
    return this.#refusals.size
  }

  /** Takes note of how a session that we had dialled ended. */
  note (remoteId: Uint8Array, { by, reason }: SessionEnd): void {
    if (by === 'local' || reason == null || FAREWELLS.includes(reason)) {
      return
    }

    const key = toString(remoteId, 'base16')
    const last = this.#refusals.get(key)
    const pause = last == null || isOver(last) ? this.#pause : Math.min(2 * last.pause, MAX_REFUSAL_PAUSE)

    this.#refusals.delete(key)
    this.#forget()
    this.#refusals.set(key, { reason, pause, until: performance.now() + pause })
  }

  /** @throws {PeerRefusedError} where a peer is to be left alone */
  check (remoteId: Uint8Array): void {
    const refusal = this.#refusals.get(toString(remoteId, 'base16'))

    if (refusal != null && refusal.until > performance.now()) {
      throw new PeerRefusedError(refusal.reason)
    }
  }

  /** From the one who refused us first: those who may do so again as if for the first time, and those who are too many. */
  #forget (): void {
    for (const [key, refusal] of this.#refusals) {
      if (this.#refusals.size < MAX_REFUSALS && !isOver(refusal)) {
        return
      }

      this.#refusals.delete(key)
    }
  }
}

/** Whether somebody has not refused us again for long. */
function isOver ({ until }: Refusal): boolean {
  return until + MAX_REFUSAL_PAUSE <= performance.now()
}
