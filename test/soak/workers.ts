import { BAD_VISITS, visitBadly } from './bad-visits.ts'
import { visitEncrypter, visitMuxer, visitNative } from './good-visits.ts'
import type { Places } from './places.ts'
import type { Tally } from './tally.ts'
import type { SeededRandom } from '../fixtures/seeded-random.ts'
import type { Libp2p } from '@libp2p/interface'

/** Each of them is somebody else every time. */
const BAD_PEERS = 4

/** So often a visitor is stopped and started before it comes. */
const RESTARTS = 50

/** All who do something at a time, each of which does one thing after another. */
export function workersOf ({ native, encrypter, muxer }: Places, random: SeededRandom, tally: Tally): Array<() => Promise<void>> {
  const good = <Visitor extends Pick<Libp2p, 'start' | 'stop'>> (name: string, visitor: Visitor, visit: () => Promise<void>) => async (): Promise<void> => {
    if (random.integer(RESTARTS) === 0) {
      await visitor.stop()
      await visitor.start()
    }

    try {
      await named(name, visit())
      tally.connections++
    } catch (err: any) {
      // on a machine that is too busy something is too late now and then
      if (err.cause.name !== 'TimeoutError') {
        throw err
      }

      tally.late++
    }
  }

  const bad = (pick: () => [name: string, visit: () => Promise<void>]) => async (): Promise<void> => {
    const [name, visit] = pick()

    await named(name, visit())
    tally.failures++
  }

  const [dialer, ...visitors] = native.visitors
  const visits = Object.entries(BAD_VISITS)

  return [
    ...visitors.map(visitor => good('rlpxTransport', visitor, async () => visitNative(visitor, native.hub, random, tally))),
    ...encrypter.visitors.map(visitor => good('rlpx()', visitor, async () => visitEncrypter(visitor, encrypter.hub, random, tally))),
    ...muxer.visitors.map(visitor => good('devp2p()', visitor, async () => visitMuxer(visitor, muxer.hub, random, tally))),
    ...Array.from({ length: BAD_PEERS }, () => bad(() => {
      const [name, visit] = visits[random.integer(visits.length)]

      return [name, async () => visit({ hub: native.hub, visitor: dialer, key: random.bytes(32), random })]
    })),
    ...[encrypter.hub, muxer.hub].map(hub => bad(() => ['multistream-select', async () => visitBadly(hub, random)]))
  ]
}

/** Has an error say what went wrong. */
async function named (name: string, visit: Promise<void>): Promise<void> {
  try {
    await visit
  } catch (err: any) {
    throw new Error(`${name}: ${err.message}`, { cause: err })
  }
}
