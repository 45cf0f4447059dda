import { timeOf } from '../pace.ts'
import { ethereumjsHandshake } from '../peers/ethereumjs.ts'
import { startGeth } from '../peers/geth.ts'
import { ourHandshake } from '../peers/ours.ts'
import type { Benchmark, Contender } from '../benchmark.ts'

/** Both sides of the encryption handshake, one after the other, without a socket. */
export const handshake: Benchmark = {
  name: 'handshake',
  rows: [{ name: 'handshake', unit: 'ms', better: 'lower' }],
  open: async ({ sliceMs }) => {
    const geth = await startGeth()
    const contender = (run: () => unknown): Contender => () => [timeOf(run, sliceMs) / 1_000]

    return {
      ours: contender(ourHandshake()),
      peers: {
        geth: geth && (async () => [await geth.call('handshake', { sliceMs }) / 1_000]),
        ethereumjs: contender(ethereumjsHandshake())
      },
      close: async () => { await geth?.stop() }
    }
  }
}
