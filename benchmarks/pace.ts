/** The most that a round may grow from one to the next. */
const MAX_GROWTH = 8

/** Microseconds that one run takes, over a slice of time. */
export function timeOf (run: () => void, sliceMs: number): number {
  let runs = 0
  let batch = 1
  let elapsed = 0

  const begin = performance.now()

  // the clock is looked at seldom enough not to be felt
  while (elapsed < sliceMs) {
    for (let i = 0; i < batch; i++) {
      run()
    }

    runs += batch
    elapsed = performance.now() - begin

    // the clocks of browsers stand still for a while
    batch = elapsed === 0 ? 2 * batch : Math.max(1, Math.floor(runs * Math.min(sliceMs / 8, sliceMs - elapsed) / elapsed))
  }

  return elapsed * 1_000 / runs
}

/**
 * Makes a round of something that is told how often to run and says how many milliseconds that
 * took: so often that it takes about a slice of time, going by the last round.
 *
 * @returns a function that resolves with runs a second
 */
export function paced (run: (count: number) => Promise<number>, sliceMs: number, first = 1): () => Promise<number> {
  let count = first

  return async () => {
    while (true) {
      const elapsed = await run(count)
      const rate = count * 1_000 / elapsed
      const wanted = Math.ceil(rate * sliceMs / 1_000)
      const enough = elapsed > sliceMs / 3
      count = Math.max(1, Math.min(wanted, count * MAX_GROWTH))

      if (enough) {
        return rate
      }
    }
  }
}
