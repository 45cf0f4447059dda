import { expect } from 'aegir/chai'
import { xor } from 'uint8arrays/xor'
import { atOddOffset } from '../fixtures/chunks.ts'
import vectors from '../fixtures/crypto.json' with { type: 'json' }
import { CRYPTOS } from '../fixtures/cryptos.ts'
import eip8 from '../fixtures/eip8-handshake.json' with { type: 'json' }
import { hex } from '../fixtures/hex.ts'
import { seededRandom } from '../fixtures/seeded-random.ts'

/** Half the order of secp256k1: an s that is over it is a high one. */
const HALF_ORDER = BigInt('0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0')

for (const { name, crypto } of CRYPTOS) {
  describe(`${name}: signatures`, () => {
    it('signs as go-ethereum does', () => {
      const { privateKey, hash, signature } = vectors.signatures.signed

      expect(crypto.sign(hex(hash), hex(privateKey))).to.equalBytes(signature)
    })

    it('recovers the ephemeral key of EIP-8 from the signature of its auth', () => {
      const recipient = crypto.importPrivateKey(hex(eip8.staticKeyB))
      const token = crypto.importPrivateKey(hex(eip8.staticKeyA)).ecdh(recipient.publicKey)
      const { publicKey } = crypto.importPrivateKey(hex(eip8.ephemeralKeyA))

      expect(crypto.recover(xor(token, hex(eip8.nonceA)), hex(eip8.authSignature))).to.equalBytes(publicKey)
    })

    it('makes signatures with a low s that recover to the public key', () => {
      const random = seededRandom(8)

      for (let round = 0; round < 10; round++) {
        const privateKey = random.bytes(32)
        const hash = random.bytes(32)
        const signature = crypto.sign(hash, privateKey)
        const s = signature.subarray(32, 64).reduce((value, byte) => value << 8n | BigInt(byte), 0n)

        expect(signature).to.have.property('byteLength', 65)
        expect(signature[64]).to.be.lessThan(4)
        expect(s <= HALF_ORDER).to.be.true()
        expect(crypto.recover(hash, signature)).to.equalBytes(crypto.importPrivateKey(privateKey).publicKey)
      }
    })

    it('leaves the private key and the hash as they were', () => {
      const { privateKey, hash } = vectors.signatures.signed
      const key = hex(privateKey)
      const digest = hex(hash)
      crypto.sign(digest, key)

      expect(key).to.equalBytes(privateKey)
      expect(digest).to.equalBytes(hash)
    })

    for (const { name, hash, signature, publicKey } of vectors.signatures.recovered) {
      it(`recovers the key from ${name}`, () => {
        expect(crypto.recover(hex(hash), hex(signature))).to.equalBytes(publicKey)
        expect(crypto.recover(atOddOffset(hex(hash)), atOddOffset(hex(signature)))).to.equalBytes(publicKey)
      })
    }

    for (const { name, hash, signature } of vectors.signatures.unrecoverable) {
      it(`recovers no key from ${name}`, () => {
        expect(() => crypto.recover(hex(hash), hex(signature))).to.throw()
      })
    }
  })
}
