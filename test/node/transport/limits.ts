import { privateKeyFromRaw } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { expect } from 'aegir/chai'
import { disconnectReasonOf, nodeIdFromPeerId } from '../../../src/index.ts'
import { encodeMessage } from '../../../src/p2p/message.ts'
import { nodeId } from '../../fixtures/codec-keys.ts'
import { connectNodes, createNode, nextConnection, rlpxAddress, stopNodes } from '../../fixtures/libp2p-nodes.ts'
import { helloPayload } from '../../fixtures/p2p-hello.ts'
import { failureOf } from '../../fixtures/p2p-peers.ts'
import { openRawPeer } from '../../fixtures/p2p-raw-peer.ts'
import { handshakeOver } from '../../fixtures/p2p-sockets.ts'
import { recordEvents } from '../../fixtures/transport-events.ts'
import { connectRaw, dialledRaw, dialRaw, listenRaw, openSocket, RAW_KEY, rawKey, reasonReceived } from '../../fixtures/transport-raw.ts'
import type { Node } from '../../fixtures/libp2p-nodes.ts'
import type { RawPeer } from '../../fixtures/p2p-raw-peer.ts'
import type { Connection, ConnectionGater, Libp2pEvents } from '@libp2p/interface'
import type { Socket } from 'node:net'

/** Peers that say Hello all at once, once each has performed the handshake. */
async function arrive (node: Node, keys: Uint8Array[]): Promise<RawPeer[]> {
  const raws = await Promise.all(keys.map(async key => dialRaw(node, key)))
  raws.forEach((raw) => { raw.sendHello() })

  return raws
}

/** Resolves with the next event of a name. */
async function nextEvent (node: Node, name: keyof Libp2pEvents): Promise<void> {
  await new Promise((resolve) => { node.addEventListener(name, resolve, { once: true }) })
}

async function closed (socket: Socket): Promise<void> {
  socket.resume()
  await new Promise((resolve) => { socket.once('close', resolve) })
}

