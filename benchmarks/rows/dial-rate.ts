import { startPair } from '../pair.ts'
import { startEthereumjsPair } from '../peers/ethereumjs.ts'
import type { Benchmark, Contender } from '../benchmark.ts'
import type { DialPair } from '../pair.ts'

const NODES = 16
const DIALS = 64

/** Whole dials: TCP, handshake, Hello or what others have for it, upgrade. */
function dialRate (atOnce: number): Benchmark {
  const name = `dial-rate-${atOnce}`

  return {
    name,
    thorough: atOnce === 1,
    rows: [{ name, unit: 'dials/s', better: 'higher' }],
    open: async ({ quick }) => {
      const count = quick ? NODES : DIALS
      const contender = ({ dialer, addresses }: DialPair): Contender => async () => [count * 1_000 / await dialer.call('dial', { addresses, count, atOnce })]
      const pairs = await Promise.all([
        startPair('native', { nodes: NODES, connections: 0 }),
        startPair('noise', { nodes: NODES, connections: 0 }),
        startEthereumjsPair(NODES)
      ])
      const [ours, noise, ethereumjs] = pairs

      return {
        ours: contender(ours),
        peers: { ethereumjs: contender(ethereumjs), noise: contender(noise) },
        close: async () => { await Promise.all(pairs.map(async pair => pair.stop())) }
      }
    }
  }
}

export const dialRates: Benchmark[] = [1, 16].map(dialRate)
