import { expect } from 'aegir/chai'
import { openCapability } from '../../../src/index.ts'
import { connectNodes, createNode, stopNodes } from '../../fixtures/libp2p-nodes.ts'
import { expectTraffic, settled, Traffic } from '../../fixtures/p2p-traffic.ts'
import type { Connection } from '@libp2p/interface'

const MIB = 1024 * 1024
const SIZE = 10 * MIB
const COUNT = 6

/** Far longer than a Pong or a blocked write is waited for without a sign of life. */
const SLEEP = 60_000

/** What two connections may come to hold besides: less than one message more for each. */
const MAX_GROWTH = 16 * MIB

function held (): number {
  const { external, arrayBuffers } = process.memoryUsage()

  return external + arrayBuffers
}

describe('a reader that sleeps for a minute', function () {
  this.timeout(4 * SLEEP)

  afterEach(stopNodes)

  /** Has one side send, while the other has not begun to read. */
  async function begin (sender: Connection, sleeper: Connection): Promise<() => Promise<void>> {
    const [sending, reading] = await Promise.all([openCapability(sender, 'eth'), openCapability(sleeper, 'eth')])
    const traffic = new Traffic(sending.messages, COUNT, SIZE)
    const sent = await settled(() => traffic.sent)
    expect(sent).to.be.lessThan(COUNT)

    return async () => {
      expect(traffic.sent).to.equal(sent)
      await Promise.all([traffic.done, expectTraffic(reading.messages, COUNT, SIZE)])

      // the other direction works on as well
      await reading.messages.send({ id: 1, payload: Uint8Array.of(0xc0) })
      expect(await sending.messages.source.next()).to.have.nested.property('value.id', 1)
    }
  }

  it('slows who sends 10 MiB messages, costs no memory and loses nothing, whoever dialled', async () => {
    const nodes = await Promise.all(Array.from({ length: 4 }, async () => createNode()))
    const [dialling, dialled] = await connectNodes(nodes[0], nodes[1])
    const [sleeping, awake] = await connectNodes(nodes[2], nodes[3])
    const wake = [await begin(dialling, dialled), await begin(awake, sleeping)]
    const before = held()

    await new Promise(resolve => setTimeout(resolve, SLEEP))
    expect(held() - before).to.be.lessThan(MAX_GROWTH)

    for (const readAll of wake) {
      await readAll()
    }

    expect([dialling, dialled, sleeping, awake].map(({ status }) => status)).to.deep.equal(new Array(4).fill('open'))
  })
})
