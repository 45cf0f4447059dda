import { createCipheriv, createHash, randomBytes } from 'node:crypto'

/**
 * The least that encoding and decoding can take: OpenSSL hashes and encrypts the same bytes, once
 * for each. SHA3-256 has the permutation and the rate of Keccak-256.
 */
export function limitCodec (payload: Uint8Array): () => void {
  const cipher = createCipheriv('aes-256-ctr', randomBytes(32), randomBytes(16))
  const hash = createHash('sha3-256')

  return () => {
    for (let pass = 0; pass < 2; pass++) {
      hash.update(cipher.update(payload))
    }
  }
}
