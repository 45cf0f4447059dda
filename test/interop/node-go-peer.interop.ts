import { expect } from 'aegir/chai'
import { pEvent } from 'p-event'
import { disconnect, DisconnectReason, disconnectReasonOf, enodeToMultiaddr, getEnodes, helloOf, openCapability, pingPeer, sharedCapabilities } from '../../src/index.ts'
import { createNode, handledMessages, nextConnection, stopNodes } from '../fixtures/libp2p-nodes.ts'
import { exchangeMessages } from './exchange-messages.ts'
import { startGoPeer } from './go-peer.ts'
import type { Capability } from '../../src/index.ts'
import type { StreamCloseEvent } from '@libp2p/interface'

const CAPABILITIES: Capability[] = [
  { name: 'aaa', version: 1, length: 3 },
  { name: 'echo', version: 1, length: 2 },
  { name: 'zzz', version: 7, length: 5 }
]

const OFFERED = CAPABILITIES.map(({ name, version, length }) => `${name}/${version}:${length}`)

const SIZES = [0, 1, 16, 65_536, 1_048_576]

describe("a libp2p node and a peer on go-ethereum's p2p.Server", function () {
  this.timeout(60_000)

  afterEach(stopNodes)

  it('talk on all capabilities at once when the node dials, until the node disconnects', async () => {
    const go = await startGoPeer({ caps: OFFERED })
    const node = await createNode({ rlpx: { capabilities: CAPABILITIES } })
    const echo = handledMessages(node, '/echo/1')
    const connection = await node.dial(enodeToMultiaddr(go.enode))
    const opened = await Promise.all(['aaa', 'zzz'].map(async name => openCapability(connection, name)))

    expect(helloOf(connection).clientId).to.equal('libp2p-rlpx-interop/v1')
    expect(sharedCapabilities(connection).map(({ offset }) => offset)).to.deep.equal([16, 19, 21])
    await exchangeMessages(go, [await echo, ...opened.map(({ messages }) => messages)], SIZES)
    expect(await pingPeer(connection)).to.be.greaterThan(0)

    await disconnect(connection, DisconnectReason.uselessPeer)
    expect(await go.next('disconnect')).to.include({ reason: DisconnectReason.uselessPeer })
    expect(node.getConnections()).to.be.empty()
    await go.stop()
  })

  it('talk on all capabilities at once when the peer dials, until the peer disconnects', async () => {
    const node = await createNode({ rlpx: { capabilities: CAPABILITIES } })
    const handled = ['/aaa/1', '/zzz/7'].map(async protocol => handledMessages(node, protocol))
    const [[enode], connected] = [getEnodes(node), nextConnection(node)]
    const go = await startGoPeer({ dial: enode, caps: OFFERED })
    const connection = await connected
    const echo = await openCapability(connection, 'echo')

    expect((await go.next('hello')).caps).to.deep.equal(['aaa/1', 'echo/1', 'zzz/7'])
    await exchangeMessages(go, [echo.messages, ...await Promise.all(handled)], SIZES)
    expect(await pingPeer(connection)).to.be.greaterThan(0)

    const closed = pEvent<'close', StreamCloseEvent>(connection, 'close')
    go.send({ cmd: 'disconnect', reason: DisconnectReason.tooManyPeers })
    expect(disconnectReasonOf((await closed).error)).to.equal(DisconnectReason.tooManyPeers)
    expect(node.getConnections()).to.be.empty()
    await go.stop()
  })
})
