import { once } from 'node:events'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { expect } from 'aegir/chai'
import { encode } from 'rlp'
import { initiate } from '../../../src/handshake/index.ts'
import { nodeIdFromPeerId, peerIdFromNodeId } from '../../../src/identity/index.ts'
import { nodeId, OTHER_KEY } from '../../fixtures/codec-keys.ts'
import { connectNodes, createNode, rlpxAddress, stopNodes } from '../../fixtures/libp2p-nodes.ts'
import { failureOf } from '../../fixtures/p2p-peers.ts'
import { recordEvents } from '../../fixtures/transport-events.ts'
import { connectRaw, dialledRaw, dialRaw, listenRaw, openSocket, RAW_KEY, reasonReceived } from '../../fixtures/transport-raw.ts'
import type { PrivateKey } from '../../../src/crypto/index.ts'
import type { Node } from '../../fixtures/libp2p-nodes.ts'

/** Knows a public key, and has made up what only the private one would tell. */
function impostor (publicKey: Uint8Array): PrivateKey {
  return { publicKey, ecdh: () => new Uint8Array(32).fill(1) }
}

/** Has an auth in another's name taken, and sends bytes for a frame. */
async function claim (node: Node, publicKey: Uint8Array): Promise<void> {
  const socket = await openSocket(node)
  const { opening } = initiate({ privateKey: impostor(publicKey), remoteId: nodeIdFromPeerId(node.peerId) })
  socket.write(opening ?? new Uint8Array())
  await once(socket, 'data')
  socket.resume()
  socket.write(new Uint8Array(64).fill(1))
  await new Promise((resolve) => { socket.once('close', resolve) })
}

