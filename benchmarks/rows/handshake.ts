import { setTimeout as delay } from 'node:timers/promises'
import { nobleCrypto } from '../../src/crypto/noble.ts'
import { timeOf } from '../pace.ts'
import { ethereumjsHandshake } from '../peers/ethereumjs.ts'
import { startGeth } from '../peers/geth.ts'
import { ourHandshake } from '../peers/ours.ts'
import type { Benchmark, Contender, Row } from '../benchmark.ts'

/** After so many of them libsecp256k1 is loaded, in the background, which takes less than this, in milliseconds. */
const FIRST = 8
const LOADING = 2_000

const row = (name: string): Row => ({ name, unit: 'ms', better: 'lower' })
const contenderFor = (sliceMs: number) => (run: () => unknown): Contender => () => [timeOf(run, sliceMs) / 1_000]

/** Both sides of the encryption handshake, one after the other, without a socket. */
export const handshake: Benchmark = {
  name: 'handshake',
  rows: [row('handshake')],
  open: async ({ sliceMs, quick }) => {
    const geth = await startGeth()
    const contender = contenderFor(sliceMs)
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

/** The same on the noble packages alone, which is what browsers have. */
export const nobleHandshake: Benchmark = {
  name: 'handshake-noble',
  rows: [row('handshake-noble')],
  open: async ({ sliceMs }) => {
    const contender = contenderFor(sliceMs)

    return {
      ours: contender(ourHandshake(nobleCrypto)),
      peers: { ethereumjs: contender(ethereumjsHandshake()) }
    }
  }
}
