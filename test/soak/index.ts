/* eslint-disable no-console -- this is a program */

/**
 * Connects, talks, disconnects and fails, over and over, with good peers and bad ones, and looks whether
 * anything is left of it: `npm run soak -- --minutes 30 --seed 1`
 *
 * It fails where the heap surely climbs: where a straight line through the samples after the warm-up does
 * so by more than 512 KiB over all of them, even if it is three standard errors less steep. It fails as well
 * where the last sample has a socket, a timer or an event listener more than the first, and where over a
 * hundredth of the good connections were given up because something took too long.
 */

import { parseArgs } from 'node:util'
import { stopNodes } from '../fixtures/libp2p-nodes.ts'
import { seededRandom } from '../fixtures/seeded-random.ts'
import { openPlaces } from './places.ts'
import { formatSample, HEADER, takeSample } from './samples.ts'
import { judge } from './verdict.ts'
import { workersOf } from './workers.ts'
import type { Sample } from './samples.ts'
import type { Verdict } from './verdict.ts'

const MAX_SAMPLES = 180

/** From one sample to the next, in milliseconds. */
const MIN_INTERVAL = 2_000

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '1' }, seed: { type: 'string', default: '1' } } })
const duration = Number(values.minutes) * 60_000
const places = await openPlaces()
const tally = { connections: 0, messages: 0, late: 0, failures: 0 }
const random = seededRandom(Number(values.seed))
const workers = workersOf(places, random, tally)
const interval = Math.max(MIN_INTERVAL, duration / MAX_SAMPLES)
const begin = performance.now()
const samples: Sample[] = []

console.info(`${values.minutes} minutes with seed ${values.seed}\n${HEADER}`)

while (performance.now() - begin < duration) {
  const end = performance.now() + interval

  await Promise.all(workers.map(async (work) => {
    do {
      await work()
    } while (performance.now() < end)
  }))

  const sample = await takeSample(places, (performance.now() - begin) / 1_000, tally, samples[0])
  samples.push(sample)
  console.info(formatSample(sample))
}

await stopNodes()
report(judge(samples))

function report ({ trend: { slope, error }, climbed, faults }: Verdict): void {
  console.info(`heap: ${kibPerHour(slope)} ± ${kibPerHour(error)} KiB an hour; surely climbed by ${Math.round(Math.max(0, climbed) / 1024)} KiB`)
  console.info(faults.length === 0 ? 'nothing is left' : `failed: ${faults.join(', ')}`)
  process.exitCode = faults.length === 0 ? 0 : 1
}

function kibPerHour (bytesPerSecond: number): number {
  return Math.round(bytesPerSecond * 3_600 / 1024)
}
