import { startPair } from '../pair.ts'
import type { Benchmark, Contender } from '../benchmark.ts'
import type { Pair } from '../pair.ts'

const COUNTS = [100, 1_000]
const QUICK_COUNTS = [16, 32]

/** Connections that are there before it is counted, as the first ones take memory that is for all: two of each node. */
const NODES = 16
const FIRST = 2 * NODES

/** A round opens thousands of connections, of which a second has time for some dozens. */
const ROUNDS = 5
const LIMIT = 900_000

/** Memory that stays resident for each connection that has no stream, on the average of both sides. */
export const connectionsMemory: Benchmark = {
  name: 'connections-memory',
  fresh: true,
  maxRounds: ROUNDS,
  limitMs: LIMIT,
  rows: COUNTS.map(count => ({ name: `connections-memory-${count}`, unit: 'KiB', better: 'lower' })),
  open: async ({ quick }) => {
    const counts = quick ? QUICK_COUNTS : COUNTS
    const contender = (flavour: string): Contender => async () => measure(await startPair(flavour, { nodes: NODES, connections: FIRST, receive: false }), counts)

    return {
      ours: contender('native'),
      peers: { noise: contender('noise') }
    }
  }
}

async function measure (pair: Pair, counts: number[]): Promise<number[]> {
  const { dialer, listener, addresses } = pair
  const resident = async (): Promise<number> => (await dialer.call('memory') + await listener.call('memory')) / 2

  try {
    const values: number[] = []
    const before = await resident()
    let open = 0

    for (const count of counts) {
      await dialer.call('connect', { addresses, count: count - open })
      open = count
      values.push((await resident() - before) / count / 1024)
    }

    return values
  } finally {
    await pair.stop()
  }
}
