/** Whoever holds bytes of something that is not complete. */
export interface UnfinishedHolder {
  /** All of them together hold too much, and this one has been at it the longest. */
  onTooMuch (): void
}

/** Counts what many connections hold of frames that are not complete, and bounds it. */
export class UnfinishedBytes {
  readonly #max: number

  /** In the order in which their frames were begun. */
  readonly #holders = new Map<UnfinishedHolder, number>()
  #total = 0

  /** @param max - bytes of all holders together */
  constructor (max: number) {
    this.#max = max
  }

  get total (): number {
    return this.#total
  }

  /** What a holder has now of a frame that it goes on with, or begins. */
  hold (holder: UnfinishedHolder, bytes: number): void {
    this.#total += bytes - (this.#holders.get(holder) ?? 0)
    this.#holders.set(holder, bytes)

    while (this.#total > this.#max) {
      const [[oldest]] = this.#holders
      this.release(oldest)

      // not from within the read of another, whom the error's stack would keep for as long as somebody has it
      queueMicrotask(() => { oldest.onTooMuch() })
    }
  }

  /** It has nothing unfinished any more. */
  release (holder: UnfinishedHolder): void {
    this.#total -= this.#holders.get(holder) ?? 0
    this.#holders.delete(holder)
  }
}
