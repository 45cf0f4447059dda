import { generateKeyPair, privateKeyFromRaw } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey, peerIdFromString } from '@libp2p/peer-id'
import { expect } from 'aegir/chai'
import { toString } from 'uint8arrays/to-string'
import { nodeIdFromHex, nodeIdFromPeerId, nodeIdToHex, peerIdFromNodeId } from '../../src/identity/index.ts'
import { nodeIdFromPeerIdText } from '../../src/identity/peer-id.ts'

// of private key 1: base58 of the multihash 0025, the protobuf 08021221 and the compressed key (libp2p's peer id
// specification), and what geth shows for it
const PEER_ID = '16Uiu2HAm3cuhhRL2msUuLF62KRSfneFDx94RsuouyW25Ho42cFMq'
const NODE_ID = '79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8'

describe('peer id', () => {
  it('of private key 1 has the node id that geth has', () => {
    const peerId = peerIdFromPrivateKey(privateKeyFromRaw(Uint8Array.from({ length: 32 }, (_, i) => i === 31 ? 1 : 0)))

    expect(nodeIdToHex(nodeIdFromPeerId(peerId))).to.equal(NODE_ID)
  })

  it('goes from node id to text and back', () => {
    expect(peerIdFromNodeId(nodeIdFromHex(NODE_ID)).toString()).to.equal(PEER_ID)
    expect(nodeIdToHex(nodeIdFromPeerId(peerIdFromString(PEER_ID)))).to.equal(NODE_ID)
  })

  it('goes from any secp256k1 key to node id and back', async () => {
    for (let i = 0; i < 8; i++) {
      const peerId = peerIdFromPrivateKey(await generateKeyPair('secp256k1'))
      const again = peerIdFromNodeId(nodeIdFromPeerId(peerId))

      expect(again.equals(peerId)).to.be.true()
      expect(again.type).to.equal('secp256k1')
      expect(again.publicKey?.equals(peerIdFromString(`${peerId}`).publicKey)).to.be.true()
      expect(nodeIdFromPeerIdText(`${peerId}`)).to.equalBytes(nodeIdFromPeerId(peerId))
      expect(nodeIdFromPeerIdText(`${peerId.toCID()}`)).to.equalBytes(nodeIdFromPeerId(peerId))
    }
  })

  it('from a node id verifies what its key signed', async () => {
    const privateKey = await generateKeyPair('secp256k1')
    const { publicKey } = peerIdFromNodeId(nodeIdFromPeerId(peerIdFromPrivateKey(privateKey)))
    const data = Uint8Array.of(1, 2, 3)

    expect(await publicKey?.verify(data, await privateKey.sign(data))).to.be.true()
    expect(await publicKey?.verify(Uint8Array.of(1), await privateKey.sign(data))).to.be.false()
  })

  it('as text has a node id only where its key is on the curve', () => {
    // x = 5 is of no point
    const text = toString(Uint8Array.of(0, 37, 8, 2, 18, 33, 2, ...new Uint8Array(31), 5), 'base58btc')

    expect(() => nodeIdFromPeerIdText(text)).to.throw().with.property('name', 'InvalidNodeIdError')
  })

  it('with a key of another kind has no node id', async () => {
    const others = [
      peerIdFromPrivateKey(await generateKeyPair('Ed25519')),
      peerIdFromString('QmbFgm5zan8P6eWWmeyfncR5feYEMPbht5b1FW1C37aQ7y')
    ]

    for (const peerId of others) {
      expect(() => nodeIdFromPeerId(peerId)).to.throw(`type ${peerId.type}`).with.property('name', 'UnsupportedKeyTypeError')
      expect(() => nodeIdFromPeerId(peerId)).to.throw("generateKeyPair('secp256k1')")
      expect(() => nodeIdFromPeerIdText(`${peerId}`)).to.throw(`type ${peerId.type}`).with.property('name', 'UnsupportedKeyTypeError')
    }
  })

  it('does not come from bytes that are no node id', () => {
    expect(() => peerIdFromNodeId(new Uint8Array(64))).to.throw().with.property('name', 'InvalidNodeIdError')
    expect(() => peerIdFromNodeId(new Uint8Array(33))).to.throw().with.property('name', 'InvalidNodeIdError')
  })
})
