import { paced } from '../pace.ts'
import { startPair } from '../pair.ts'
import { startGethPair } from '../peers/geth.ts'
import { megabytes, SIZES } from '../sizes.ts'
import type { Benchmark, Contender } from '../benchmark.ts'
import type { Worker } from '../worker.ts'

/** A round is longer than of what runs in one process, so that a start is not felt. */
const SLICES = 2

/** What is sent at first, before it is known how fast that is. */
const FIRST_BYTES = 64 * 1024

/** Messages one way, from one process to another over TCP. */
function stream (sizeName: string): Benchmark {
  const size = SIZES[sizeName]
  const name = `stream-${sizeName}`
  const perByte = size > 64

  return {
    name,
    thorough: sizeName === '1MiB' || sizeName === '1KiB',
    rows: [{ name, unit: perByte ? 'MB/s' : 'messages/s', better: 'higher' }],
    open: async ({ sliceMs }) => {
      const contender = (sender: Worker): Contender => {
        const run = paced(async count => sender.call('send', { size, count }), sliceMs * SLICES, Math.ceil(FIRST_BYTES / size))

        return async () => {
          const rate = await run()

          return [perByte ? megabytes(size, rate) : rate]
        }
      }

      const [ours, noise, geth] = await Promise.all([
        startPair('native', { senders: true }),
        startPair('noise', { senders: true }),
        startGethPair()
      ])

      return {
        ours: contender(ours.dialer),
        peers: {
          geth: geth && contender(geth.dialer),
          noise: contender(noise.dialer)
        },
        close: async () => { await Promise.all([ours.stop(), noise.stop(), geth?.stop()]) }
      }
    }
  }
}

export const streams: Benchmark[] = ['1MiB', '64KiB', '1KiB', '64B'].map(stream)
