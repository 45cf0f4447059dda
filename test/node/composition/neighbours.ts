import { quic } from '@chainsafe/libp2p-quic'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { noise } from '@libp2p/noise'
import { generateKey, preSharedKey } from '@libp2p/pnet'
import { tcp } from '@libp2p/tcp'
import { webRTCDirect } from '@libp2p/webrtc'
import { yamux } from '@libp2p/yamux'
import { expect } from 'aegir/chai'
import { rlpx } from '../../../src/encrypter/index.ts'
import { ETH_69 } from '../../../src/eth/index.ts'
import { openCapability, rlpxTransport } from '../../../src/index.ts'
import { createComposed } from '../../fixtures/composition-nodes.ts'
import { dialIdentified, expectEcho, expectPing } from '../../fixtures/composition-services.ts'
import { createNode, handledMessages, rlpxAddress, stopNodes } from '../../fixtures/libp2p-nodes.ts'
import { failureOf } from '../../fixtures/p2p-peers.ts'
import type { ComposedNode } from '../../fixtures/composition-nodes.ts'
import type { Cell } from '../../fixtures/composition-table.ts'
import type { Node } from '../../fixtures/libp2p-nodes.ts'
import type { MessageStreamDirection } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

const CELL: Cell = { transport: 'tcp', security: 'rlpx', muxer: 'yamux' }

/** Transports that encrypt and multiplex by themselves. */
const OTHERS = [
  { name: 'quic', multiplexer: 'quic', address: '/ip4/127.0.0.1/udp/0/quic-v1' },
  { name: 'webrtc-direct', multiplexer: '/webrtc', address: '/ip4/127.0.0.1/udp/0/webrtc-direct' }
]

/** What a stranger says may read as the length of more to come, which is waited for, in milliseconds. */
const UPGRADE_TIMEOUT = 2_000

const MESSAGE = { id: 1, payload: Uint8Array.of(0xc0) }

const listen = OTHERS.map(({ address }) => address)

/** A node with quic and webrtc-direct, and everything of ours. */
async function createMixed (): Promise<ComposedNode> {
  return createComposed(CELL, {}, {
    addresses: { listen: [...listen, '/ip4/127.0.0.1/tcp/0', '/ip4/127.0.0.1/tcp/0/rlpx'] },
    transports: [rlpxTransport({ capabilities: [ETH_69] }), tcp(), quic(), webRTCDirect()],
    connectionEncrypters: [rlpx(), noise()]
  })
}

/** A node that has never heard of RLPx. */
async function createStock (): Promise<ComposedNode> {
  return createComposed(CELL, {}, {
    privateKey: await generateKeyPair('Ed25519'),
    addresses: { listen },
    transports: [quic(), webRTCDirect()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()]
  })
}

/** A node of a private network, or of none. */
async function createPrivate (psk?: Uint8Array): Promise<ComposedNode> {
  return createComposed(CELL, {}, {
    connectionManager: { inboundUpgradeTimeout: UPGRADE_TIMEOUT },
    ...(psk == null ? {} : { connectionProtector: preSharedKey({ psk }) })
  })
}

function networkKey (): Uint8Array {
  const psk = new Uint8Array(95)
  generateKey(psk)

  return psk
}

/** What a dial fails with, of which neither node is left with a connection. */
async function failureToConnect (from: ComposedNode, to: ComposedNode): Promise<any> {
  const failure = await failureOf(from.dial(to.getMultiaddrs()))
  expect([...from.getConnections(), ...to.getConnections()]).to.be.empty()

  return failure
}

function addressesOf (node: ComposedNode, name: string): Multiaddr[] {
  return node.getMultiaddrs().filter(address => address.toString().includes(`/${name}`))
}

describe('a node with rlpxTransport and rlpx()', function () {
  this.timeout(30_000)

  let mixed: ComposedNode
  let stock: ComposedNode
  let ethereum: Node

  beforeEach(async () => {
    mixed = await createMixed()
    stock = await createStock()
    ethereum = await createNode()
  })

  afterEach(stopNodes)

  async function expectUndisturbed ({ name, multiplexer }: typeof OTHERS[number], direction: MessageStreamDirection): Promise<void> {
    const handled = handledMessages(ethereum, '/eth/69')
    const { messages } = await openCapability(await mixed.dial(rlpxAddress(ethereum)), 'eth')
    const [dialer, listener] = direction === 'outbound' ? [mixed, stock] : [stock, mixed]
    await dialIdentified(dialer, listener, addressesOf(listener, name))

    await expectPing(mixed, stock)
    await expectPing(stock, mixed)
    await expectEcho(mixed, stock)

    const [connection, ...others] = mixed.getConnections(stock.peerId)
    expect(others).to.be.empty()
    expect(connection).to.include({ direction, encryption: 'native', multiplexer })

    await messages.send(MESSAGE)
    expect(await (await handled).source.next()).to.have.deep.property('value', MESSAGE)
  }

  for (const other of OTHERS) {
    for (const direction of ['outbound', 'inbound'] as const) {
      it(`has a stock neighbour by ${direction} ${other.name} beside an Ethereum peer: neither disturbs the other`, async () => {
        await expectUndisturbed(other, direction)
      })
    }
  }

  it('keeps neighbours by quic and webrtc-direct when the Ethereum peer leaves', async () => {
    const other = await createStock()
    const { remotePeer } = await mixed.dial(rlpxAddress(ethereum))
    await dialIdentified(mixed, stock, addressesOf(stock, 'quic'))
    await dialIdentified(other, mixed, addressesOf(mixed, 'webrtc-direct'))
    await mixed.hangUp(remotePeer)

    await expectPing(mixed, stock)
    await expectPing(mixed, other)
    expect(mixed.getPeers()).to.have.lengthOf(2)
  })
})

describe('a private network with rlpx() as its encrypter', function () {
  this.timeout(30_000)

  let psk: Uint8Array
  let member: ComposedNode

  beforeEach(async () => {
    psk = networkKey()
    member = await createPrivate(psk)
  })

  afterEach(stopNodes)

  it('lets its members identify, ping and echo 1 MiB', async () => {
    const other = await createPrivate(psk)
    const connection = await dialIdentified(member, other)

    expect(connection.encryption).to.equal('/rlpx/5')
    await expectPing(member, other)
    await expectPing(other, member)
    await expectEcho(member, other)
  })

  it('is closed to a node without a key, whoever dials', async () => {
    const stranger = await createPrivate()

    expect(await failureToConnect(stranger, member)).to.have.property('name', 'EncryptionFailedError')
    expect(await failureToConnect(member, stranger)).to.have.property('code', 'ECONNRESET')
  })

  it('is closed to a node of another private network, whoever dials', async () => {
    const stranger = await createPrivate(networkKey())

    expect(await failureToConnect(stranger, member)).to.have.property('name', 'EncryptionFailedError')
    expect(await failureToConnect(member, stranger)).to.have.property('name', 'EncryptionFailedError')
  })
})
