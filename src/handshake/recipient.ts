import { xor } from 'uint8arrays/xor'
import { NONCE_LENGTH } from './constants.ts'
import { InvalidAuthError } from './errors.ts'
import { decodeAuth, encodeAck } from './messages.ts'
import { openPacket, sealPacket } from './packet.ts'
import { deriveSecrets } from './secrets.ts'
import type { Auth } from './messages.ts'
import type { Random } from './random.ts'
import type { Secrets } from './secrets.ts'
import type { Crypto, PrivateKey } from '../crypto/index.ts'

export interface RecipientInit {
  crypto: Crypto

  /** Our static key. */
  privateKey: PrivateKey

  random: Random
}

export interface AnsweredAuth {
  /** 64 bytes: who the initiator claims to be. */
  remoteId: Uint8Array

  /** The whole packet to send. */
  ack: Uint8Array
  secrets: Secrets
}

/**
 * What a whole auth packet, size included, is answered with.
 *
 * @throws {HandshakeDecryptionError}
 * @throws {InvalidAuthError}
 */
export function answerAuth (init: RecipientInit, packet: Uint8Array): AnsweredAuth {
  const { crypto, privateKey, random } = init
  const auth = decodeAuth(openPacket(crypto, privateKey, packet))
  const remoteEphemeralKey = recoverEphemeralKey(init, auth)

  const ephemeralKey = random(32)
  const nonce = random(NONCE_LENGTH)
  const key = crypto.importEphemeralKey(ephemeralKey)
  ephemeralKey.fill(0)

  const ack = sealPacket(crypto, auth.publicKey, encodeAck({ ephemeralPublicKey: key.publicKey, nonce }), random)

  const secrets = deriveSecrets(crypto, {
    ephemeralSecret: key.ecdh(remoteEphemeralKey),
    initiatorNonce: auth.nonce,
    recipientNonce: nonce,
    auth: packet,
    ack
  }, 'recipient')

  // a copy, which does not keep the whole packet alive
  return { remoteId: Uint8Array.from(auth.publicKey), ack, secrets }
}

/** The initiator's ephemeral public key is not sent: it is what the signature recovers to. */
function recoverEphemeralKey ({ crypto, privateKey }: RecipientInit, auth: Auth): Uint8Array {
  let token: Uint8Array

  try {
    token = privateKey.ecdh(auth.publicKey)
  } catch {
    throw new InvalidAuthError('The public key of the auth message is not a point of the curve')
  }

  try {
    return crypto.recover(xor(token, auth.nonce), auth.signature)
  } catch {
    throw new InvalidAuthError('The signature of the auth message recovers to no key')
  }
}
