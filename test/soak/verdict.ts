import { fitLine, surelyClimbed } from './trend.ts'
import type { Sample } from './samples.ts'
import type { Trend } from './trend.ts'

/** Bytes that the heap may surely climb by, while V8 still learns how things are called. */
const MAX_CLIMB = 512 * 1024
const MAX_LATE = 0.01

/** The first part of the time is not looked at: code is compiled, and caches are filled. */
const WARM_UP = 1 / 3

/** No fewer tell how far they are off a line. */
const MIN_SAMPLES = 3

export interface Verdict {
  /** Of the heap after the warm-up, in bytes and seconds. */
  trend: Trend

  /** Bytes that the heap climbed by, at the least. */
  climbed: number

  /** What is wrong, if anything. */
  faults: string[]
}

/** Whether nothing is left of what was done. */
export function judge (samples: Sample[]): Verdict {
  const [first, last] = [samples[0], samples[samples.length - 1]]
  const points = samples
    .filter(({ seconds }) => seconds > last.seconds * WARM_UP)
    .map(({ seconds, heap }): [number, number] => [seconds, heap])

  if (points.length < MIN_SAMPLES) {
    throw new Error(`There are ${points.length} samples after the warm-up, and ${MIN_SAMPLES} are needed`)
  }

  const climbed = surelyClimbed(points)

  const faults = Object.entries({
    'the heap climbs': climbed > MAX_CLIMB,
    'there are more handles': last.handles > first.handles,
    'there are more listeners': last.listeners > first.listeners,
    'too many connections were late': last.late > MAX_LATE * last.connections
  })

  return { trend: fitLine(points), climbed, faults: faults.filter(([, found]) => found).map(([fault]) => fault) }
}
