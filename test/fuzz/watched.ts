import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { minimise } from './minimise.ts'
import { MAX_LENGTH } from './mutator.ts'

/** How long one input may take, in milliseconds, until it is said to take for ever. */
const HANG = 20_000
const POLL = 250

/** Finding the smallest input that takes for ever takes many times as long. */
const MAX_TRIES = 32
const TRIED_HANG = 2_000

export interface WorkerInit {
  seed: number

  /** How many inputs were begun, and the length of the last. */
  progress: Int32Array
  current: Uint8Array

  /** A module with other targets than all. */
  targets?: string
}

/** What to do next: one target, for so long, and for so many inputs at the most. */
export interface Slice {
  name: string
  milliseconds: number
  inputs: number

  /** Only this one. */
  input?: Uint8Array
}

export interface Report {
  tried: number

  /** How many operations on the curve that took. */
  operations: number

  /** How many different ways an input ended. */
  outcomes: number
  failure?: { message: string, input: Uint8Array }
}

export interface WatchedInit {
  seed: number
  targets?: string

  /** @default 20000 */
  hang?: number
}

/** The fuzzer in a thread of its own, which can be ended where a decoder does not end. */
export class Watched {
  readonly #init: WatchedInit
  readonly #progress = new Int32Array(new SharedArrayBuffer(8))
  readonly #current = new Uint8Array(new SharedArrayBuffer(MAX_LENGTH))
  #worker?: Worker

  constructor (init: WatchedInit) {
    this.#init = init
  }

  async start (): Promise<Worker> {
    const { seed, targets } = this.#init
    const workerData: WorkerInit = { seed, targets, progress: this.#progress, current: this.#current }
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData })
    await once(worker, 'message')

    this.#worker = worker

    return worker
  }

  async run (slice: Slice): Promise<Report> {
    const before = Atomics.load(this.#progress, 0)
    const ended = await this.#runOnce(slice, this.#init.hang ?? HANG)

    if (typeof ended !== 'string') {
      return ended
    }

    const tried = Atomics.load(this.#progress, 0) - before
    const input = await minimise(this.#current.slice(0, Atomics.load(this.#progress, 1)), async (input) => {
      return await this.#runOnce({ ...slice, input }, Math.min(this.#init.hang ?? HANG, TRIED_HANG)) === ended
    }, MAX_TRIES)

    return { tried, operations: 0, outcomes: 0, failure: { message: ended, input } }
  }

  async stop (): Promise<void> {
    await this.#worker?.terminate()
    this.#worker = undefined
  }

  /** The report, or how the thread came to its end instead. */
  async #runOnce (slice: Slice, hang: number): Promise<Report | string> {
    const worker = this.#worker ?? await this.start()
    const over = new AbortController()
    const { signal } = over
    worker.postMessage(slice)

    try {
      return await Promise.race([
        once(worker, 'message', { signal }).then(([report]) => report),
        this.#watch(hang, signal)
      ])
    } catch (err: any) {
      this.#worker = undefined

      return `It ends the thread: ${err.message}`
    } finally {
      over.abort()
    }
  }

  /** Ends the thread where no input is begun for too long. */
  async #watch (hang: number, signal: AbortSignal): Promise<string> {
    let begun = -1

    for (let since = performance.now(); performance.now() - since < hang; await delay(POLL, undefined, { signal })) {
      const now = Atomics.load(this.#progress, 0)
      since = now === begun ? since : performance.now()
      begun = now
    }

    await this.stop()

    return 'It does not end'
  }
}
