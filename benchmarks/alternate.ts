import { NotRunError } from './benchmark.ts'
import { stopWorkers } from './worker.ts'
import type { Benchmark, Contest, Missing, Outcome, Peer, Result, Row, Settings } from './benchmark.ts'

/** The results of a benchmark's rows, or why there are none: never rejects. */
export async function attempt (benchmark: Benchmark, settings: Settings): Promise<Outcome[]> {
  const { promise: expired, reject: expire } = Promise.withResolvers<never>()
  const limitMs = settings.quick ? settings.limitMs : benchmark.limitMs ?? settings.limitMs
  const timer = setTimeout(() => { expire(new Error(`took over ${limitMs / 1_000} s`)) }, limitMs)

  try {
    return await Promise.race([measure(benchmark, settings), expired])
  } catch (err: any) {
    const failed = !(err instanceof NotRunError)
    const why = failed ? err.message : `not run: ${err.message}`

    return benchmark.rows.map((row): Missing => ({ ...row, why, failed }))
  } finally {
    clearTimeout(timer)

    // those of a benchmark that did not end by itself
    stopWorkers()
  }
}

/**
 * Runs all contenders of a benchmark in turn, round after round, so that a machine that drifts
 * drifts for all, and takes each one's medians.
 */
async function measure (benchmark: Benchmark, settings: Settings): Promise<Result[]> {
  const contest = await benchmark.open(settings)

  try {
    return await alternate(benchmark, contest, settings)
  } finally {
    await contest.close?.()
  }
}

async function alternate ({ rows, fresh = false, maxRounds = Infinity }: Benchmark, { ours, peers }: Contest, settings: Settings): Promise<Result[]> {
  const contenders = Object.entries({ ours, ...peers }).flatMap(([name, run]) => run == null ? [] : [{ name, run, samples: [] as number[][] }])
  const notRun = (Object.keys(peers) as Peer[]).filter(peer => peers[peer] == null)
  const warmUps = fresh ? 0 : settings.warmUps
  const rounds = warmUps + Math.min(settings.rounds, maxRounds)

  for (let round = 0; round < rounds; round++) {
    for (const { run, samples } of contenders) {
      const values = await run()

      if (round >= warmUps) {
        samples.push(values)
      }
    }
  }

  return rows.map((row, i) => {
    const medians = contenders.map(({ name, samples }) => [name, median(samples.map(values => values[i]))])

    return toResult(row, Object.fromEntries(medians), notRun)
  })
}

function toResult (row: Row, { ours, ...peers }: Record<string, number>, notRun: Peer[]): Result {
  const ratios: Partial<Record<Peer, number>> = {}

  for (const [peer, theirs] of Object.entries(peers)) {
    ratios[peer as Peer] = row.better === 'higher' ? ours / theirs : theirs / ours
  }

  return { ...row, ours, peers, ratios, notRun }
}

export function median (values: number[]): number {
  return percentile(values, 0.5)
}

/** The value that such a part of the values, from 0 to 1, is not above. */
export function percentile (values: number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const position = (sorted.length - 1) * part
  const below = sorted[Math.floor(position)]

  return below + (sorted[Math.ceil(position)] - below) * (position % 1)
}
