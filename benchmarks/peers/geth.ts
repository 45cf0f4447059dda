import { fileURLToPath } from 'node:url'
import { buildProgram, hasGo } from '../../test/interop/tools.ts'
import { Worker } from '../worker.ts'
import type { Pair } from '../pair.ts'

const MODULE = fileURLToPath(new URL('../geth', import.meta.url))

let program: Promise<string> | undefined

/** A process of `geth/`, on one core; `undefined` where there is no Go to build it. */
export async function startGeth (): Promise<Worker | undefined> {
  if (!await hasGo()) {
    return
  }

  // as geth is built: its curve is libsecp256k1, where there is a C compiler
  program ??= buildProgram('bench', '.', MODULE, { CGO_ENABLED: undefined })

  return new Worker(await program, [])
}

/** Two of them, one of which has dialled the other. */
export async function startGethPair (): Promise<Pick<Pair, 'dialer' | 'stop'> | undefined> {
  const [dialer, listener] = [await startGeth(), await startGeth()]

  if (dialer == null || listener == null) {
    return
  }

  await dialer.call('dial', await listener.call<object>('listen'))

  return { dialer, stop: async () => { await Promise.all([dialer.stop(), listener.stop()]) } }
}
