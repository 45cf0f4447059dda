/**
 * The time that the other side has for something. While the event loop stands still, or the machine
 * sleeps, nothing is read of what it may have said in time: as late as the end of its time comes, so
 * much longer it has, once, and a turn of the event loop at least.
 */
export class Deadline {
  readonly #onOver: () => void
  #timer?: ReturnType<typeof setTimeout>

  constructor (onOver: () => void) {
    this.#onOver = onOver
  }

  /** Whether time is passing. */
  get running (): boolean {
    return this.#timer != null
  }

  /** Begins, or begins again: so many milliseconds. */
  start (time: number): void {
    const end = performance.now() + time

    this.stop()
    this.#timer = setTimeout(() => {
      const late = Math.max(0, performance.now() - end)

      this.#timer = setTimeout(() => {
        this.#timer = undefined
        this.#onOver()
      }, Math.min(late, time))
    }, time)
  }

  stop (): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
