import { instantiateSecp256k1 } from '@bitauth/libauth/build/lib/crypto/secp256k1.js'
import { concat } from 'uint8arrays/concat'
import { InvalidPrivateKeyError, InvalidPublicKeyError } from './errors.ts'
import { wipe } from './wipe.ts'
import type { EphemeralCurve, EphemeralKey } from './types.ts'

type Secp256k1 = Awaited<ReturnType<typeof instantiateSecp256k1>>

/** The prefix of an uncompressed point (SEC 1). */
const UNCOMPRESSED = Uint8Array.of(4)

const ONE = new Uint8Array(32).fill(1, 31)

class Libsecp256k1Key implements EphemeralKey {
  readonly #secp256k1: Secp256k1
  readonly #key: Uint8Array
  #publicKey?: Uint8Array

  constructor (secp256k1: Secp256k1, privateKey: Uint8Array) {
    // libauth would pad a shorter key
    if (privateKey.byteLength !== 32 || !secp256k1.validatePrivateKey(privateKey)) {
      throw new InvalidPrivateKeyError()
    }

    this.#secp256k1 = secp256k1
    this.#key = Uint8Array.from(privateKey)
  }

  /** Made when it is asked for: an initiator has no use for that of its ephemeral key. */
  get publicKey (): Uint8Array {
    this.#publicKey ??= this.#derive()

    return this.#publicKey
  }

  ecdh (publicKey: Uint8Array): Uint8Array {
    // the prefix is ours, so the hybrid forms 06 and 07 can never be meant
    const point = publicKey.byteLength === 64 && this.#secp256k1.mulTweakPublicKeyUncompressed(concat([UNCOMPRESSED, publicKey]), this.#key)

    // libauth wipes private keys from its memory, but for a factor, which stays there until it has another one
    this.#secp256k1.mulTweakPrivateKey(ONE, ONE)

    if (typeof point !== 'object') {
      throw new InvalidPublicKeyError()
    }

    return point.subarray(1, 33)
  }

  wipe (): void {
    wipe(this.#key)
  }

  #derive (): Uint8Array {
    const publicKey = this.#secp256k1.derivePublicKeyUncompressed(this.#key)

    // what libauth cannot do is a text that says so
    if (typeof publicKey === 'string') {
      throw new InvalidPrivateKeyError()
    }

    return publicKey.subarray(1)
  }
}

/**
 * The arithmetic of libsecp256k1, compiled to WebAssembly. Making keys and signatures takes the
 * same time whatever the key, multiplying with one does not.
 *
 * @param seed - 32 random bytes, to blind the former with
 */
export async function loadLibsecp256k1 (seed: Uint8Array): Promise<EphemeralCurve> {
  const secp256k1 = await instantiateSecp256k1(seed)

  return {
    importEphemeralKey: (privateKey) => new Libsecp256k1Key(secp256k1, privateKey),
    sign: (hash, privateKey) => {
      const signed = secp256k1.signMessageHashRecoverableCompact(privateKey, hash)

      if (typeof signed === 'string') {
        throw new InvalidPrivateKeyError()
      }

      return concat([signed.signature, Uint8Array.of(signed.recoveryId)])
    },
    recover: (hash, signature) => {
      const [recoveryId] = signature.subarray(64)

      // libauth would pad what is too short and crash on a wrong id
      if (signature.byteLength !== 65 || recoveryId > 3) {
        throw new Error('not a recoverable signature')
      }

      const publicKey = secp256k1.recoverPublicKeyUncompressed(signature.subarray(0, 64), recoveryId as 0 | 1 | 2 | 3, hash)

      if (typeof publicKey === 'string') {
        throw new Error(publicKey)
      }

      return publicKey.subarray(1)
    }
  }
}
