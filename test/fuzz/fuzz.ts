import { save } from './saved.ts'
import { Watched } from './watched.ts'
import type { Report, WatchedInit } from './watched.ts'

/** How long a target has at a time, in milliseconds. */
const SLICE = 5_000

export interface FuzzInit extends WatchedInit {
  names: string[]
  seconds: number

  /** A target is left alone after so many. */
  inputs?: number

  /** Where inputs that fail are kept. */
  folder?: string
}

export interface Total extends Omit<Report, 'failure'> {
  name: string
  milliseconds: number
  failures: Array<{ message: string, path: string }>
}

/** Drives targets in turns until the time is up; one that failed is not driven on. */
export async function fuzz ({ names, seconds, inputs = Infinity, folder, ...init }: FuzzInit): Promise<Total[]> {
  const totals = names.map((name): Total => ({ name, tried: 0, operations: 0, outcomes: 0, milliseconds: 0, failures: [] }))
  const watched = new Watched(init)
  await watched.start()
  const end = performance.now() + seconds * 1000
  const slice = Math.min(SLICE, seconds * 1000 / names.length)
  const open = (): Total[] => totals.filter(({ tried, failures }) => tried < inputs && failures.length === 0)

  for (let round = open(); round.length > 0 && performance.now() < end; round = open()) {
    for (const total of round) {
      const begin = performance.now()
      const { tried, operations, outcomes, failure } = await watched.run({ name: total.name, milliseconds: slice, inputs: inputs - total.tried })
      total.tried += tried
      total.operations += operations
      total.outcomes = Math.max(total.outcomes, outcomes)
      total.milliseconds += performance.now() - begin

      if (failure != null) {
        const { message, input } = failure
        total.failures.push({ message, path: await save({ target: total.name, failure: message, input }, folder) })
      }
    }
  }

  await watched.stop()

  return totals
}
