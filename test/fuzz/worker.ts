import { setImmediate } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { seededRandom } from '../fixtures/seeded-random.ts'
import { check, failureOf } from './measured.ts'
import { done } from './memo-crypto.ts'
import { minimise } from './minimise.ts'
import { Mutator } from './mutator.ts'
import { TARGETS } from './targets/index.ts'
import type { Target } from './target.ts'
import type { Report, Slice, WorkerInit } from './watched.ts'

const BATCH = 64
const MAX_CORPUS = 1024

const { seed, progress, current, targets } = workerData as WorkerInit
const loaded: Target[] = targets == null ? TARGETS : (await import(targets)).TARGETS

/** What is known of a target. */
interface State {
  target: Target
  corpus: Uint8Array[]
  mutator: Mutator
  outcomes: Set<string>
}

const states = new Map(loaded.map((target, i): [string, State] => {
  const corpus = [...target.corpus]

  return [target.name, { target, corpus, mutator: new Mutator(seededRandom(seed + i), corpus), outcomes: new Set() }]
}))

let rejection: Error | undefined
process.on('unhandledRejection', (err: Error) => { rejection ??= err })

// stacks are for those who look into a failure, and making them takes longer than all else
Error.stackTraceLimit = 0

async function run ({ name, milliseconds, inputs, input }: Slice): Promise<Report> {
  const state = states.get(name)

  if (state == null) {
    throw new Error(`There is no target ${name}`)
  }

  const { target, outcomes } = state
  const end = performance.now() + milliseconds
  const operations = done.operations
  let tried = 0
  let failing = input

  while (failing == null && tried < inputs && performance.now() < end) {
    const length = Math.min(BATCH, inputs - tried)
    failing = await runBatch(state, length)
    tried += length
  }

  const report = { tried, operations: done.operations - operations, outcomes: outcomes.size }
  const failure = failing == null ? undefined : await failureLater(target, failing)

  return failure == null || failing == null ? report : { ...report, failure: { message: failure, input: await smallest(target, failing, failure) } }
}

/** The first input of some that fails, if one does. */
async function runBatch ({ target, corpus, mutator, outcomes }: State, length: number): Promise<Uint8Array | undefined> {
  const batch: Uint8Array[] = []

  for (let i = 0; i < length; i++) {
    const input = mutator.next()
    batch.push(input)
    announce(input)

    try {
      const outcome = check(target, input)

      if (!outcomes.has(outcome)) {
        outcomes.add(outcome)
        corpus.length < MAX_CORPUS && corpus.push(input)
      }
    } catch {
      return input
    }
  }

  if (await rejected() != null) {
    return firstFailing(target, batch)
  }
}

async function firstFailing (target: Target, inputs: Uint8Array[]): Promise<Uint8Array | undefined> {
  for (const input of inputs) {
    if (await failureLater(target, input) != null) {
      return input
    }
  }
}

/** Says what is about to be tried, so that it is known where it never ends. */
function announce (input: Uint8Array): void {
  current.set(input.subarray(0, current.byteLength))
  Atomics.store(progress, 1, input.byteLength)
  Atomics.add(progress, 0, 1)
}

/** How an input fails, be it in what is told only once the decoder has returned. */
async function failureLater (target: Target, input: Uint8Array): Promise<string | undefined> {
  announce(input)
  const failure = failureOf(target, input)
  const later = await rejected()

  return failure?.message ?? (later == null ? undefined : `Nobody handles a rejection: ${later.message}`)
}

async function rejected (): Promise<Error | undefined> {
  await setImmediate()
  const err = rejection
  rejection = undefined

  return err
}

/** The smallest input that fails in the same way. */
async function smallest (target: Target, input: Uint8Array, message: string): Promise<Uint8Array> {
  return minimise(input, async candidate => await failureLater(target, candidate) === message)
}

parentPort?.on('message', (slice: Slice) => {
  run(slice).then(report => parentPort?.postMessage(report), (err) => { throw err })
})
parentPort?.postMessage('ready')