describe('the identity of a peer of rlpxTransport', () => {
  afterEach(stopNodes)

  describe('that has dialled', () => {
    it('is refused with 0x09 where Hello names another, and nothing tells of it', async () => {
      const node = await createNode()
      const events = recordEvents(node)
      const raw = await dialRaw(node)
      raw.sendHello({ id: nodeId(OTHER_KEY) })

      expect(await reasonReceived(raw)).to.equal(0x09)
      expect(node.getConnections()).to.deep.equal([])
      expect(await node.peerStore.all()).to.deep.equal([])
      expect(events).to.deep.equal([])
    })

    it('is the key of the handshake', async () => {
      const node = await createNode()
      await connectRaw(node)

      expect(nodeIdFromPeerId(node.getConnections()[0].remotePeer)).to.equalBytes(nodeId(RAW_KEY))
    })

    it('is refused with 0x0a in place of Hello where it is ourselves', async () => {
      const privateKey = await generateKeyPair('secp256k1')
      const node = await createNode({ privateKey })
      const raw = await dialRaw(node, privateKey.raw)

      expect(await reasonReceived(raw)).to.equal(0x0a)
      expect(raw.received).to.have.lengthOf(1)
    })

    it('is refused with 0x03 where no capability is shared', async () => {
      const node = await createNode()
      const events = recordEvents(node)
      const raw = await dialRaw(node)
      raw.sendHello({ capabilities: [['eth', 68]] })

      expect(await reasonReceived(raw)).to.equal(0x03)
      expect(events).to.deep.equal([])
    })
  })

  describe('that is dialled', () => {
    it('is refused with 0x09 where Hello names another, and nothing tells of it', async () => {
      const node = await createNode()
      const events = recordEvents(node)
      const { dial, raw } = await dialledRaw(node)
      raw.sendHello({ id: nodeId(OTHER_KEY) })

      expect(await reasonReceived(raw)).to.equal(0x09)
      await expect(dial).to.eventually.be.rejected.with.property('name', 'UnexpectedIdentityError')
      expect(node.getConnections()).to.deep.equal([])
      // libp2p's own note of a dial that failed
      expect(events).to.deep.equal(['peer:discovery', 'peer:update'])
      expect([...(await node.peerStore.get(peerIdFromNodeId(nodeId(RAW_KEY)))).metadata.keys()]).to.deep.equal(['last-dial-failure'])
    })

    it('cannot have another key', async () => {
      const [node, other] = [await createNode(), await createNode()]
      const stranger = peerIdFromPrivateKey(await generateKeyPair('secp256k1'))
      const address = rlpxAddress(other).decapsulate('/p2p').encapsulate(`/p2p/${stranger}`)

      await expect(node.dial(address)).to.eventually.be.rejectedWith('wrong public key, or not RLPx')
        .with.property('name', 'HandshakeClosedError')
    })

    it('cannot be ourselves', async () => {
      const key = await generateKeyPair('secp256k1')
      const listener = await createNode({ privateKey: key })
      const dialer = await createNode({ privateKey: await generateKeyPair('Ed25519'), rlpx: { privateKey: key } })

      await expect(dialer.dial(rlpxAddress(listener))).to.eventually.be.rejected.with.property('name', 'SelfConnectionError')
    })

    it('has to be known', async () => {
      const [node, other] = [await createNode(), await createNode()]

      await expect(node.dial(rlpxAddress(other).decapsulate('/p2p'))).to.eventually.be.rejectedWith('has no /p2p part')
        .with.property('name', 'InvalidMultiaddrError')
    })

    it('has to have a secp256k1 key', async () => {
      const [node, other] = [await createNode(), await createNode()]
      const peerId = peerIdFromPrivateKey(await generateKeyPair('Ed25519'))
      const address = rlpxAddress(other).decapsulate('/p2p').encapsulate(`/p2p/${peerId}`)

      await expect(node.dial(address)).to.eventually.be.rejectedWith('a key of type Ed25519')
        .with.property('name', 'UnsupportedKeyTypeError')
    })

    it('has to speak RLPx', async () => {
      const node = await createNode()
      const { address, connection } = await listenRaw()
      const dial = failureOf(node.dial(address))
      const { sink } = await connection
      await sink([new TextEncoder().encode('HTTP/1.1 400 Bad Request\r\n\r\n')])

      expect(await dial).to.have.property('name', 'InvalidHandshakeSizeError')
    })

    it('has to stay for its ack', async () => {
      const node = await createNode()
      const { address, connection } = await listenRaw()
      const dial = failureOf(node.dial(address))
      const { abort } = await connection
      abort?.()

      const err = await dial
      expect(err).to.have.property('name', 'HandshakeClosedError')
      expect(err.message).to.include('wrong public key, or not RLPx')
    })

    it('has to stay for its Hello', async () => {
      const node = await createNode()
      const { dial, raw } = await dialledRaw(node)
      raw.link.end()

      await expect(dial).to.eventually.be.rejected.with.property('name', 'SessionClosedError')
    })

    it('is refused with 0x03 where no capability is shared', async () => {
      const node = await createNode()
      const { dial, raw } = await dialledRaw(node)
      raw.sendHello({ capabilities: [] })

      expect(await reasonReceived(raw)).to.equal(0x03)
      await expect(dial).to.eventually.be.rejected.with.property('name', 'UselessPeerError')
    })

    for (const reason of [0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x10, 0xff]) {
      it(`makes the dial fail with the reason that it refuses with, 0x${reason.toString(16)}`, async () => {
        const node = await createNode()
        const { dial, raw } = await dialledRaw(node)
        raw.send(1, encode([reason]))
        raw.link.end()

        await expect(dial).to.eventually.be.rejectedWith('in place of Hello')
          .that.include({ name: 'DisconnectError', by: 'remote', reason })
      })
    }
  })

  describe('that is only claimed', () => {
    it('is nothing that is told of', async () => {
      const node = await createNode()
      const events = recordEvents(node)
      await claim(node, nodeId(OTHER_KEY))

      expect(events).to.deep.equal([])
      expect(await node.peerStore.all()).to.deep.equal([])
    })

    it('leaves the connection of whose it is alone', async () => {
      const [node, third] = [await createNode(), await createNode()]
      const [connection] = await connectNodes(node, third)
      const peer = await node.peerStore.get(third.peerId)
      const events = recordEvents(node)
      await claim(node, nodeIdFromPeerId(third.peerId))

      expect(node.getConnections()).to.deep.equal([connection])
      expect(connection.status).to.equal('open')
      expect(await node.peerStore.get(third.peerId)).to.deep.equal(peer)
      expect(events).to.deep.equal([])
    })

    it('leaves the dial of whose it is alone', async () => {
      const node = await createNode()
      const { dial, raw } = await dialledRaw(node)
      const events = recordEvents(node)
      await claim(node, nodeId(RAW_KEY))
      expect(events).to.deep.equal([])
      raw.sendHello()

      expect(await dial).to.have.property('status', 'open')
    })

    it('takes no place', async () => {
      const node = await createNode({ rlpx: { maxPeers: 1 } })
      await claim(node, nodeId(RAW_KEY))
      await connectRaw(node)

      expect(node.getConnections()).to.have.lengthOf(1)
    })
  })
})
