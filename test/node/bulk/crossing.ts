import { expect } from 'aegir/chai'
import { createNode, rlpxAddress, stopNodes } from '../../fixtures/libp2p-nodes.ts'
import type { Node } from '../../fixtures/libp2p-nodes.ts'

const PAIRS = 200
const AT_ONCE = 20

describe('nodes that dial each other at the same time', function () {
  this.timeout(300_000)

  afterEach(stopNodes)

  /** The directions of all connections that two nodes have. */
  function directions (...nodes: [Node, Node]): string {
    return nodes.map(node => node.getConnections().map(({ direction }) => direction)).flat().sort().join()
  }

  /** Resolves with how many connections there were before one was left, seen from both sides. */
  async function cross (): Promise<number> {
    const pair: [Node, Node] = [await createNode(), await createNode()]
    const [one, other] = pair
    const dials = await Promise.allSettled([one.dial(rlpxAddress(other)), other.dial(rlpxAddress(one))])
    expect(dials.some(({ status }) => status === 'fulfilled')).to.equal(true)
    let most = 0

    while (directions(...pair) !== 'inbound,outbound') {
      most = Math.max(most, one.getConnections().length)
      expect(one.getConnections().length + other.getConnections().length).to.be.greaterThan(0)
      await new Promise(resolve => setTimeout(resolve, 20))
    }

    for (const { status } of [...one.getConnections(), ...other.getConnections()]) {
      expect(status).to.equal('open')
    }

    return most
  }

  it('end with one connection, the same on both sides, and never with none', async () => {
    const most: number[] = []

    while (most.length < PAIRS) {
      most.push(...await Promise.all(Array.from({ length: AT_ONCE }, cross)))
      await stopNodes()
    }

    // else this has shown nothing
    expect(most.filter(count => count > 1).length).to.be.greaterThan(PAIRS / 2)
  })
})
