import { xor } from 'uint8arrays/xor'
import { wipe } from '../crypto/wipe.ts'
import { NONCE_LENGTH } from './constants.ts'
import { InvalidAckError } from './errors.ts'
import { decodeAck, encodeAuth } from './messages.ts'
import { openPacket, sealPacket } from './packet.ts'
import { deriveSecrets } from './secrets.ts'
import type { Random } from './random.ts'
import type { Secrets } from './secrets.ts'
import type { Crypto, EphemeralKey, PrivateKey } from '../crypto/index.ts'

export interface InitiatorInit {
  crypto: Crypto

  /** Our static key. */
  privateKey: PrivateKey

  /** 64 bytes: the node that is dialled. Only who holds its private key can read our auth. */
  remoteId: Uint8Array

  random: Random
}

/** What the initiator has to keep until the ack comes. */
export interface SentAuth {
  /** The whole packet: the first bytes on the wire. */
  auth: Uint8Array
  ephemeralKey: EphemeralKey
  nonce: Uint8Array
}

/** @throws {InvalidPublicKeyError} where `remoteId` is not a point of the curve */
export function createAuth (init: InitiatorInit): SentAuth {
  const { crypto, privateKey, remoteId, random } = init
  const token = privateKey.ecdh(remoteId)
  const ephemeralKey = random(32)
  const nonce = random(NONCE_LENGTH)

  const signed = xor(token, nonce)

  const body = encodeAuth({
    signature: crypto.sign(signed, ephemeralKey),
    publicKey: privateKey.publicKey,
    nonce
  })

  const sent = {
    auth: sealPacket(crypto, remoteId, body, random),
    ephemeralKey: crypto.importEphemeralKey(ephemeralKey),
    nonce
  }

  wipe(token, ephemeralKey, signed, body)

  return sent
}

/**
 * What a whole ack packet, size included, leads to.
 *
 * @throws {HandshakeDecryptionError}
 * @throws {InvalidAckError}
 */
export function readAck (init: InitiatorInit, sent: SentAuth, packet: Uint8Array): Secrets {
  const { crypto, privateKey } = init
  const used: Uint8Array[] = []

  try {
    const body = openPacket(crypto, privateKey, packet)
    used.push(body)
    const ack = decodeAck(body)
    const secret = ephemeralSecret(sent.ephemeralKey, ack.ephemeralPublicKey)
    used.push(ack.nonce, secret)

    return deriveSecrets(crypto, {
      ephemeralSecret: secret,
      initiatorNonce: sent.nonce,
      recipientNonce: ack.nonce,
      auth: sent.auth,
      ack: packet
    }, 'initiator')
  } finally {
    wipeSent(sent)
    wipe(...used)
  }
}

/** It is of no more use. */
export function wipeSent ({ ephemeralKey, nonce }: SentAuth): void {
  ephemeralKey.wipe()
  wipe(nonce)
}

function ephemeralSecret (key: PrivateKey, publicKey: Uint8Array): Uint8Array {
  try {
    return key.ecdh(publicKey)
  } catch {
    throw new InvalidAckError('The ephemeral public key of the ack message is not a point of the curve')
  }
}
