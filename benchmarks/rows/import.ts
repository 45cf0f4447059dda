import { fileURLToPath } from 'node:url'
import { compilePackage } from '../compile.ts'
import { Worker } from '../worker.ts'
import type { Benchmark, Contender } from '../benchmark.ts'

const PROGRAM = fileURLToPath(new URL('../processes/import.ts', import.meta.url))

/** What is measured when it does not matter how long types take to be stripped. */
const SOURCE = new URL('../../src/index.ts', import.meta.url).href

const STOCK = ['@libp2p/noise', '@libp2p/yamux']

/** What a fresh process takes to import us, or what most nodes have in our place. */
export const importing: Benchmark = {
  name: 'import',
  fresh: true,
  rows: [
    { name: 'import-time', unit: 'ms', better: 'lower' },
    { name: 'import-memory', unit: 'MiB', better: 'lower' }
  ],
  open: async ({ quick }) => {
    const contender = (...modules: string[]): Contender => async () => {
      const worker = new Worker(process.execPath, ['--expose-gc', '--no-warnings', PROGRAM])
      const { ms, bytes } = await worker.call<{ ms: number, bytes: number }>('import', { modules })
      await worker.stop()

      return [ms, bytes / 1024 / 1024]
    }

    return {
      ours: contender(quick ? SOURCE : await compilePackage()),
      peers: { noise: contender(...STOCK) }
    }
  }
}
