import { paced } from '../pace.ts'
import { startPair } from '../pair.ts'
import { megabytes, SIZES } from '../sizes.ts'
import type { Benchmark, Contender } from '../benchmark.ts'
import type { Pair } from '../pair.ts'

const SIZE = SIZES['64KiB']
const SLICES = 2

/** Our encrypter in the place of Noise: TCP below and yamux above are the same. */
export const encrypter: Benchmark = {
  name: 'encrypter-64KiB',
  rows: [{ name: 'encrypter-64KiB', unit: 'MB/s', better: 'higher' }],
  open: async ({ sliceMs }) => {
    const contender = ({ dialer }: Pair): Contender => {
      const run = paced(async count => dialer.call('send', { size: SIZE, count }), sliceMs * SLICES)

      return async () => [megabytes(SIZE, await run())]
    }

    const [ours, noise] = await Promise.all(['encrypter', 'noise'].map(async flavour => startPair(flavour, { senders: true })))

    return {
      ours: contender(ours),
      peers: { noise: contender(noise) },
      close: async () => { await Promise.all([ours.stop(), noise.stop()]) }
    }
  }
}
