import { concat } from 'uint8arrays/concat'

/** Bytes from which on a write is not copied to go out with others. */
const MIN_ALONE = 16 * 1024

/** Bytes that are gathered at the most. */
const MAX_GATHERED = 32 * 1024

/** Microtasks without a further write after which a burst is over: some loops take a few of them for each write. */
const PATIENCE = 16

/**
 * Makes one write of the small ones of a burst, since each is a call of the operating system,
 * which costs more than a small frame. No write waits for longer than microtasks take.
 */
export class GatheredWrites {
  readonly #write: (bytes: Uint8Array) => void
  #gathered: Uint8Array[] = []
  #byteLength = 0
  #patience = 0
  #waiting = false

  constructor (write: (bytes: Uint8Array) => void) {
    this.#write = write
  }

  add (bytes: Uint8Array): void {
    if (bytes.byteLength >= MIN_ALONE) {
      this.flush()
      this.#write(bytes)
      return
    }

    this.#gathered.push(bytes)
    this.#byteLength += bytes.byteLength

    if (this.#byteLength >= MAX_GATHERED) {
      this.flush()
      return
    }

    this.#patience = PATIENCE

    if (!this.#waiting) {
      this.#waiting = true
      queueMicrotask(this.#wait)
    }
  }

  /** Writes what is there so far. */
  flush (): void {
    const gathered = this.#gathered
    const byteLength = this.#byteLength

    this.clear()

    if (gathered.length > 0) {
      this.#write(gathered.length === 1 ? gathered[0] : concat(gathered, byteLength))
    }
  }

  /** Drops what is there so far. */
  clear (): void {
    this.#gathered = []
    this.#byteLength = 0
  }

  readonly #wait = (): void => {
    if (this.#gathered.length > 0 && --this.#patience > 0) {
      queueMicrotask(this.#wait)
    } else {
      this.#waiting = false
      this.flush()
    }
  }
}
