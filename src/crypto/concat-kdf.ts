import { wipe } from './wipe.ts'
import type { Crypto } from './types.ts'

/** Bytes that one round of SHA-256 yields. */
const HASH_LENGTH = 32

/**
 * The concatenation key derivation function of NIST SP 800-56A, section 5.8.1, with
 * SHA-256 and no other info: `length` bytes of key from the shared secret `z`.
 */
export function concatKdf (crypto: Crypto, z: Uint8Array, length: number): Uint8Array {
  const rounds = Math.ceil(length / HASH_LENGTH)
  const key = new Uint8Array(rounds * HASH_LENGTH)
  const counter = new Uint8Array(4)

  for (let round = 1; round <= rounds; round++) {
    new DataView(counter.buffer).setUint32(0, round)

    const hash = crypto.sha256(counter, z)
    key.set(hash, (round - 1) * HASH_LENGTH)
    wipe(hash)
  }

  return key.subarray(0, length)
}
