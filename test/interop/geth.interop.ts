import { expect } from 'aegir/chai'
import { ETH_68, ETH_69, ETH_70, ETH_71, ETH_72, exchangeStatus, SNAP_1 } from '../../src/eth/index.ts'
import { DisconnectReason, probe } from '../../src/p2p/index.ts'
import { readTestChain } from './chain/chain.ts'
import { requestBodies, requestHeaders } from './chain/request.ts'
import { shownPeer, startGeth } from './geth.ts'
import { dialEnode, listen, withAnotherKey } from './peer.ts'
import { expectStatus } from './test-chain.ts'
import type { Geth } from './geth.ts'

describe('geth', function () {
  this.timeout(60_000)

  let geth: Geth

  before(async () => {
    geth = await startGeth()
  })

  after(async () => {
    await geth.stop()
  })

  it('is probed', async () => {
    const { stage, hello, status, error } = await probe(geth.enode)

    expect(error).to.equal(undefined)
    expect(stage).to.equal('done')
    expect(hello?.clientId).to.match(/^Geth\/v1\.17\.5/)
    expect(hello?.capabilities).to.deep.include({ name: 'eth', version: 69 })
    expectStatus(status)
  })

  it('tells a peer that shares nothing so', async () => {
    const { stage, disconnect, error } = await probe(geth.enode, { capabilities: [ETH_68] })

    expect(error).to.have.property('name').that.is.oneOf(['DisconnectError', 'UselessPeerError'])
    expect(disconnect ?? DisconnectReason.uselessPeer).to.equal(DisconnectReason.uselessPeer)
    expect(stage).to.equal('hello')
  })

  it('closes on a dial with another key than its own', async () => {
    const { stage, error } = await probe(withAnotherKey(geth.enode))

    expect(stage).to.equal('handshake')
    expect(error).to.have.property('name', 'HandshakeClosedError')
    expect(error).to.have.property('message').that.matches(/wrong public key, or not RLPx/)
  })

  it('negotiates the highest of several versions', async () => {
    const peer = await dialEnode(geth.enode, { capabilities: [ETH_69, ETH_70, ETH_71, ETH_72, SNAP_1] })

    expect(peer.shared).to.deep.equal([{ name: 'eth', version: 72, length: 22, offset: 16 }, { name: 'snap', version: 1, length: 8, offset: 38 }])

    const status = await exchangeStatus(peer.capability('eth'), 'mirror')
    expect(status.version).to.equal(72)
    await peer.disconnect()
  })

  it('answers a Ping, and requests for a header and a body', async () => {
    const { head } = await readTestChain()
    const peer = await dialEnode(geth.enode, { capabilities: [ETH_69] })
    const messages = peer.capability('eth')
    await exchangeStatus(messages, 'mirror')

    expect(await peer.ping()).to.be.greaterThan(0)
    expect(await requestHeaders(messages, { origin: head.number, amount: 1 })).to.deep.equal([head.header])
    expect(await requestBodies(messages, [head.hash])).to.deep.equal([head.body])
    await peer.disconnect()
  })

  it('dials us and keeps us', async () => {
    const listener = await listen({ capabilities: [ETH_69] })
    await geth.rpc('admin_addPeer', [listener.enode])

    const peer = await listener.accepted()
    await exchangeStatus(peer.capability('eth'), 'mirror')

    const us = await shownPeer(geth, ({ enode }) => enode === listener.enode)
    expect(us.name).to.equal('libp2p-rlpx')
    expect(us.network.inbound).to.equal(false)
    expect(us.protocols.eth.version).to.equal(69)

    await geth.rpc('admin_removePeer', [listener.enode])
    expect(await peer.closed).to.deep.equal({ by: 'remote', reason: DisconnectReason.requested, error: undefined })
    listener.close()
  })

  it('tells its peers when it quits', async () => {
    const other = await startGeth()
    const peer = await dialEnode(other.enode, { capabilities: [ETH_69] })
    await exchangeStatus(peer.capability('eth'), 'mirror')

    // before its side of the exchange is through, geth would call it a subprotocol error
    await shownPeer(other)
    await other.stop()

    expect(await peer.closed).to.deep.equal({ by: 'remote', reason: DisconnectReason.quitting, error: undefined })
  })
})
