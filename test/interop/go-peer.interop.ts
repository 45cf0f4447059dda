import { expect } from 'aegir/chai'
import { DisconnectReason } from '../../src/p2p/index.ts'
import { exchangeMessages } from './exchange-messages.ts'
import { startGoPeer } from './go-peer.ts'
import { dialEnode, listen } from './peer.ts'
import type { GoPeer } from './go-peer.ts'
import type { Capability, Peer } from '../../src/p2p/index.ts'

// the highest ids of the first two are taken by what is shared, so that offsets matter
const CAPABILITIES: Capability[] = [
  { name: 'aaa', version: 1, length: 3 },
  { name: 'aaa', version: 2, length: 5 },
  { name: 'eth', version: 69, length: 18 },
  { name: 'zzz', version: 7, length: 2 }
]
const OFFERED = CAPABILITIES.map(({ name, version, length }) => `${name}/${version}:${length}`)

const SIZES = [0, 1, 15, 16, 17, 1024, 65_536, 1_048_576]

/** What holds in either direction. */
async function converse (go: GoPeer, peer: Peer): Promise<void> {
  const { caps } = await go.next('hello')
  expect(caps).to.deep.equal(['aaa/1', 'aaa/2', 'eth/69', 'zzz/7'])
  expect(peer.shared.map(({ name, version, offset }) => ({ name, version, offset }))).to.deep.equal([
    { name: 'aaa', version: 2, offset: 16 },
    { name: 'eth', version: 69, offset: 21 },
    { name: 'zzz', version: 7, offset: 39 }
  ])

  await exchangeMessages(go, peer.shared.map(({ name }) => peer.capability(name)), SIZES)
  expect(await peer.ping()).to.be.greaterThan(0)
}

describe("a peer on go-ethereum's p2p.Server", function () {
  this.timeout(60_000)

  it('is dialled', async () => {
    const go = await startGoPeer({ caps: OFFERED })
    const peer = await dialEnode(go.enode, { capabilities: CAPABILITIES })

    await converse(go, peer)
    await peer.disconnect(DisconnectReason.uselessPeer)
    expect(await go.next('disconnect')).to.include({ reason: DisconnectReason.uselessPeer })
    await go.stop()
  })

  it('dials', async () => {
    const listener = await listen({ capabilities: CAPABILITIES })
    const go = await startGoPeer({ dial: listener.enode, caps: OFFERED })
    const peer = await listener.accepted()

    await converse(go, peer)
    go.send({ cmd: 'disconnect', reason: DisconnectReason.tooManyPeers })
    const { by, reason, error } = await peer.closed
    expect({ by, reason }).to.deep.equal({ by: 'remote', reason: DisconnectReason.tooManyPeers })
    expect(error).to.have.property('name', 'DisconnectError')
    listener.close()
    await go.stop()
  })

  it('turns us away when it is full', async () => {
    const go = await startGoPeer({ caps: OFFERED, maxPeers: 1 })
    const peer = await dialEnode(go.enode, { capabilities: CAPABILITIES })
    await go.next('hello')

    await expect(dialEnode(go.enode, { capabilities: CAPABILITIES })).to.eventually.be.rejected.with.property('reason', DisconnectReason.tooManyPeers)
    await peer.disconnect()
    await go.stop()
  })

  it('tells its peers when it quits', async () => {
    const go = await startGoPeer({ caps: OFFERED })
    const peer = await dialEnode(go.enode, { capabilities: CAPABILITIES })
    await go.next('hello')
    await go.stop()

    expect(await peer.closed).to.deep.equal({ by: 'remote', reason: DisconnectReason.quitting, error: undefined })
  })
})
