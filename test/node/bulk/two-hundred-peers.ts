import { getEventListeners } from 'node:events'
import { tcp } from '@libp2p/tcp'
import { expect } from 'aegir/chai'
import { capabilityMessages, openCapability } from '../../../src/index.ts'
import { createNode, rlpxAddress, stopNodes } from '../../fixtures/libp2p-nodes.ts'
import { expectResources, resources } from '../../fixtures/resources.ts'
import type { Node } from '../../fixtures/libp2p-nodes.ts'
import type { Libp2pEvents, TypedEventTarget } from '@libp2p/interface'

const PEERS = 200
const AT_ONCE = 20
const EVENTS = ['connection:open', 'connection:close', 'peer:connect', 'peer:disconnect', 'peer:identify', 'peer:update', 'self:peer:update']

describe('two hundred peers of one node', function () {
  this.timeout(300_000)

  let hub: Node
  let events: TypedEventTarget<Libp2pEvents>

  beforeEach(async () => {
    hub = await createNode({
      rlpx: {
        transport: (components) => {
          events = components.events

          return tcp()(components)
        }
      }
    })

    await hub.handle('/eth/69', async (stream) => {
      for await (const { id, payload } of capabilityMessages(stream)) {
        await capabilityMessages(stream).send({ id, payload })
      }
    })
  })

  afterEach(stopNodes)

  function listeners (): number[] {
    return EVENTS.map(event => getEventListeners(events, event).length)
  }

  async function meet (number: number): Promise<Node> {
    const peer = await createNode({ listen: false })
    const connection = await peer.dial(rlpxAddress(hub))
    const { messages } = await openCapability(connection, 'eth')
    await messages.send({ id: 1, payload: Uint8Array.of(number) })
    expect(await messages.source.next()).to.have.deep.property('value', { id: 1, payload: Uint8Array.of(number) })

    return peer
  }

  it('that connect, exchange messages and leave, leave nothing', async () => {
    // the timer of the test itself begins after the first turn
    await new Promise(resolve => setImmediate(resolve))
    const before = { resources: resources(), listeners: listeners() }
    const peers: Node[] = []

    while (peers.length < PEERS) {
      peers.push(...await Promise.all(Array.from({ length: AT_ONCE }, async (_, i) => meet(i))))
    }

    expect(hub.getConnections()).to.have.lengthOf(PEERS)
    expect(hub.getPeers()).to.have.lengthOf(PEERS)

    // half of them leave, the hub leaves the others
    await Promise.all(peers.slice(PEERS / 2).map(async (peer) => hub.hangUp(peer.peerId)))
    await Promise.all(peers.map(async (peer) => peer.stop()))

    expect(hub.getConnections()).to.have.lengthOf(0)
    expect(listeners()).to.deep.equal(before.listeners)
    await expectResources(before.resources)
  })
})
