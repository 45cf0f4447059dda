import { publicKeyFromRaw } from '@libp2p/crypto/keys'
import { UnsupportedKeyTypeError } from '@libp2p/interface'
import { peerIdFromPublicKey } from '@libp2p/peer-id'
import { nodeIdFromPublicKey, publicKeyFromNodeId } from './node-id.ts'
import type { PeerId } from '@libp2p/interface'

/**
 * Returns the 64-byte node id of a peer id
 *
 * @throws {UnsupportedKeyTypeError} if the peer id's key is not secp256k1
 */
export function nodeIdFromPeerId (peerId: PeerId): Uint8Array {
  if (peerId.type !== 'secp256k1') {
    throw new UnsupportedKeyTypeError(`The peer id has a key of type ${peerId.type}, and a node id is a secp256k1 key:` +
      " use a peer id made from generateKeyPair('secp256k1') of @libp2p/crypto/keys")
  }

  return nodeIdFromPublicKey(peerId.publicKey.raw)
}

/**
 * Returns the peer id, of a secp256k1 key, of a 64-byte node id
 *
 * @throws {InvalidNodeIdError} if the bytes are no node id
 */
export function peerIdFromNodeId (id: Uint8Array): PeerId {
  return peerIdFromPublicKey(publicKeyFromRaw(publicKeyFromNodeId(id)))
}
