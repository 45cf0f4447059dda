/**
 * The codec as a browser runs it.
 */

import { defaultCrypto } from '../../src/crypto/index.ts'
import { nobleCrypto } from '../../src/crypto/noble.ts'
import { timeOf } from '../pace.ts'
import { ourCodec } from '../peers/ours.ts'

const CRYPTOS = { default: defaultCrypto, noble: nobleCrypto }

interface CodecArguments {
  size: number
  crypto: keyof typeof CRYPTOS
  sliceMs: number
}

const runs = new Map<string, () => void>()

function codec ({ size, crypto, sliceMs }: CodecArguments): number {
  const key = `${size} ${crypto}`
  const run = runs.get(key) ?? ourCodec(CRYPTOS[crypto].randomBytes(size), { crypto: CRYPTOS[crypto] })
  runs.set(key, run)

  return timeOf(run, sliceMs)
}

Object.assign(globalThis, { codec })
