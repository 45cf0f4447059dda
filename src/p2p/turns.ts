/** How long a loop may go on without a turn of the event loop, in milliseconds. */
const MAX_RUN = 50

/**
 * For loops that may find all they wait for done already, and would keep the thread to
 * themselves: no timer would run, and no Ping be read.
 */
export class Turns {
  #since = 0
  #next?: Promise<void>

  /** Resolves at once, unless the last turn of the event loop is too long ago: then with the next. */
  async leave (): Promise<void> {
    if (this.#next == null) {
      this.#since = performance.now()
      this.#next = new Promise(resolve => setTimeout(resolve)).then(() => { this.#next = undefined })
    }

    if (performance.now() - this.#since > MAX_RUN) {
      await this.#next
    }
  }
}
