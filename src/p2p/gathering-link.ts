import { concat } from 'uint8arrays/concat'
import type { ByteLink, LinkListener } from './link.ts'
import type { Uint8ArrayList } from 'uint8arraylist'

/** Bytes from which on a write goes out by itself: copying it would cost more than is saved. */
const MIN_ALONE = 16 * 1024

/** Bytes that are gathered at the most, less than one write more. */
const MAX_GATHERED = 32 * 1024

/** Microtasks without a further write after which a burst is over: a loop that awaits each takes a few of them. */
const PATIENCE = 16

type Listener = LinkListener<Uint8Array | Uint8ArrayList>

/**
 * Makes one write of the small ones of a burst, but for the first, since each is a call of the operating
 * system, which costs more than a small frame. None waits for longer than microtasks take.
 */
export class GatheringLink implements ByteLink {
  readonly #link: ByteLink
  #listener?: Listener
  #gathered: Uint8Array[] = []
  #byteLength = 0
  #patience = 0

  /** Whether there has been a write a moment ago, so that the next are a burst. */
  #waiting = false

  /** Enough was waiting at the last write, and there has been no room since. */
  #blocked = false

  constructor (link: ByteLink) {
    this.#link = link
  }

  get gives (): boolean | undefined {
    return this.#link.gives
  }

  get listener (): Listener | undefined {
    return this.#listener
  }

  set listener (listener: Listener | undefined) {
    this.#listener = listener
    this.#link.listener = listener && {
      onReceive: (bytes) => { listener.onReceive(bytes) },
      onDrain: () => {
        this.#blocked = false
        listener.onDrain()
      },
      onEnd: () => { listener.onEnd() },
      onFail: (err) => { listener.onFail(err) },
      onClose: (err) => { listener.onClose(err) }
    }
  }

  send (bytes: Uint8Array): boolean {
    if (bytes.byteLength >= MIN_ALONE) {
      this.#flush()
      this.#write(bytes)
    } else {
      this.#gather(bytes)
    }

    return !this.#blocked
  }

  pause (): void {
    this.#link.pause()
  }

  resume (): void {
    this.#link.resume()
  }

  end (over?: boolean): void {
    this.#flush()
    this.#link.end(over)
  }

  destroy (err?: Error): void {
    if (err == null) {
      this.#flush()
    }

    this.#drop()
    this.#link.destroy(err)
  }

  #gather (bytes: Uint8Array): void {
    this.#patience = PATIENCE

    if (!this.#waiting) {
      // it may be the only one
      this.#waiting = true
      queueMicrotask(this.#wait)
      this.#write(bytes)
      return
    }

    this.#gathered.push(bytes)
    this.#byteLength += bytes.byteLength

    if (this.#byteLength >= MAX_GATHERED) {
      this.#flush()
    }
  }

  readonly #wait = (): void => {
    if (--this.#patience > 0) {
      queueMicrotask(this.#wait)
    } else {
      this.#waiting = false
      this.#flush()
    }
  }

  #flush (): void {
    const [gathered, byteLength] = [this.#gathered, this.#byteLength]

    this.#drop()

    if (gathered.length > 0) {
      this.#write(gathered.length === 1 ? gathered[0] : concat(gathered, byteLength))
    }
  }

  #write (bytes: Uint8Array): void {
    this.#blocked = !this.#link.send(bytes)
  }

  #drop (): void {
    this.#gathered = []
    this.#byteLength = 0
  }
}
