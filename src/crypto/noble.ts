import { ctr, unsafe } from '@noble/ciphers/aes.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { keccak_256 as keccak } from '@noble/hashes/sha3.js'
import { concatBytes, randomBytes } from '@noble/hashes/utils.js'
import { etc, getPublicKey, getSharedSecret, hashes, Point, recoverPublicKey, sign, utils } from '@noble/secp256k1'
import { InvalidPrivateKeyError, InvalidPublicKeyError } from './errors.ts'
import { multiplyUnsafe } from './multiply-unsafe.ts'
import { wipe } from './wipe.ts'
import type { Aes256Block, Aes256Ctr, Crypto, EphemeralKey, Keccak256, PrivateKey } from './types.ts'

// signing (RFC 6979) is synchronous only once noble has been told its hashes
hashes.sha256 = sha256
hashes.hmacSha256 = (key, message) => hmac(sha256, key, message)

/** The prefix of an uncompressed point (SEC 1). */
const UNCOMPRESSED = Uint8Array.of(4)

class NobleKeccak256 implements Keccak256 {
  readonly #state = keccak.create()
  readonly #peek = keccak.create()

  update (data: Uint8Array): void {
    this.#state.update(data)
  }

  digest (): Uint8Array {
    return this.#state._cloneInto(this.#peek).digest()
  }
}

class NobleAes256Ctr implements Aes256Ctr {
  readonly #key: Uint32Array
  readonly #counter = new Uint8Array(16)

  constructor (key: Uint8Array) {
    this.#key = unsafe.expandKeyLE(key)
  }

  update (data: Uint8Array): Uint8Array {
    // noble reads whole words: an unaligned view has to be moved first
    return unsafe.ctrCounter(this.#key, this.#counter, data.byteOffset % 4 === 0 ? data : Uint8Array.from(data))
  }
}

class NobleAes256Block implements Aes256Block {
  readonly #key: Uint32Array

  constructor (key: Uint8Array) {
    this.#key = unsafe.expandKeyLE(key)
  }

  encrypt (block: Uint8Array): Uint8Array {
    return unsafe.encryptBlock(this.#key, Uint8Array.from(block))
  }
}

class NoblePrivateKey implements PrivateKey {
  readonly publicKey: Uint8Array
  protected readonly key: Uint8Array

  constructor (privateKey: Uint8Array) {
    if (!utils.isValidSecretKey(privateKey)) {
      throw new InvalidPrivateKeyError()
    }

    this.key = Uint8Array.from(privateKey)
    this.publicKey = getPublicKey(this.key, false).subarray(1)
  }

  ecdh (publicKey: Uint8Array): Uint8Array {
    // the prefix is ours, so the hybrid forms 06 and 07 can never be meant
    const point = concatBytes(UNCOMPRESSED, publicKey)

    if (!utils.isValidPublicKey(point, false)) {
      throw new InvalidPublicKeyError()
    }

    return this.multiply(point).subarray(1, 33)
  }

  protected multiply (point: Uint8Array): Uint8Array {
    return getSharedSecret(this.key, point, false)
  }
}

class NobleEphemeralKey extends NoblePrivateKey implements EphemeralKey {
  wipe (): void {
    wipe(this.key)
  }

  protected multiply (point: Uint8Array): Uint8Array {
    return multiplyUnsafe(Point.fromBytes(point), etc.secretKeyToScalar(this.key)).toBytes(false)
  }
}

function equal (a: Uint8Array, b: Uint8Array): boolean {
  if (a.byteLength !== b.byteLength) {
    return false
  }

  let difference = 0

  for (let i = 0; i < a.byteLength; i++) {
    difference |= a[i] ^ b[i]
  }

  return difference === 0
}

/**
 * Everything by the noble packages: works wherever JavaScript does, under any content
 * security policy. Curve arithmetic on BigInt is constant-time at best effort only.
 */
export const nobleCrypto: Crypto = {
  randomBytes,
  equal,
  sha256: (...data) => sha256(concatBytes(...data)),
  hmacSha256: (key, ...data) => hmac(sha256, key, concatBytes(...data)),
  keccak256: (...data) => keccak(concatBytes(...data)),
  createKeccak256: () => new NobleKeccak256(),
  aes128Ctr: (key, iv, data) => ctr(key, iv).encrypt(data),
  createAes256Ctr: (key) => new NobleAes256Ctr(key),
  createAes256Block: (key) => new NobleAes256Block(key),
  importPrivateKey: (privateKey) => new NoblePrivateKey(privateKey),
  importEphemeralKey: (privateKey) => new NobleEphemeralKey(privateKey),
  sign: (hash, privateKey) => {
    // noble writes v ‖ r ‖ s
    const signature = sign(hash, privateKey, { format: 'recovered', prehash: false })

    return concatBytes(signature.subarray(1), signature.subarray(0, 1))
  },
  recover: (hash, signature) => {
    return recoverPublicKey(concatBytes(signature.subarray(64), signature.subarray(0, 64)), hash, { prehash: false, isCompressed: false }).subarray(1)
  }
}
