import { expect } from 'aegir/chai'
import { InvalidPrivateKeyError, InvalidPublicKeyError } from '../../src/crypto/index.ts'
import { atOddOffset } from '../fixtures/chunks.ts'
import vectors from '../fixtures/crypto.json' with { type: 'json' }
import { CRYPTOS } from '../fixtures/cryptos.ts'
import { hex } from '../fixtures/hex.ts'

const BASE_X = '79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798'
const BASE_Y = '483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8'
const NEGATIVE_BASE_Y = 'b7c52588d95c3b9aa25b0403f1eef75702e84bb7597aabe663b82f6f04ef2777'
const ORDER = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141'
const ORDER_LESS_ONE = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140'
const ONE = '01'.padStart(64, '0')

const NOT_PRIVATE_KEYS = [
  { name: 'zero', privateKey: '00'.repeat(32) },
  { name: 'the order of the curve', privateKey: ORDER },
  { name: 'more than the order of the curve', privateKey: 'ff'.repeat(32) },
  { name: 'no bytes', privateKey: '' },
  { name: '31 bytes', privateKey: ONE.slice(2) },
  { name: '33 bytes', privateKey: `00${ONE}` },
  { name: '64 bytes', privateKey: ONE + ONE }
]

for (const { name, crypto } of CRYPTOS) {
  describe(`${name}: private keys`, () => {
    it('have their public key', () => {
      expect(crypto.importPrivateKey(hex(ONE)).publicKey).to.equalBytes(BASE_X + BASE_Y)
      expect(crypto.importPrivateKey(hex(ORDER_LESS_ONE)).publicKey).to.equalBytes(BASE_X + NEGATIVE_BASE_Y)
    })

    it('are read at any offset', () => {
      expect(crypto.importPrivateKey(atOddOffset(hex(ONE))).publicKey).to.equalBytes(BASE_X + BASE_Y)
    })

    it('are kept when the bytes they came in are wiped', () => {
      const { privateKey, publicKey, secret } = vectors.ecdh.pairs[0]
      const bytes = hex(privateKey)
      const key = crypto.importPrivateKey(bytes)
      bytes.fill(0)

      expect(key.ecdh(hex(publicKey))).to.equalBytes(secret)
    })

    for (const { name, privateKey } of NOT_PRIVATE_KEYS) {
      it(`refuses ${name}`, () => {
        expect(() => crypto.importPrivateKey(hex(privateKey)))
          .to.throw(InvalidPrivateKeyError, /^not a private key of secp256k1$/)
          .with.property('name', 'InvalidPrivateKeyError')
      })
    }
  })

  describe(`${name}: ECDH`, () => {
    for (const { name, privateKey, publicKey, secret } of vectors.ecdh.pairs) {
      it(`has ${name}`, () => {
        const key = crypto.importPrivateKey(hex(privateKey))

        expect(key.ecdh(hex(publicKey))).to.equalBytes(secret)
        expect(key.ecdh(atOddOffset(hex(publicKey)))).to.equalBytes(secret)
      })
    }

    it('has the same x for a point and its negative', () => {
      const key = crypto.importPrivateKey(hex(vectors.ecdh.pairs[0].privateKey))

      expect(key.ecdh(hex(BASE_X + NEGATIVE_BASE_Y))).to.equalBytes(key.ecdh(hex(BASE_X + BASE_Y)))
    })

    for (const { name, publicKey } of vectors.ecdh.notPoints) {
      it(`refuses ${name}`, () => {
        const key = crypto.importPrivateKey(hex(ONE))

        expect(() => key.ecdh(hex(publicKey)))
          .to.throw(InvalidPublicKeyError, /^not a point of secp256k1$/)
          .with.property('name', 'InvalidPublicKeyError')
      })
    }

    it('goes on after a refusal', () => {
      const { privateKey, publicKey, secret } = vectors.ecdh.pairs[0]
      const key = crypto.importPrivateKey(hex(privateKey))

      expect(() => key.ecdh(new Uint8Array(64))).to.throw(InvalidPublicKeyError)
      expect(key.ecdh(hex(publicKey))).to.equalBytes(secret)
    })
  })
}
