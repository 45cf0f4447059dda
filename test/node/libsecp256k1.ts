import { expect } from 'aegir/chai'
import { defaultCrypto } from '../../src/crypto/index.ts'
import { loadLibsecp256k1 } from '../../src/crypto/libsecp256k1.ts'
import { nobleCrypto } from '../../src/crypto/noble.ts'
import { testKeys } from '../fixtures/crypto-keys.ts'
import { testSignatures } from '../fixtures/crypto-signatures.ts'
import { ephemeral } from '../fixtures/cryptos.ts'
import { seededRandom } from '../fixtures/seeded-random.ts'

const ROUNDS = 200

const libsecp256k1 = { ...nobleCrypto, ...await loadLibsecp256k1(new Uint8Array(32)) }

testKeys('libsecp256k1', ephemeral(libsecp256k1))
testSignatures('libsecp256k1', libsecp256k1)

describe('libsecp256k1', () => {
  it('has the public keys and shared secrets of OpenSSL', () => {
    const random = seededRandom(30)
    let remote = defaultCrypto.importPrivateKey(random.bytes(32)).publicKey

    for (let round = 0; round < ROUNDS; round++) {
      const privateKey = random.bytes(32)
      const ours = libsecp256k1.importEphemeralKey(privateKey)
      const theirs = defaultCrypto.importPrivateKey(privateKey)

      expect(ours.publicKey).to.equalBytes(theirs.publicKey)
      expect(ours.ecdh(remote)).to.equalBytes(theirs.ecdh(remote))
      remote = ours.publicKey
    }
  })

  it('makes the signatures of noble, and recovers the same keys', () => {
    const random = seededRandom(31)

    for (let round = 0; round < ROUNDS; round++) {
      const [hash, privateKey] = [random.bytes(32), random.bytes(32)]
      const signature = libsecp256k1.sign(hash, privateKey)

      expect(signature).to.equalBytes(nobleCrypto.sign(hash, privateKey))
      expect(libsecp256k1.recover(hash, signature)).to.equalBytes(nobleCrypto.recover(hash, signature))
    }
  })

  it('refuses to sign with what is no key', () => {
    expect(() => libsecp256k1.sign(new Uint8Array(32), new Uint8Array(32))).to.throw()
      .with.property('name', 'InvalidPrivateKeyError')
  })

  it('has no use for a key that is wiped', () => {
    const key = libsecp256k1.importEphemeralKey(seededRandom(33).bytes(32))
    const { publicKey } = libsecp256k1.importEphemeralKey(seededRandom(34).bytes(32))
    key.wipe()

    expect(() => key.ecdh(publicKey)).to.throw()
    expect(() => key.publicKey).to.throw().with.property('name', 'InvalidPrivateKeyError')
  })

  it('is what handshakes use, once there have been some', async () => {
    const random = seededRandom(32)
    const names = new Set<string>()

    for (let round = 0; round < ROUNDS && names.size < 2; round++) {
      names.add(defaultCrypto.importEphemeralKey(random.bytes(32)).constructor.name)
      await new Promise((resolve) => { setTimeout(resolve, 10) })
    }

    expect(names).to.include('Libsecp256k1Key')
  })
})
