import { KEEP_ALIVE } from '@libp2p/interface'
import { expect } from 'aegir/chai'
import { pEvent } from 'p-event'
import { equals } from 'uint8arrays/equals'
import { DisconnectReason, enodeToMultiaddr, openCapability, parseEnode, peerIdFromNodeId } from '../../src/index.ts'
import { createNode, stopNodes } from '../fixtures/libp2p-nodes.ts'
import { exchangeMessages, readMessages, sendMessages } from './exchange-messages.ts'
import { offerOf, startGoPeer } from './go-peer.ts'
import { WAYS } from './us.ts'
import type { GoPeer } from './go-peer.ts'
import type { Conversation, Us, Way } from './us.ts'

const CAPABILITIES = [{ name: 'echo', version: 1, length: 2 }]
const OFFERED = offerOf(CAPABILITIES)
const PEERS = 50
const SIZES = [0, 1024]

async function expectTalk (go: GoPeer, conversation: Conversation): Promise<void> {
  await exchangeMessages(go, [await conversation.open('echo')], SIZES)
}

/** Of us, many. */
async function startAll ({ start }: Way, count: number): Promise<Us[]> {
  return Promise.all(Array.from({ length: count }, async () => start(CAPABILITIES)))
}

async function stopAll (all: Array<{ stop (): Promise<void> }>): Promise<void> {
  await Promise.all(all.map(async (one) => one.stop()))
}

WAYS.forEach((way) => {
  describe(`connections of ${way.name} with a peer on go-ethereum's p2p.Server`, function () {
    this.timeout(120_000)

    it('are fifty at once, and one more is turned away', async () => {
      const go = await startGoPeer({ caps: OFFERED, maxPeers: PEERS })
      const [late, ...all] = await startAll(way, 1 + PEERS)
      const conversations = await Promise.all(all.map(async (us) => us.dial(go.enode)))

      await Promise.all(conversations.map(async (conversation) => {
        const messages = await conversation.open('echo')
        const [sent, echo] = await Promise.all([sendMessages(messages, { size: 1024 }), readMessages(messages, 1, 1)])
        expect(echo).to.deep.equal(sent)
      }))

      await expect(late.dial(go.enode)).to.eventually.be.rejected.with.property('reason', DisconnectReason.tooManyPeers)

      go.send({ cmd: 'disconnect', reason: DisconnectReason.uselessPeer })
      for (const { ended } of conversations) {
        expect(await ended).to.include({ by: 'remote', reason: DisconnectReason.uselessPeer })
      }

      await stopAll([late, ...all, go])
    })

    it('are one more than there may be where it trusts us, and not without', async () => {
      const go = await startGoPeer({ caps: OFFERED, maxPeers: 1 })
      const [first, us] = await startAll(way, 2)
      await first.dial(go.enode)

      await expect(us.dial(go.enode)).to.eventually.be.rejected.with.property('reason', DisconnectReason.tooManyPeers)

      go.send({ cmd: 'addTrustedPeer', enode: us.enode })
      const conversation = await us.dial(go.enode)
      await conversation.disconnect()

      go.send({ cmd: 'removeTrustedPeer', enode: us.enode })
      await expect(us.dial(go.enode)).to.eventually.be.rejected.with.property('reason', DisconnectReason.tooManyPeers)
      await stopAll([first, us, go])
    })

    it('are dialled by it when it is told to, until it is told not to', async () => {
      const go = await startGoPeer({ caps: OFFERED, dials: true })
      const [us] = await startAll(way, 1)

      go.send({ cmd: 'addPeer', enode: us.enode })
      const conversation = await us.accepted()
      await expectTalk(go, conversation)

      go.send({ cmd: 'removePeer', enode: us.enode })
      expect(await conversation.ended).to.deep.equal({ by: 'remote', reason: DisconnectReason.requested, error: undefined })
      await stopAll([us, go])
    })

    it('are taken at once when we dial again, whoever had ended the last', async () => {
      const go = await startGoPeer({ caps: OFFERED })
      const [us] = await startAll(way, 1)
      const first = await us.dial(go.enode)
      await first.disconnect()

      const second = await us.dial(go.enode)
      await expectTalk(go, second)
      go.send({ cmd: 'disconnect', reason: DisconnectReason.tooManyPeers })
      await second.ended

      await expectTalk(go, await us.dial(go.enode))
      await stopAll([us, go])
    })
  })
})

describe("connections with peers on go-ethereum's p2p.Server", function () {
  this.timeout(120_000)

  afterEach(stopNodes)

  it('are dialled anew by a peer that keeps to us, whichever way we are, 35 s after its last dial', async () => {
    await Promise.all(WAYS.map(async (way) => {
      const [us] = await startAll(way, 1)
      const go = await startGoPeer({ caps: OFFERED, dial: us.enode })
      const first = await us.accepted()
      await expectTalk(go, first)
      await first.disconnect(DisconnectReason.uselessPeer)

      await expectTalk(go, await us.accepted())
      await stopAll([us, go])
    }))
  })

  it('are dialled anew by a node that is to keep them, when the peer was gone', async () => {
    const go = await startGoPeer({ caps: OFFERED, key: '11'.repeat(32) })
    const { id, host, tcpPort } = parseEnode(go.enode)
    const node = await createNode({ rlpx: { capabilities: CAPABILITIES } })
    await node.peerStore.merge(peerIdFromNodeId(id), { tags: { [KEEP_ALIVE]: {} } })
    await node.dial(enodeToMultiaddr(go.enode))

    const gone = pEvent(node, 'peer:disconnect')
    const back = gone.then(async () => pEvent(node, 'peer:connect', { timeout: 60_000 }))
    go.kill()
    await gone

    const again = await startGoPeer({ caps: OFFERED, key: '11'.repeat(32), listen: `${host}:${tcpPort}` })
    await back
    const [connection] = node.getConnections()
    await exchangeMessages(again, [(await openCapability(connection, 'echo')).messages], SIZES)
    await again.stop()
  })

  it('are fifty at once of one node, of which it dialled half', async () => {
    const node = await WAYS[0].start(CAPABILITIES)
    const half = Array.from({ length: PEERS / 2 })
    const dialled = await Promise.all(half.map(async () => startGoPeer({ caps: OFFERED })))
    const dialling = await Promise.all(half.map(async () => startGoPeer({ caps: OFFERED, dial: node.enode })))
    const conversations = await Promise.all([...dialled.map(async ({ enode }) => node.dial(enode)), ...dialling.map(async () => node.accepted())])

    await Promise.all([...dialled, ...dialling].map(async (go) => {
      const { id } = parseEnode(go.enode)
      const conversation = conversations.find(({ hello }) => equals(hello.id, id))

      return conversation == null ? expect.fail('the node has no connection with it') : expectTalk(go, conversation)
    }))

    await stopAll([node, ...dialled, ...dialling])
  })
})
