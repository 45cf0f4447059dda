import { expect } from 'aegir/chai'
import { pEvent } from 'p-event'
import { ETH_69, ETH_70, ETH_71, ETH_72, exchangeStatus } from '../../src/eth/index.ts'
import { disconnect, DisconnectReason, enodeToMultiaddr, getEnodes, helloOf, openCapability, pingPeer } from '../../src/index.ts'
import { createNode, handledMessages, nextConnection, stopNodes } from '../fixtures/libp2p-nodes.ts'
import { shownPeer, startGeth } from './geth.ts'
import { withAnotherKey } from './peer.ts'
import { expectStatus, hearOf, sendTransaction, TRANSACTIONS } from './test-chain.ts'
import type { Geth, GethPeer } from './geth.ts'

// at this level geth tells why each peer went
const VERBOSE = ['--verbosity', '4']

const OFFERS = [
  { offer: 'eth/69 alone', capabilities: [ETH_69], version: 69, transaction: TRANSACTIONS[0] },
  { offer: 'eth/69 to eth/72', capabilities: [ETH_69, ETH_70, ETH_71, ETH_72], version: 72, transaction: TRANSACTIONS[1] }
]

/** That a peer is gone, for a reason of its own. */
function gone ({ id }: GethPeer, reason: string): RegExp {
  return new RegExp(`Removing p2p peer .*id=${id.slice(0, 16)} .*req=true +err="${reason}"`)
}

describe('a libp2p node and geth', function () {
  this.timeout(30_000)

  let geth: Geth

  before(async () => {
    geth = await startGeth({ flags: VERBOSE })
  })

  afterEach(stopNodes)

  after(async () => {
    await geth.stop()
  })

  OFFERS.forEach(({ offer, capabilities, version, transaction }) => {
    it(`meet when the node dials with ${offer}, down to a transaction and a Disconnect`, async () => {
      const node = await createNode({ rlpx: { capabilities } })
      const connection = await node.dial(enodeToMultiaddr(geth.enode))
      expect(helloOf(connection).clientId).to.match(/^Geth\/v1\.17\.5/)
      expect(helloOf(connection).capabilities).to.deep.include({ name: 'eth', version: 69 })

      const eth = await openCapability(connection, 'eth')
      expect(eth.version).to.equal(version)

      const status = await exchangeStatus(eth.messages, 'mirror')
      expect(status.version).to.equal(version)
      expectStatus(status)
      expect(await pingPeer(connection)).to.be.greaterThan(0)

      const us = await shownPeer(geth)
      expect(us.protocols.eth.version).to.equal(version)
      await sendTransaction(geth, transaction)
      await hearOf(eth.messages, transaction)

      await disconnect(connection, DisconnectReason.uselessPeer)
      expect(node.getConnections()).to.be.empty()
      await geth.logged(gone(us, 'useless peer'))
    })
  })

  it('meet when geth dials, and the handler of the node keeps it', async () => {
    const node = await createNode()
    const [enode] = getEnodes(node)
    const [connected, handled] = [nextConnection(node), handledMessages(node, '/eth/69')]
    await geth.rpc('admin_addPeer', [enode])

    const messages = await handled
    expectStatus(await exchangeStatus(messages, 'mirror'))
    const connection = await connected
    expect(connection.direction).to.equal('inbound')
    expect(await pingPeer(connection)).to.be.greaterThan(0)

    const us = await shownPeer(geth, peer => peer.enode === enode)
    expect(us.name).to.equal('libp2p-rlpx')
    expect(us.network.inbound).to.equal(false)
    expect(us.protocols.eth.version).to.equal(69)
    expect(node.getConnections()).to.deep.equal([connection])

    // "requested" is no error, and an end without a Disconnect would be
    const closed = pEvent(connection, 'close')
    await geth.rpc('admin_removePeer', [enode])
    expect(await closed).to.have.property('error', undefined)
  })

  it('part when the node stops, and geth is told that it quits', async () => {
    const node = await createNode()
    const connection = await node.dial(enodeToMultiaddr(geth.enode))
    const { messages } = await openCapability(connection, 'eth')
    await exchangeStatus(messages, 'mirror')
    const us = await shownPeer(geth)

    await node.stop()
    await geth.logged(gone(us, 'client quitting'))
  })

  it('do not meet where geth is full, and the dial says so', async () => {
    // it keeps one of two places for peers that it dials
    const full = await startGeth({ flags: ['--maxpeers', '2'] })
    const [first, second] = await Promise.all([createNode(), createNode()])

    try {
      const { messages } = await openCapability(await first.dial(enodeToMultiaddr(full.enode)), 'eth')
      await exchangeStatus(messages, 'mirror')

      await expect(second.dial(enodeToMultiaddr(full.enode))).to.eventually.be.rejected
        .with.property('name', 'DisconnectError')
      await expect(second.dial(enodeToMultiaddr(full.enode))).to.eventually.be.rejected
        .with.property('reason', DisconnectReason.tooManyPeers)
      expect(second.getConnections()).to.be.empty()
    } finally {
      await full.stop()
    }
  })

  it('do not meet where the enode has another key', async () => {
    const node = await createNode()

    await expect(node.dial(enodeToMultiaddr(withAnotherKey(geth.enode)))).to.eventually.be.rejected
      .with.property('name', 'HandshakeClosedError')
    await expect(node.dial(enodeToMultiaddr(withAnotherKey(geth.enode)))).to.eventually.be.rejected
      .with.property('message').that.matches(/wrong public key, or not RLPx/)
    expect(node.getConnections()).to.be.empty()
  })
})
