import { xor } from 'uint8arrays/xor'
import { wipe } from '../crypto/wipe.ts'
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
  const body = openPacket(init.crypto, init.privateKey, packet)
  const used = [body]

  try {
    const auth = decodeAuth(body)
    used.push(auth.nonce)

    return { remoteId: Uint8Array.from(auth.publicKey), ...answer(init, auth, packet) }
  } finally {
    wipe(...used)
  }
}

function answer (init: RecipientInit, auth: Auth, packet: Uint8Array): Omit<AnsweredAuth, 'remoteId'> {
  const { crypto, random } = init
  const remoteEphemeralKey = recoverEphemeralKey(init, auth)

  const ephemeralKey = random(32)
  const nonce = random(NONCE_LENGTH)
  const key = crypto.importEphemeralKey(ephemeralKey)
  const body = encodeAck({ ephemeralPublicKey: key.publicKey, nonce })
  const ack = sealPacket(crypto, auth.publicKey, body, random)
  const ephemeralSecret = key.ecdh(remoteEphemeralKey)
  key.wipe()

  const secrets = deriveSecrets(crypto, {
    ephemeralSecret,
    initiatorNonce: auth.nonce,
    recipientNonce: nonce,
    auth: packet,
    ack
  }, 'recipient')

  wipe(ephemeralKey, body, ephemeralSecret, nonce)

  return { ack, secrets }
}

/** The initiator's ephemeral public key is not sent: it is what the signature recovers to. */
function recoverEphemeralKey ({ crypto, privateKey }: RecipientInit, auth: Auth): Uint8Array {
  let token: Uint8Array

  try {
    token = privateKey.ecdh(auth.publicKey)
  } catch {
    throw new InvalidAuthError('The public key of the auth message is not a point of the curve')
  }

  const signed = xor(token, auth.nonce)

  try {
    return crypto.recover(signed, auth.signature)
  } catch {
    throw new InvalidAuthError('The signature of the auth message recovers to no key')
  } finally {
    wipe(token, signed)
  }
}
