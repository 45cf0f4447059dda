import { raceSignal } from 'race-signal'
import { abortable } from '../iterable/abortable.ts'
import type { Source } from 'it-stream-types'
import type { Uint8ArrayList } from 'uint8arraylist'

type Chunks = AsyncGenerator<Uint8Array | Uint8ArrayList, void, undefined>

/** Why a direction ended that has no more, or whose reader wants no more: no failure. */
const CLOSED = new Error('closed')

export interface DirectionInit<Output> {
  /** Makes what comes out, of what goes in. */
  transform (): AsyncGenerator<Output, void, undefined>

  /** Called once, when nothing will come out any more; with the error, if it is for one. */
  onEnd (err?: Error): void
}

/**
 * One way through the codec. Nothing is queued in here: what is read from `source` is pulled
 * from what `sink` was given, so that each end feels the other's backpressure.
 */
export class Direction<Output> {
  readonly source: AsyncGenerator<Output, void, undefined>
  readonly #init: DirectionInit<Output>
  readonly #input = Promise.withResolvers<Chunks>()
  readonly #over = new AbortController()

  constructor (init: DirectionInit<Output>) {
    this.#init = init
    this.source = this.#read()

    const end = this.source.return.bind(this.source)

    // a generator that waits for something does not hear of `return` before that has come
    this.source.return = async (value) => {
      this.end()

      return end(value)
    }
  }

  /** Fires when nothing will come out any more. */
  get signal (): AbortSignal {
    return this.#over.signal
  }

  /** What goes in, as soon as there is a source for it. */
  async input (): Promise<Chunks> {
    return raceSignal(this.#input.promise, this.signal)
  }

  /** Resolves when the direction has ended, rejects when it has failed; the source is closed then. */
  async sink (source: Source<Uint8Array | Uint8ArrayList>): Promise<void> {
    const input = abortable(source, this.signal)
    this.#input.resolve(input)

    if (!this.signal.aborted) {
      await new Promise((resolve) => { this.signal.addEventListener('abort', resolve) })
    }

    // now that the signal has fired, this closes the source, even one that was never read
    await input.next().catch(() => {})
    this.#throwIfFailed()
  }

  end (err?: Error): void {
    if (!this.signal.aborted) {
      this.#over.abort(err ?? CLOSED)
      this.#init.onEnd(err)
    }
  }

  async * #read (): AsyncGenerator<Output, void, undefined> {
    try {
      yield * this.#init.transform()
      this.end()
    } catch (err: any) {
      this.end(err)
    }

    this.#throwIfFailed()
  }

  #throwIfFailed (): void {
    if (this.signal.reason !== CLOSED) {
      throw this.signal.reason
    }
  }
}
