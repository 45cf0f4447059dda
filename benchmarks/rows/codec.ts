import { timeOf } from '../pace.ts'
import { makePayload } from '../payload.ts'
import { ethereumjsCodec } from '../peers/ethereumjs.ts'
import { startGeth } from '../peers/geth.ts'
import { limitCodec } from '../peers/limit.ts'
import { ourCodec } from '../peers/ours.ts'
import { SIZES } from '../sizes.ts'
import type { Benchmark, Contender } from '../benchmark.ts'
import type { PayloadKind } from '../payload.ts'

interface Variant {
  name: string
  size: number
  kind?: PayloadKind
  snappy?: boolean
}

/** One message to a frame and back, in one thread. */
function codec ({ name, size, kind, snappy = false }: Variant): Benchmark {
  // what a message costs says more of small ones, what a byte costs of large ones
  const perByte = size > 64

  return {
    name,
    thorough: name.includes('1MiB'),
    rows: [perByte ? { name, unit: 'MB/s', better: 'higher' } : { name, unit: 'µs', better: 'lower' }],
    open: async ({ sliceMs }) => {
      const payload = makePayload(size, kind)
      const geth = await startGeth()
      const toValues = (micros: number): number[] => [perByte ? size / micros : micros]
      const contender = (run: () => void): Contender => () => toValues(timeOf(run, sliceMs))

      return {
        ours: contender(ourCodec(payload, { snappy })),
        peers: {
          ...(snappy ? {} : { limit: contender(limitCodec(payload)) }),
          geth: geth && (async () => toValues(await geth.call('codec', { payload: Buffer.from(payload).toString('base64'), snappy, sliceMs }))),
          ethereumjs: contender(ethereumjsCodec(payload, { snappy }))
        },
        close: async () => { await geth?.stop() }
      }
    }
  }
}

export const codecs: Benchmark[] = [
  ...['1MiB', '32KiB', '1KiB', '64B'].map(size => codec({ name: `codec-${size}`, size: SIZES[size] })),
  ...['1MiB', '32KiB'].flatMap(size => [
    codec({ name: `codec-snappy-${size}`, size: SIZES[size], snappy: true }),
    codec({ name: `codec-snappy-${size}-compressible`, size: SIZES[size], kind: 'compressible', snappy: true })
  ])
]
