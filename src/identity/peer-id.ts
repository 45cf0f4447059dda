import { publicKeyFromProtobuf } from '@libp2p/crypto/keys'
import { UnsupportedKeyTypeError } from '@libp2p/interface'
import { peerIdFromPublicKey, peerIdFromString } from '@libp2p/peer-id'
import { concat } from 'uint8arrays/concat'
import { equals } from 'uint8arrays/equals'
import { fromString } from 'uint8arrays/from-string'
import { nodeIdFromPublicKey, validateNodeId } from './node-id.ts'
import type { PeerId } from '@libp2p/interface'

/** How the multihash of a secp256k1 key begins: identity, 37 bytes, protobuf of a key of that type, 33 bytes. */
const COMPRESSED_KEY = Uint8Array.of(0x00, 37, 0x08, 0x02, 0x12, 33)

/** A protobuf of a secp256k1 key of 65 bytes, up to the 64 of a node id. */
const UNCOMPRESSED_KEY = Uint8Array.of(0x08, 0x02, 0x12, 65, 0x04)

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
  validateNodeId(id)

  // a compressed key would be decompressed twice, and each time that is a square root
  return peerIdFromPublicKey(publicKeyFromProtobuf(concat([UNCOMPRESSED_KEY, id])))
}

/**
 * Returns the 64-byte node id of a peer id as it is written, by one square root where a peer id takes two to be made
 *
 * @throws {UnsupportedKeyTypeError} if the peer id's key is not secp256k1
 */
export function nodeIdFromPeerIdText (text: string): Uint8Array {
  // what begins like this is in base58btc, and of a key that is written into it
  const bytes = text.startsWith('1') ? fromString(text, 'base58btc') : new Uint8Array()
  const start = COMPRESSED_KEY.byteLength

  return equals(bytes.subarray(0, start), COMPRESSED_KEY)
    ? nodeIdFromPublicKey(bytes.subarray(start))
    : nodeIdFromPeerId(peerIdFromString(text))
}
