import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'aegir/chai'
import { defaultCrypto } from '../../src/crypto/index.ts'
import { ETH_68, ETH_69, ETH_70, ETH_71, ETH_72, exchangeStatus, SNAP_1 } from '../../src/eth/index.ts'
import { parseEnode } from '../../src/identity/enode.ts'
import { DisconnectReason, probe } from '../../src/p2p/index.ts'
import { Cli } from '../fixtures/cli.ts'
import { startGeth } from './geth.ts'
import { dialEnode, listen } from './peer.ts'
import type { Geth } from './geth.ts'

const NETWORK_ID = 3_503_995_874_084_926n
const GENESIS = 'bd6a252af394d80904c5993b859574bd4669642cea00a116970ec7887db67533'
const HEAD = '44e3809c9a3cda717f00aea3a9da336d149612c8d5657fbc0028176ef8d94d2a'

// from an account of the test chain that has funds, with nonces 0 and 1
const TRANSACTIONS = [
  '0x02f871870c72dd9d5e883e80843b9aca00847735940082520894000000000000000000000000000000000000dead0180c001a05f733a0e5feb34cfbff9d1c0c04ac9b419144055207931b719f7695b914ccb21a065f6d3bf042041e7367ceb2871ca34feb4cb6347f8ec70a0e8baf806862e27d3',
  '0x02f871870c72dd9d5e883e01843b9aca00847735940082520894000000000000000000000000000000000000dead0180c080a0fd09bf66d49cc028a8c7e7c88f2c16c073602482f96891471747d076d829d72aa06b797b24e2833f68c48d9d58ae4a5e296ee62248c79e8d0345c69f69638cb228'
]

/** What geth tells of a transaction: the whole, or its hash, as it likes. */
const ANNOUNCEMENTS = [0x02, 0x08]

interface GethPeer {
  enode: string
  name: string
  network: { inbound: boolean }
  protocols: Record<string, { version: number }>
}

function hex (bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

describe('geth', function () {
  this.timeout(600_000)

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
    expect(status?.networkId).to.equal(NETWORK_ID)
    expect(hex(status?.genesis ?? new Uint8Array())).to.equal(GENESIS)
    expect(hex(status?.head ?? new Uint8Array())).to.equal(HEAD)
  })

  it('tells a peer that shares nothing so', async () => {
    const { stage, disconnect, error } = await probe(geth.enode, { capabilities: [ETH_68] })

    expect(error).to.have.property('name').that.is.oneOf(['DisconnectError', 'UselessPeerError'])
    expect(disconnect ?? DisconnectReason.uselessPeer).to.equal(DisconnectReason.uselessPeer)
    expect(stage).to.equal('hello')
  })

  it('closes on a dial with another key than its own', async () => {
    const enode = geth.enode.replace(hex(parseEnode(geth.enode).id), hex(defaultCrypto.importPrivateKey(randomBytes(32)).publicKey))
    const { stage, error } = await probe(enode)

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

  it('answers a Ping, and a request for a header', async () => {
    const peer = await dialEnode(geth.enode, { capabilities: [ETH_69] })
    const messages = peer.capability('eth')
    await exchangeStatus(messages, 'mirror')
    expect(await peer.ping()).to.be.greaterThan(0)

    // [request id 1, [block 600, 1 header, skip 0, not reversed]]
    await messages.send({ id: 0x03, payload: Uint8Array.of(0xc8, 0x01, 0xc6, 0x82, 0x02, 0x58, 0x01, 0x80, 0x80) })

    const { value } = await messages.source.next()
    expect(value?.id).to.equal(0x04)
    expect(value?.payload.byteLength).to.be.greaterThan(500)
    await peer.disconnect()
  })

  it('dials us and keeps us', async () => {
    const listener = await listen({ capabilities: [ETH_69] })
    await geth.rpc('admin_addPeer', [listener.enode])

    const peer = await listener.accepted()
    await exchangeStatus(peer.capability('eth'), 'mirror')
    await delay(1_000)

    const peers = await geth.rpc<GethPeer[]>('admin_peers')
    const us = peers.find(({ enode }) => enode === listener.enode)
    expect(us).to.have.property('name', 'libp2p-rlpx')
    expect(us?.network.inbound).to.equal(false)
    expect(us?.protocols.eth.version).to.equal(69)

    await geth.rpc('admin_removePeer', [listener.enode])
    expect(await peer.closed).to.deep.equal({ by: 'remote', reason: DisconnectReason.requested, error: undefined })
    listener.close()
  })

  it('keeps a peer that says nothing of its own for two minutes, and shows it a transaction', async () => {
    const listener = new Cli('listen', '--capabilities', 'eth/69')
    const dialer = new Cli('dial', geth.enode, '--capabilities', 'eth/69')
    const { enode } = await listener.next('listening')
    await geth.rpc('admin_addPeer', [enode])

    expect(await dialer.next('status')).to.include({ genesis: `0x${GENESIS}`, networkId: String(NETWORK_ID) })
    expect(await listener.next('status')).to.include({ head: `0x${HEAD}` })

    for (const [pause, transaction] of [[0, TRANSACTIONS[0]], [125_000, TRANSACTIONS[1]]] as const) {
      await delay(pause)
      await geth.rpc('eth_sendRawTransaction', [transaction])

      for (const cli of [dialer, listener]) {
        const message = await cli.next('message', ({ messageId }) => ANNOUNCEMENTS.includes(messageId))
        expect(message.name).to.be.oneOf(['Transactions', 'NewPooledTransactionHashes'])
      }
    }

    expect(await geth.rpc<GethPeer[]>('admin_peers')).to.have.lengthOf(2)
    expect(await dialer.interrupt()).to.equal(0)
    expect(await listener.interrupt()).to.equal(0)
  })

  it('tells its peers when it quits', async () => {
    const other = await startGeth()
    const peer = await dialEnode(other.enode, { capabilities: [ETH_69] })
    await exchangeStatus(peer.capability('eth'), 'mirror')

    // before its side of the exchange is through, geth would call it a subprotocol error
    while (typeof (await other.rpc<GethPeer[]>('admin_peers'))[0]?.protocols.eth !== 'object') {
      await delay(50)
    }

    await other.stop()

    expect(await peer.closed).to.deep.equal({ by: 'remote', reason: DisconnectReason.quitting, error: undefined })
  })
})
