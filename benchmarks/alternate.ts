import type { Benchmark, Peer, Result, Row, Settings } from './benchmark.ts'

/**
 * Runs all contenders of a benchmark in turn, round after round, so that a machine that drifts
 * drifts for all, and takes each one's medians. The first round warms them up.
 */
export async function measure ({ rows, open }: Benchmark, settings: Settings): Promise<Result[]> {
  const { ours, peers, close } = await open(settings)
  const contenders = Object.entries({ ours, ...peers }).flatMap(([name, run]) => run == null ? [] : [{ name, run, samples: [] as number[][] }])
  const notRun = (Object.keys(peers) as Peer[]).filter(peer => peers[peer] == null)

  try {
    for (let round = 0; round <= settings.rounds; round++) {
      for (const { run, samples } of contenders) {
        const values = await run()

        if (round > 0) {
          samples.push(values)
        }
      }
    }
  } finally {
    await close?.()
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
