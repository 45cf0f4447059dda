import { bundle } from '../browser/bundle.ts'
import { openPage } from '../browser/chromium.ts'
import { SIZES } from '../sizes.ts'
import type { Benchmark, Contender } from '../benchmark.ts'

/** One message to a frame and back in Chromium, beside the same code on the noble packages alone. */
function browserCodec (sizeName: string): Benchmark {
  const size = SIZES[sizeName]
  const name = `browser-codec-${sizeName}`
  const perByte = size > 64

  return {
    name,
    rows: [perByte ? { name, unit: 'MB/s', better: 'higher' } : { name, unit: 'µs', better: 'lower' }],
    open: async ({ sliceMs }) => {
      const page = await openPage(await bundle('codec.ts'))
      const contender = (crypto: string): Contender => async () => {
        const micros = await page.call('codec', { size, crypto, sliceMs })

        return [perByte ? size / micros : micros]
      }

      return {
        ours: contender('default'),
        peers: { noble: contender('noble') },
        close: async () => { await page.close() }
      }
    }
  }
}

export const browserCodecs: Benchmark[] = ['32KiB', '64B'].map(browserCodec)
