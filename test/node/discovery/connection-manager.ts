/* eslint-disable no-loop-func -- the loop makes tests, which run one after the other */
import { KEEP_ALIVE } from '@libp2p/interface'
import { expect } from 'aegir/chai'
import { pEvent } from 'p-event'
import { disconnectReasonOf, openCapability, sessionEndOf } from '../../../src/index.ts'
import { dismiss, listenRawPeers, refuse } from '../../fixtures/discovery-listener.ts'
import { connectNodes, createNode, handledMessages, nextConnection, rlpxAddress, stockAddress, stopNodes } from '../../fixtures/libp2p-nodes.ts'
import { failureOf } from '../../fixtures/p2p-peers.ts'
import { connectRaw } from '../../fixtures/transport-raw.ts'
import type { RawPeers } from '../../fixtures/discovery-listener.ts'
import type { Node } from '../../fixtures/libp2p-nodes.ts'
import type { RawPeer } from '../../fixtures/p2p-raw-peer.ts'
import type { Connection, PeerId } from '@libp2p/interface'

const REQUESTED = 0x00
const TOO_MANY_PEERS = 0x04
const QUITTING = 0x08
const RETRIES = 3

/** More than any test takes. */
const FOREVER = 1_000_000

describe('the connection manager, of RLPx peers', function () {
  this.timeout(30_000)

  let raws: RawPeers | undefined

  afterEach(async () => {
    raws?.close()
    raws = undefined
    await stopNodes()
  })

  describe('that are too many', () => {
    it('closes the connection of the peer whose tags are worth the least', async () => {
      const node = await createNode({ stock: true, options: { connectionManager: { maxConnections: 3 } } })
      const peers = await Promise.all([40, 10, 20].map(async () => createNode()))
      const stock = await createNode({ rlpx: null, stock: true })
      const pruned = pEvent<'connection:prune', CustomEvent<Connection[]>>(node, 'connection:prune')
      await Promise.all([...peers, stock].map(async ({ peerId }, i) => tag(node, peerId, [40, 10, 20, 30][i])))

      const [, [dialled, accepted]] = [await connectNodes(node, peers[0]), await connectNodes(node, peers[1])]
      await connectNodes(node, peers[2])
      await node.dial(stockAddress(stock))

      expect((await pruned).detail).to.deep.equal([dialled])
      expect(node.getPeers()).to.have.deep.members([peers[0], peers[2], stock].map(({ peerId }) => peerId))
      expect(await sessionEndOf(accepted)).to.include({ by: 'remote', reason: REQUESTED })
    })

    it('leaves a connection alone whose capability is in use', async () => {
      const node = await createNode({ options: { connectionManager: { maxConnections: 1 } } })
      const [used, other] = [await createNode(), await createNode()]
      const handled = handledMessages(used, '/eth/69')
      const [connection] = await connectNodes(node, used)
      const { messages } = await openCapability(connection, 'eth')
      const pruned = pEvent<'connection:prune', CustomEvent<Connection[]>>(node, 'connection:prune')
      await tag(node, other.peerId, 1)
      await node.dial(rlpxAddress(other))

      // chosen, but not closed
      expect((await pruned).detail).to.deep.equal([connection])
      await messages.send({ id: 1, payload: Uint8Array.of(0xc0) })
      expect(await (await handled).source.next()).to.have.nested.property('value.id', 1)
    })
  })

  describe('that are to be kept', () => {
    it('dials at once a peer that quit', async () => {
      const node = await createNode()
      const events = recordReconnects(node)

      raws = await listenRawPeers(async (raw, index) => {
        events.push('dial')
        await letIn(node, raw)
        index === 0 && dismiss(raw, QUITTING)
      })

      const reconnected = pEvent(node, 'peer:disconnect').then(async () => pEvent(node, 'peer:connect'))
      await keep(node, raws)
      await reconnected

      expect(events).to.deep.equal(['dial', 'peer:connect', 'peer:disconnect', 'dial', 'peer:connect'])
    })

    for (const reason of [0x04, 0x05]) {
      it(`gives up a peer that answers 0x0${reason} in place of Hello, after as many dials as there may be`, async () => {
        const node = await createKeepingNode()
        const events = recordReconnects(node)

        raws = await listenRawPeers(async (raw, index) => {
          events.push('dial')

          if (index === 0) {
            await letIn(node, raw)
            dismiss(raw, QUITTING)
          } else {
            refuse(raw, reason)
          }
        })

        const givenUp = pEvent(node, 'peer:reconnect-failure')
        await keep(node, raws)
        await givenUp

        expect(events).to.deep.equal([
          'dial', 'peer:connect', 'peer:disconnect', ...new Array<string>(1 + RETRIES).fill('dial'), 'peer:reconnect-failure'
        ])
        expect((await node.peerStore.get(raws.peerId)).tags).to.be.empty()
      })

      it(`does not dial a peer again that answered 0x0${reason} after Hello, until a pause is over`, async () => {
        const node = await createKeepingNode(FOREVER)
        const events = recordReconnects(node)

        raws = await listenRawPeers(async (raw) => {
          events.push('dial')
          await letIn(node, raw)
          dismiss(raw, reason)
        })

        const givenUp = pEvent(node, 'peer:reconnect-failure')
        await keep(node, raws)
        await givenUp
        expect(events).to.deep.equal(['dial', 'peer:connect', 'peer:disconnect', 'peer:reconnect-failure'])

        await node.peerStore.merge(raws.peerId, { tags: { [KEEP_ALIVE]: {} } })
        const err = await failureOf(node.dial(raws.address))
        expect(err).to.have.property('name', 'PeerRefusedError')
        expect(disconnectReasonOf(err)).to.equal(reason)

        // one that libp2p is not to keep is dialled by nobody who does not mean it
        await node.peerStore.merge(raws.peerId, { tags: { [KEEP_ALIVE]: undefined } })
        expect(await node.dial(raws.address)).to.have.property('direction', 'outbound')
      })
    }

    it('dials a peer that had dialled us, and then told us to go', async () => {
      const node = await createKeepingNode(FOREVER)
      const closed = pEvent(node, 'connection:close')
      dismiss(await connectRaw(node), TOO_MANY_PEERS)
      await closed
      raws = await listenRawPeers(async (raw) => letIn(node, raw))

      expect(await node.dial(raws.address)).to.have.property('direction', 'outbound')
    })

    it('gives up a peer that takes each dial and then answers 0x04, since the pauses grow', async () => {
      const node = await createKeepingNode(20)
      const events = recordReconnects(node)

      raws = await listenRawPeers(async (raw) => {
        events.push('dial')
        await letIn(node, raw)
        dismiss(raw, TOO_MANY_PEERS)
      })

      const givenUp = pEvent(node, 'peer:reconnect-failure')
      await keep(node, raws)
      await givenUp

      expect(events.join()).to.match(/^(dial,peer:connect,peer:disconnect,){2,}peer:reconnect-failure$/)
    })
  })
})

async function tag (node: Node, peerId: PeerId, value: number): Promise<void> {
  await node.peerStore.merge(peerId, { tags: { test: { value } } })
}

/** A node that is quick to dial again whom it is to keep. */
async function createKeepingNode (refusalPause?: number): Promise<Node> {
  return createNode({
    rlpx: { refusalPause },
    options: { connectionManager: { reconnectRetries: RETRIES, reconnectRetryInterval: 20 } }
  })
}

/** Dials a peer that is to stay connected. */
async function keep (node: Node, { address, peerId }: RawPeers): Promise<void> {
  await node.peerStore.merge(peerId, { multiaddrs: [address], tags: { [KEEP_ALIVE]: {} } })
  await node.dial(address)
}

/** Says Hello, and waits for the node's connection. */
async function letIn (node: Node, raw: RawPeer): Promise<void> {
  const opened = nextConnection(node)
  raw.sendHello()
  await opened
}

function recordReconnects (node: Node): string[] {
  const events: string[] = []

  for (const name of ['peer:connect', 'peer:disconnect', 'peer:reconnect-failure'] as const) {
    node.addEventListener(name, () => { events.push(name) })
  }

  return events
}
