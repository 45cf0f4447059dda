import { expect } from 'aegir/chai'
import { capabilityMessages, openCapability } from '../../../src/index.ts'
import { heldBytes } from '../../fixtures/hostile-table.ts'
import { createNode, rlpxAddress, stopNodes } from '../../fixtures/libp2p-nodes.ts'
import { expectResources, resources } from '../../fixtures/resources.ts'
import type { CapabilityMessages } from '../../../src/index.ts'
import type { Node } from '../../fixtures/libp2p-nodes.ts'

const MIB = 1024 * 1024
const PEERS = 500
const AT_ONCE = 25
const ROUNDS = 20

/** For both sides of a session, the node of one, and a part of what is compiled and cached. */
const MAX_PER_PEER = MIB

describe('five hundred peers of one node', function () {
  this.timeout(300_000)

  afterEach(stopNodes)

  async function meet (hub: Node): Promise<{ peer: Node, messages: CapabilityMessages }> {
    const peer = await createNode({ listen: false })
    const { messages } = await openCapability(await peer.dial(rlpxAddress(hub)), 'eth')

    return { peer, messages }
  }

  it('are all there at once, and all exchange messages', async () => {
    await new Promise(resolve => setImmediate(resolve))
    const before = resources()
    const held = heldBytes()
    const hub = await createNode({
      options: { connectionManager: { maxConnections: PEERS, inboundConnectionThreshold: PEERS, maxIncomingPendingConnections: PEERS } }
    })
    await hub.handle('/eth/69', async (stream) => {
      const messages = capabilityMessages(stream)

      for await (const message of messages) {
        await messages.send(message)
      }
    })

    const peers: Array<Awaited<ReturnType<typeof meet>>> = []

    while (peers.length < PEERS) {
      peers.push(...await Promise.all(Array.from({ length: AT_ONCE }, async () => meet(hub))))
    }

    for (let round = 0; round < ROUNDS; round++) {
      await Promise.all(peers.map(async ({ messages }, i) => {
        const message = { id: 1, payload: new Uint8Array(1 + i).fill(round) }
        await messages.send(message)
        expect(await messages.source.next()).to.have.deep.property('value', message)
      }))
    }

    const each = (heldBytes() - held) / PEERS
    // eslint-disable-next-line no-console
    console.info(`      ${PEERS * ROUNDS} messages there and back; ${Math.round(each / 1024)} KiB held for a peer, with its node`)

    expect(hub.getConnections()).to.have.lengthOf(PEERS)
    expect(each).to.be.lessThan(MAX_PER_PEER)

    await Promise.all(peers.map(async ({ peer }) => peer.stop()))
    await hub.stop()
    await expectResources(before)
  })
})
