import { concat } from 'uint8arrays/concat'
import { concatKdf } from '../crypto/concat-kdf.ts'
import { wipe } from '../crypto/wipe.ts'
import { ECIES_OVERHEAD } from './constants.ts'
import { HandshakeDecryptionError } from './errors.ts'
import type { Crypto, PrivateKey } from '../crypto/index.ts'

const POINT_LENGTH = 65
const IV_LENGTH = 16
const TAG_LENGTH = 32

/** What the sender of an ECIES message draws at random. */
export interface EciesRandom {
  /** A private key, for this message only. */
  privateKey: Uint8Array

  /** 16 bytes. */
  iv: Uint8Array
}

/**
 * ECIES as RLPx has it: `04 ‖ X ‖ Y ‖ IV ‖ AES-128-CTR ciphertext ‖ HMAC-SHA-256 tag`. The
 * tag also covers `authData`, the size in front of the packet.
 */
export function encrypt (crypto: Crypto, publicKey: Uint8Array, plaintext: Uint8Array, authData: Uint8Array, random: EciesRandom): Uint8Array {
  const key = crypto.importEphemeralKey(random.privateKey)
  const point = concat([Uint8Array.of(4), key.publicKey])
  const { encryptionKey, macKey } = deriveKeys(crypto, key.ecdh(publicKey))
  key.wipe()

  const ciphertext = crypto.aes128Ctr(encryptionKey, random.iv, plaintext)
  const tag = crypto.hmacSha256(macKey, random.iv, ciphertext, authData)
  wipe(encryptionKey, macKey)

  return concat([point, random.iv, ciphertext, tag])
}

/**
 * @throws {HandshakeDecryptionError} the same one whatever was wrong
 */
export function decrypt (crypto: Crypto, privateKey: PrivateKey, message: Uint8Array, authData: Uint8Array): Uint8Array {
  if (message.byteLength < ECIES_OVERHEAD || message[0] !== 4) {
    throw new HandshakeDecryptionError()
  }

  const iv = message.subarray(POINT_LENGTH, POINT_LENGTH + IV_LENGTH)
  const ciphertext = message.subarray(POINT_LENGTH + IV_LENGTH, message.byteLength - TAG_LENGTH)
  const tag = message.subarray(message.byteLength - TAG_LENGTH)
  const { encryptionKey, macKey } = deriveKeys(crypto, sharedSecret(privateKey, message.subarray(1, POINT_LENGTH)))

  try {
    if (!crypto.equal(tag, crypto.hmacSha256(macKey, iv, ciphertext, authData))) {
      throw new HandshakeDecryptionError()
    }

    return crypto.aes128Ctr(encryptionKey, iv, ciphertext)
  } finally {
    wipe(encryptionKey, macKey)
  }
}

function sharedSecret (privateKey: PrivateKey, publicKey: Uint8Array): Uint8Array {
  try {
    return privateKey.ecdh(publicKey)
  } catch {
    throw new HandshakeDecryptionError()
  }
}

/** Both keys of a message; the secret is not needed again. */
function deriveKeys (crypto: Crypto, secret: Uint8Array): { encryptionKey: Uint8Array, macKey: Uint8Array } {
  const key = concatKdf(crypto, secret, 32)
  const macKey = crypto.sha256(key.subarray(16))
  wipe(secret, key.subarray(16))

  return { encryptionKey: key.subarray(0, 16), macKey }
}
