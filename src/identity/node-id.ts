import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { Point } from '@noble/secp256k1'
import { concat } from 'uint8arrays/concat'

/**
 * The length of a node id in bytes: both coordinates of a secp256k1 point
 */
export const NODE_ID_LENGTH = 64

/** SEC 1's prefix of an uncompressed point, which a node id goes without */
const UNCOMPRESSED = Uint8Array.of(0x04)

/**
 * Thrown for bytes, hex or a public key that are no node id
 */
export class InvalidNodeIdError extends Error {
  static name = 'InvalidNodeIdError'

  constructor (message = 'Invalid node id') {
    super(message)
    this.name = 'InvalidNodeIdError'
  }
}

/**
 * Checks that the bytes are a node id: 64 bytes, `X ‖ Y` of a point on the
 * secp256k1 curve
 *
 * @throws {InvalidNodeIdError} if they are not
 */
export function validateNodeId (id: Uint8Array): void {
  toPoint(id)
}

/**
 * Reads a node id from 128 hexadecimal digits, in upper or lower case and
 * without `0x`
 *
 * @throws {InvalidNodeIdError} if the digits are no node id
 */
export function nodeIdFromHex (hex: string): Uint8Array {
  if (!/^[0-9a-f]{128}$/i.test(hex)) {
    throw new InvalidNodeIdError('Invalid node id: want 128 hexadecimal digits')
  }

  const id = hexToBytes(hex)
  validateNodeId(id)

  return id
}

/**
 * Writes a node id as 128 lower-case hexadecimal digits
 *
 * @throws {InvalidNodeIdError} if the bytes are no node id
 */
export function nodeIdToHex (id: Uint8Array): string {
  validateNodeId(id)

  return bytesToHex(id)
}

/**
 * Returns the node id of a secp256k1 public key, given as the 33 compressed or
 * 65 uncompressed bytes of SEC 1
 *
 * @throws {InvalidNodeIdError} if the bytes are no such key
 */
export function nodeIdFromPublicKey (publicKey: Uint8Array): Uint8Array {
  return parsePoint(publicKey).toBytes(false).subarray(1)
}

/**
 * Returns the public key of a node id, in the 33 compressed bytes of SEC 1
 *
 * @throws {InvalidNodeIdError} if the bytes are no node id
 */
export function publicKeyFromNodeId (id: Uint8Array): Uint8Array {
  return toPoint(id).toBytes()
}

function toPoint (id: Uint8Array): Point {
  if (id.byteLength !== NODE_ID_LENGTH) {
    throw new InvalidNodeIdError(`Invalid node id: want ${NODE_ID_LENGTH} bytes, got ${id.byteLength}`)
  }

  return parsePoint(concat([UNCOMPRESSED, id]))
}

function parsePoint (publicKey: Uint8Array): Point {
  try {
    return Point.fromBytes(publicKey)
  } catch {
    throw new InvalidNodeIdError('Invalid node id: not a point on the secp256k1 curve')
  }
}
