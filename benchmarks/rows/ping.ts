import { setTimeout as delay } from 'node:timers/promises'
import { percentile } from '../alternate.ts'
import { startPair } from '../pair.ts'
import type { Benchmark, Contender, Row } from '../benchmark.ts'
import type { Pair } from '../pair.ts'

/** Our Pings come a second apart on one link, so that it takes many to send many. */
const LINKS = 100
const QUICK_LINKS = 10
const PING_INTERVAL = 1_001

/** Round trips that are timed in one round while the link is full. */
const LOADED_PINGS = 6

const rows = (name: string): Row[] => ['p50', 'p99'].map(part => ({ name: `${name}-${part}`, unit: 'ms', better: 'lower' }))
const percentiles = (times: number[]): number[] => [percentile(times, 0.5), percentile(times, 0.99)]

interface PingBenchmark {
  name: string
  links (quick: boolean): number

  /** Round trips, in milliseconds. */
  sample (pair: Pair, quick: boolean): Promise<number[]>
}

/** devp2p's Ping, beside the ping protocol of libp2p. */
function ping ({ name, links, sample }: PingBenchmark): Benchmark {
  return {
    name,
    rows: rows(name),
    open: async ({ quick }) => {
      const contender = (pair: Pair): Contender => async () => percentiles(await sample(pair, quick))
      const pairs = await Promise.all(['native', 'noise'].map(async flavour => startPair(flavour, { connections: links(quick), senders: true })))
      const [ours, noise] = pairs

      return {
        ours: contender(ours),
        peers: { noise: contender(noise) },
        close: async () => { await Promise.all(pairs.map(async pair => pair.stop())) }
      }
    }
  }
}

export const pings: Benchmark[] = [
  ping({
    name: 'ping',
    links: (quick) => quick ? QUICK_LINKS : LINKS,
    sample: async ({ dialer }) => {
      await delay(PING_INTERVAL)

      return dialer.call('ping')
    }
  }),
  ping({
    name: 'ping-loaded',
    links: () => 1,
    sample: async ({ dialer }, quick) => dialer.call('pingLoaded', { count: quick ? 1 : LOADED_PINGS })
  })
]
