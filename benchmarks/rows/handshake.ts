import { setTimeout as delay } from 'node:timers/promises'
import { timeOf } from '../pace.ts'
import { ethereumjsHandshake } from '../peers/ethereumjs.ts'
import { startGeth } from '../peers/geth.ts'
import { ourHandshake } from '../peers/ours.ts'
import type { Benchmark, Contender } from '../benchmark.ts'

/** After so many of them libsecp256k1 is loaded, in the background, which takes less than this, in milliseconds. */
const FIRST = 8
const LOADING = 2_000

/** Both sides of the encryption handshake, one after the other, without a socket. */
export const handshake: Benchmark = {
  name: 'handshake',
  rows: [{ name: 'handshake', unit: 'ms', better: 'lower' }],
  open: async ({ sliceMs, quick }) => {
    const geth = await startGeth()
    const contender = (run: () => unknown): Contender => () => [timeOf(run, sliceMs) / 1_000]

    const ours = ourHandshake()

    for (let i = 0; i < FIRST; i++) {
      ours()
    }

    await delay(quick ? 0 : LOADING)

    return {
      ours: contender(ours),
      peers: {
        geth: geth && (async () => [await geth.call('handshake', { sliceMs }) / 1_000]),
        ethereumjs: contender(ethereumjsHandshake())
      },
      close: async () => { await geth?.stop() }
    }
  }
}
