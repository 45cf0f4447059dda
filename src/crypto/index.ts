import { createCipheriv, createECDH, createHash, createHmac, createPrivateKey, createPublicKey, createSecretKey, diffieHellman, randomBytes, timingSafeEqual } from 'node:crypto'
import { InvalidPrivateKeyError, InvalidPublicKeyError } from './errors.ts'
import { nobleCrypto } from './noble.ts'
import { wasmFrames } from './wasm/frames.ts'
import type { Aes256Block, Aes256Ctr, Crypto, EphemeralCurve, EphemeralKey } from './types.ts'
import type { Cipheriv, Hash, Hmac, KeyObject } from 'node:crypto'

export type { Aes256Block, Aes256Ctr, Crypto, EphemeralCurve, EphemeralKey, FrameOpener, FrameSealer, FrameSecrets, Keccak256, PrivateKey } from './types.ts'
export { InvalidPrivateKeyError, InvalidPublicKeyError } from './errors.ts'

/** DER of an EC private key with its public key on secp256k1 (RFC 5915), around the 32 and the 64 bytes. */
const SEC1_PREFIX = Buffer.from('30740201010420', 'hex')
const SEC1_INFIX = Buffer.from('a00706052b8104000aa14403420004', 'hex')

/**
 * PEM of an EC public key on secp256k1 (RFC 5480), up to the base64 of the 64 bytes; the last byte before them is the
 * `04` of the point.
 */
const PEM_PREFIX = `-----BEGIN PUBLIC KEY-----\n${Buffer.from('3056301006072a8648ce3d020106052b8104000a03420004', 'hex').toString('base64')}\n`
const PEM_SUFFIX = '\n-----END PUBLIC KEY-----'

const EMPTY = new Uint8Array()

/**
 * Bytes as a key. Node.js takes them as they are too, but tells them from a key by an exception that it catches, which
 * takes several times as long as all the rest.
 */
function secretKey (key: Uint8Array): KeyObject {
  return createSecretKey(key)
}

class NodeAes256Ctr implements Aes256Ctr {
  readonly #cipher: Cipheriv

  /** Begins at a block of the stream, which is counted from 0. */
  constructor (key: Uint8Array, block = 0) {
    const counter = Buffer.alloc(16)
    counter.writeBigUint64BE(BigInt(block), 8)

    this.#cipher = createCipheriv('aes-256-ctr', secretKey(key), counter)
  }

  update (data: Uint8Array): Uint8Array {
    return this.#cipher.update(data)
  }
}

class NodeAes256Block implements Aes256Block {
  readonly #cipher: Cipheriv

  constructor (key: Uint8Array) {
    this.#cipher = createCipheriv('aes-256-ecb', secretKey(key), null).setAutoPadding(false)
  }

  encrypt (block: Uint8Array): Uint8Array {
    return this.#cipher.update(block)
  }
}

/** Every operation is OpenSSL's, which is constant-time in the private key. */
class NodePrivateKey implements EphemeralKey {
  readonly publicKey: Uint8Array
  readonly #key: KeyObject

  constructor (privateKey: Uint8Array) {
    const ecdh = createECDH('secp256k1')

    try {
      // OpenSSL would left-pad a shorter key
      if (privateKey.byteLength !== 32) {
        throw new InvalidPrivateKeyError()
      }

      ecdh.setPrivateKey(privateKey)
    } catch {
      throw new InvalidPrivateKeyError()
    }

    this.publicKey = Uint8Array.from(ecdh.getPublicKey().subarray(1))

    const der = Buffer.concat([SEC1_PREFIX, privateKey, SEC1_INFIX, this.publicKey])
    this.#key = createPrivateKey({ key: der, format: 'der', type: 'sec1' })
    der.fill(0)
  }

  ecdh (publicKey: Uint8Array): Uint8Array {
    return diffieHellman({ privateKey: this.#key, publicKey: importPublicKey(publicKey) })
  }

  /** OpenSSL does so by itself, once the key is collected. */
  wipe (): void {}
}

function importPublicKey (publicKey: Uint8Array): KeyObject {
  // OpenSSL would pass over what follows the point
  if (publicKey.byteLength !== 64) {
    throw new InvalidPublicKeyError()
  }

  try {
    const { buffer, byteOffset, byteLength } = publicKey

    // OpenSSL checks that the point is on the curve; Node.js takes a text in a third of the time of an object with DER
    return createPublicKey(PEM_PREFIX + Buffer.from(buffer, byteOffset, byteLength).toString('base64') + PEM_SUFFIX)
  } catch {
    throw new InvalidPublicKeyError()
  }
}

function digest (hash: Hash | Hmac, data: Uint8Array[]): Uint8Array {
  for (const part of data) {
    hash.update(part)
  }

  return hash.digest()
}

/** Loading libsecp256k1 takes as long as some dozen handshakes without it, so that who makes but a few does without. */
const HANDSHAKES_WITHOUT_LIBSECP256K1 = 4

/** An ephemeral key of its own, and one for ECIES. */
const EPHEMERAL_KEYS_PER_HANDSHAKE = 2

let ephemeralCurve: EphemeralCurve = {
  importEphemeralKey: (privateKey) => new NodePrivateKey(privateKey),
  sign: nobleCrypto.sign,
  recover: nobleCrypto.recover
}
let ephemeralKeys = 0

function importEphemeralKey (privateKey: Uint8Array): EphemeralKey {
  if (++ephemeralKeys === HANDSHAKES_WITHOUT_LIBSECP256K1 * EPHEMERAL_KEYS_PER_HANDSHAKE) {
    import('./libsecp256k1.ts')
      .then(async ({ loadLibsecp256k1 }) => { ephemeralCurve = await loadLibsecp256k1(randomBytes(32)) })
      .catch(() => {}) // without WebAssembly it goes on as before
  }

  return ephemeralCurve.importEphemeralKey(privateKey)
}

/** What Node.js does better is done by Node.js, frames also by WebAssembly, the rest by the noble packages. */
export const defaultCrypto: Crypto = {
  ...nobleCrypto,
  ...wasmFrames((key, block) => new NodeAes256Ctr(key, block)),
  randomBytes: (length) => length === 0 ? EMPTY : randomBytes(length),
  equal: (a, b) => a.byteLength === b.byteLength && timingSafeEqual(a, b),
  sha256: (...data) => digest(createHash('sha256'), data),
  hmacSha256: (key, ...data) => digest(createHmac('sha256', secretKey(key)), data),
  aes128Ctr: (key, iv, data) => createCipheriv('aes-128-ctr', secretKey(key), iv).update(data),
  createAes256Ctr: (key) => new NodeAes256Ctr(key),
  createAes256Block: (key) => new NodeAes256Block(key),
  importPrivateKey: (privateKey) => new NodePrivateKey(privateKey),
  importEphemeralKey,
  sign: (hash, privateKey) => ephemeralCurve.sign(hash, privateKey),
  recover: (hash, signature) => ephemeralCurve.recover(hash, signature)
}