describe('the limits of rlpxTransport', () => {
  afterEach(stopNodes)

  describe('for peers', () => {
    it('refuse one more with 0x04, in place of Hello', async () => {
      const node = await createNode({ rlpx: { maxPeers: 1 } })
      await connectRaw(node, rawKey(0))
      const raw = await dialRaw(node, rawKey(1))

      expect(await reasonReceived(raw)).to.equal(0x04)
      expect(raw.received).to.have.lengthOf(1)
      expect(node.getConnections()).to.have.lengthOf(1)
    })

    it('are those of the connection manager where nothing else is said', async () => {
      const node = await createNode({ options: { connectionManager: { maxConnections: 1 } } })
      await connectRaw(node, rawKey(0))

      expect(await reasonReceived(await dialRaw(node, rawKey(1)))).to.equal(0x04)
    })

    it('let one in of sixty that come at once for one place', async () => {
      const node = await createNode({ rlpx: { maxPeers: 1, maxPendingHandshakes: 60, maxPendingHandshakesPerAddress: 60, handshakeTimeout: 60_000 } })
      const raws = await arrive(node, Array.from({ length: 60 }, (_, i) => rawKey(i)))
      const reasons: Array<number | undefined> = []

      await new Promise<void>((resolve) => {
        for (const raw of raws) {
          reasonReceived(raw).then((reason) => { reasons.push(reason) === 59 && resolve() }, () => {})
        }
      })

      expect(reasons).to.deep.equal(new Array(59).fill(0x04))
      expect(node.getConnections()).to.have.lengthOf(1)
    })

    it('do not hold for those that we dial', async () => {
      const node = await createNode({ rlpx: { maxPeers: 0 } })
      const other = await createNode()
      const [connection] = await connectNodes(node, other)

      expect(connection.status).to.equal('open')
    })

    it('have a place again once a peer has left', async () => {
      const node = await createNode({ rlpx: { maxPeers: 1 } })
      const raw = await connectRaw(node, rawKey(0))
      const closed = nextEvent(node, 'connection:close')
      raw.link.end()
      await closed
      await connectRaw(node, rawKey(1))

      expect(node.getConnections()).to.have.lengthOf(1)
    })
  })

  describe('for connections of one peer', () => {
    it('refuse a second one with 0x05, once its identity is proven', async () => {
      const node = await createNode()
      await connectRaw(node)
      const raw = await dialRaw(node)
      expect(await raw.message(0)).to.have.property('id', 0)
      raw.sendHello()

      expect(await reasonReceived(raw)).to.equal(0x05)
      expect(node.getConnections()).to.have.lengthOf(1)
    })

    it('let one in of two that come at once', async () => {
      const node = await createNode()
      const opened = nextEvent(node, 'connection:open')
      const raws = await arrive(node, [RAW_KEY, RAW_KEY])
      const reason = await Promise.race(raws.map(async raw => raw.ended.then(async () => reasonReceived(raw))))
      await opened

      expect(reason).to.equal(0x05)
      expect(node.getConnections()).to.have.lengthOf(1)
    })

    it('let a peer be dialled again at once where its connection was aborted, and it lingers', async () => {
      const node = await createNode()

      /** The other side neither leaves nor says anything but Hello. */
      const dial = async (): Promise<{ raw: RawPeer, connection: Connection }> => {
        const { address, connection } = await listenRaw()
        const dialled = node.dial(address)
        const raw = await openRawPeer(await connection, RAW_KEY)
        raw.sendHello()

        return { raw, connection: await dialled }
      }

      const first = await dial()
      first.connection.abort(new Error('over'))
      const second = await dial()

      expect(second.connection.status).to.equal('open')
      first.raw.link.destroy()
      second.raw.link.destroy()
    })

    it('can be raised', async () => {
      const node = await createNode({ rlpx: { maxConnectionsPerPeer: 2 } })
      await connectRaw(node)
      await connectRaw(node)

      expect(node.getConnections()).to.have.lengthOf(2)
      const raw = await dialRaw(node)
      raw.sendHello()
      expect(await reasonReceived(raw)).to.equal(0x05)
    })
  })

  describe('for handshakes', () => {
    it('drop one more of an address before a byte of it is read, and take others', async () => {
      const node = await createNode({ rlpx: { maxPendingHandshakesPerAddress: 8 } })
      await Promise.all(Array.from({ length: 8 }, async () => openSocket(node)))
      const ninth = await openSocket(node)
      await closed(ninth)
      await Promise.all([nextEvent(node, 'connection:open'), dialRaw(node, RAW_KEY, '127.0.0.2').then((raw) => { raw.sendHello() })])

      expect(node.getConnections()[0].remoteAddr.toString()).to.match(/^\/ip4\/127\.0\.0\.2\/tcp\/\d+\/rlpx\/p2p\//)
    })

    it('drop one more of anybody', async () => {
      const node = await createNode({ rlpx: { maxPendingHandshakes: 2 } })
      await Promise.all([openSocket(node), openSocket(node, '127.0.0.2')])
      const third = await openSocket(node, '127.0.0.3')

      await closed(third)
    })

    it('have a place again once one has failed', async () => {
      const node = await createNode({ rlpx: { maxPendingHandshakes: 1 } })
      const socket = await openSocket(node)
      socket.write('GET / HTTP/1.1\r\n\r\n')
      await closed(socket)
      await connectRaw(node)

      expect(node.getConnections()).to.have.lengthOf(1)
    })

    it('have a place again once one is through', async () => {
      const node = await createNode({ rlpx: { maxPendingHandshakes: 1 } })
      await connectRaw(node, rawKey(0))
      await connectRaw(node, rawKey(1))

      expect(node.getConnections()).to.have.lengthOf(2)
    })

    it('cut who says nothing', async () => {
      const node = await createNode({ rlpx: { handshakeTimeout: 20 } })
      const socket = await openSocket(node)

      await closed(socket)
    })
  })

  describe('for frames that are not complete, of all connections together', () => {
    /** Connects, and sends half of a frame of 2000 bytes. */
    async function begin (node: Node, key: Uint8Array): Promise<Connection> {
      const opened = nextConnection(node)
      const socket = await openSocket(node)
      const encoder = await handshakeOver(socket, key, nodeIdFromPeerId(node.peerId))
      const hello = helloPayload({ id: nodeId(key), capabilities: [['eth', 69]] })
      socket.write(encoder.encode(encodeMessage(0, hello)))
      socket.resume()
      const connection = await opened
      socket.write(encoder.encode(new Uint8Array(2_000)).subarray(0, 1_032))

      return connection
    }

    it('cut the oldest, and leave the others', async () => {
      const node = await createNode({ rlpx: { maxUnfinishedBytes: 1_500 } })
      const oldest = await begin(node, rawKey(0))
      const cut = new Promise<Error | undefined>((resolve) => { oldest.addEventListener('close', ({ error }) => { resolve(error) }) })
      const newest = await begin(node, rawKey(1))

      expect(await cut).to.have.property('name', 'UnfinishedBytesError')
      expect(newest.status).to.equal('open')
    })
  })

  describe('of the connection gater', () => {
    it('refuse with 0x04 in place of Hello whom it denies by address', async () => {
      const node = await createNode({ options: { connectionGater: { denyInboundConnection: () => true } } })
      const raw = await dialRaw(node)

      expect(await reasonReceived(raw)).to.equal(0x04)
      expect(raw.received).to.have.lengthOf(1)
    })

    it('are asked of an address, before anybody has proven who is there', async () => {
      const asked: string[] = []
      const node = await createNode({
        options: { connectionGater: { denyInboundConnection: ({ remoteAddr }) => asked.push(`${remoteAddr}`) === 0 } }
      })
      const raw = await dialRaw(node)
      await raw.message(0)

      expect(asked).to.have.lengthOf(1)
      expect(asked[0]).to.match(/^\/ip4\/127\.0\.0\.1\/tcp\/\d+$/)
    })

    for (const hook of ['denyInboundEncryptedConnection', 'denyInboundUpgradedConnection'] as const) {
      it(`refuse with 0x04 whom ${hook} denies`, async () => {
        const node = await createNode({ options: { connectionGater: { [hook]: () => true } } })
        const events = recordEvents(node)
        const raw = await dialRaw(node)
        raw.sendHello()

        expect(await reasonReceived(raw)).to.equal(0x04)
        expect(events.filter(name => name.startsWith('connection'))).to.deep.equal([])
      })
    }

    for (const hook of ['denyOutboundConnection', 'denyOutboundEncryptedConnection', 'denyOutboundUpgradedConnection'] as const) {
      it(`refuse with 0x04 whom ${hook} denies`, async () => {
        const node = await createNode({ options: { connectionGater: { [hook]: () => true } } })
        const { dial, raw } = await dialledRaw(node)
        raw.sendHello()

        expect(await reasonReceived(raw)).to.equal(0x04)
        await expect(dial).to.eventually.be.rejectedWith(hook).with.property('name', 'ConnectionInterceptedError')
      })
    }

    it('that fail refuse', async () => {
      const connectionGater: ConnectionGater = { denyInboundConnection: async () => { throw new Error('the database is gone') } }
      const node = await createNode({ options: { connectionGater } })

      expect(await reasonReceived(await dialRaw(node))).to.equal(0x00)
    })
  })

  it('of the connection manager refuse with 0x04 whom its deny list has', async () => {
    const node = await createNode({ options: { connectionManager: { deny: ['/ip4/127.0.0.2'] } } })
    const raw = await dialRaw(node, RAW_KEY, '127.0.0.2')
    raw.sendHello()

    expect(await reasonReceived(raw)).to.equal(0x04)
    expect(node.getConnections()).to.deep.equal([])
  })

  it('leave the place that a refused upgrade had', async () => {
    const denied = peerIdFromPrivateKey(privateKeyFromRaw(rawKey(0)))
    const node = await createNode({
      rlpx: { maxPeers: 1 },
      options: { connectionGater: { denyInboundEncryptedConnection: peerId => peerId.equals(denied) } }
    })
    const raw = await dialRaw(node, rawKey(0))
    raw.sendHello()
    await reasonReceived(raw)
    await connectRaw(node, rawKey(1))

    expect(node.getConnections()).to.have.lengthOf(1)
  })

  it('leave the place of a peer that went as soon as it had said Hello', async () => {
    const node = await createNode({ rlpx: { maxPeers: 1 } })
    const raw = await dialRaw(node, rawKey(0))
    raw.sendHello()
    raw.sendCompressed(1, Uint8Array.of(0xc1, 0x04))
    raw.link.end()
    await raw.closed
    await connectRaw(node, rawKey(1))

    expect(node.getConnections()).to.have.lengthOf(1)
  })

  it('are told to a node that dials', async () => {
    const [node, other] = [await createNode(), await createNode({ rlpx: { maxPeers: 0 } })]
    const err = await failureOf(node.dial(rlpxAddress(other)))

    expect(disconnectReasonOf(err)).to.equal(0x04)
    expect(err.message).to.include('in place of Hello')
  })
})
