import nodeCrypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { expect } from 'aegir/chai'
import { defaultCrypto } from '../../src/crypto/index.ts'
import { nobleCrypto } from '../../src/crypto/noble.ts'
import { seededRandom } from '../fixtures/seeded-random.ts'

const ROUNDS = 200

describe('node:crypto against noble', () => {
  it('is another implementation', () => {
    for (const operation of ['sha256', 'hmacSha256', 'aes128Ctr', 'createAes256Ctr', 'createAes256Block', 'importPrivateKey', 'importEphemeralKey'] as const) {
      expect(defaultCrypto[operation]).to.not.equal(nobleCrypto[operation])
    }
  })

  it('compares by timingSafeEqual, and what is of another length not at all', () => {
    const { timingSafeEqual } = nodeCrypto
    const compared: number[] = []
    nodeCrypto.timingSafeEqual = (a, b) => {
      compared.push(a.byteLength)

      return timingSafeEqual(a, b)
    }
    syncBuiltinESMExports()

    try {
      expect(defaultCrypto.equal(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).to.equal(true)
      expect(defaultCrypto.equal(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).to.equal(false)
      expect(defaultCrypto.equal(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 3))).to.equal(false)
    } finally {
      nodeCrypto.timingSafeEqual = timingSafeEqual
      syncBuiltinESMExports()
    }

    expect(compared).to.deep.equal([2, 2])
  })

  it('has static keys in OpenSSL, however many handshakes there have been', async () => {
    const importing = (): string[] => [defaultCrypto.importPrivateKey, defaultCrypto.importEphemeralKey].map(importKey => importKey(seededRandom(23).bytes(32)).constructor.name)
    let names = importing()

    while (names[1] !== 'Libsecp256k1Key') {
      names = importing()
      await new Promise((resolve) => { setTimeout(resolve, 10) })
    }

    expect(names[0]).to.equal('NodePrivateKey')
  })

  it('has the same public keys and shared secrets', () => {
    const random = seededRandom(20)
    let remote = defaultCrypto.importPrivateKey(random.bytes(32)).publicKey

    for (let round = 0; round < ROUNDS; round++) {
      const privateKey = random.bytes(32)
      const ours = defaultCrypto.importPrivateKey(privateKey)
      const theirs = nobleCrypto.importPrivateKey(privateKey)

      expect(ours.publicKey).to.equalBytes(theirs.publicKey)
      expect(ours.ecdh(remote)).to.equalBytes(theirs.ecdh(remote))
      remote = ours.publicKey
    }
  })

  it('refuses the same public keys', () => {
    const random = seededRandom(21)
    const privateKey = random.bytes(32)
    const keys = [defaultCrypto, nobleCrypto].map(crypto => crypto.importPrivateKey(privateKey))

    for (let round = 0; round < ROUNDS; round++) {
      // a random x with a random y is next to never on the curve
      const publicKey = random.bytes(64)

      for (const key of keys) {
        expect(() => key.ecdh(publicKey)).to.throw().with.property('name', 'InvalidPublicKeyError')
      }
    }
  })

  it('has the same hashes', () => {
    const random = seededRandom(22)

    for (let round = 0; round < ROUNDS; round++) {
      const key = random.bytes(random.integer(100))
      const data = [random.bytes(random.integer(200)), random.bytes(random.integer(200))]

      expect(defaultCrypto.sha256(...data)).to.equalBytes(nobleCrypto.sha256(...data))
      expect(defaultCrypto.hmacSha256(key, ...data)).to.equalBytes(nobleCrypto.hmacSha256(key, ...data))
    }
  })
})
