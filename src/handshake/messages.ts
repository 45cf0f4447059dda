import { decode, encode } from 'rlp'
import { HANDSHAKE_VERSION, NONCE_LENGTH, PUBLIC_KEY_LENGTH, SIGNATURE_LENGTH } from './constants.ts'
import { InvalidAckError, InvalidAuthError } from './errors.ts'

/** What the initiator says: `[signature, public key, nonce, version]`. */
export interface Auth {
  /** 65 bytes, made with the ephemeral key over the static keys' shared secret ^ nonce. */
  signature: Uint8Array

  /** 64 bytes: who the initiator claims to be. */
  publicKey: Uint8Array

  /** 32 bytes. */
  nonce: Uint8Array
}

/** What the recipient answers: `[ephemeral public key, nonce, version]`. */
export interface Ack {
  /** 64 bytes. */
  ephemeralPublicKey: Uint8Array

  /** 32 bytes. */
  nonce: Uint8Array
}

export function encodeAuth (auth: Auth): Uint8Array {
  return encode([auth.signature, auth.publicKey, auth.nonce, HANDSHAKE_VERSION])
}

export function encodeAck (ack: Ack): Uint8Array {
  return encode([ack.ephemeralPublicKey, ack.nonce, HANDSHAKE_VERSION])
}

/** @throws {InvalidAuthError} */
export function decodeAuth (body: Uint8Array): Auth {
  const fields = decodeFields(body, [SIGNATURE_LENGTH, PUBLIC_KEY_LENGTH, NONCE_LENGTH])

  if (fields == null) {
    throw new InvalidAuthError('The auth message is not a list of signature, public key, nonce and version')
  }

  const [signature, publicKey, nonce] = fields

  return { signature, publicKey, nonce }
}

/** @throws {InvalidAckError} */
export function decodeAck (body: Uint8Array): Ack {
  const fields = decodeFields(body, [PUBLIC_KEY_LENGTH, NONCE_LENGTH])

  if (fields == null) {
    throw new InvalidAckError('The ack message is not a list of ephemeral public key, nonce and version')
  }

  const [ephemeralPublicKey, nonce] = fields

  return { ephemeralPublicKey, nonce }
}

/**
 * The leading items of the list, where they are strings of these lengths. As EIP-8 asks,
 * the version after them, further items and whatever follows the list are passed over.
 */
function decodeFields (body: Uint8Array, lengths: number[]): Uint8Array[] | undefined {
  let list: unknown

  try {
    list = decode(body, true).data
  } catch {
    return
  }

  if (!Array.isArray(list) || list.length <= lengths.length) {
    return
  }

  const fields = list.slice(0, lengths.length)

  if (fields.every((field, i) => field instanceof Uint8Array && field.byteLength === lengths[i])) {
    return fields
  }
}
