import { expect } from 'aegir/chai'
import { concat } from 'uint8arrays/concat'
import { concatKdf } from '../../src/crypto/concat-kdf.ts'
import { atOddOffset, chunksOf } from '../fixtures/chunks.ts'
import vectors from '../fixtures/crypto.json' with { type: 'json' }
import { CRYPTOS } from '../fixtures/cryptos.ts'
import { hex } from '../fixtures/hex.ts'
import { seededRandom } from '../fixtures/seeded-random.ts'

/** Bytes that one round of Keccak-256 takes in. */
const RATE = 136

function counting (length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => i)
}

for (const { name, crypto } of CRYPTOS) {
  describe(`${name}: hashes`, () => {
    for (const { length, digest } of vectors.keccak256.digests) {
      it(`has the Keccak-256 of ${length} bytes`, () => {
        const state = crypto.createKeccak256()
        state.update(counting(length))

        expect(state.digest()).to.equalBytes(digest)
        expect(crypto.keccak256(counting(length))).to.equalBytes(digest)
        expect(crypto.keccak256(atOddOffset(counting(length)))).to.equalBytes(digest)
      })
    }

    it('goes on with a running Keccak-256 whose digest has been looked at', () => {
      const random = seededRandom(1)
      const state = crypto.createKeccak256()
      let sofar = new Uint8Array()

      for (const chunk of chunksOf(random.bytes(8 * RATE), () => random.integer(RATE + 2))) {
        state.update(chunk)
        sofar = concat([sofar, chunk])

        expect(state.digest()).to.equalBytes(crypto.keccak256(sofar))
        expect(state.digest()).to.equalBytes(crypto.keccak256(sofar))
      }
    })

    it('leaves a digest that was given out alone', () => {
      const state = crypto.createKeccak256()
      const before = state.digest()
      state.update(counting(RATE))
      state.digest()

      expect(before).to.equalBytes(vectors.keccak256.digests[0].digest)
    })

    it('has running states that know nothing of each other', () => {
      const one = crypto.createKeccak256()
      const other = crypto.createKeccak256()
      one.update(counting(16))
      other.update(counting(32))

      expect(one.digest()).to.equalBytes(crypto.keccak256(counting(16)))
      expect(other.digest()).to.equalBytes(crypto.keccak256(counting(32)))
    })

    for (const { data, digest } of vectors.hashes.sha256) {
      it(`has the SHA-256 of ${data.length / 2} bytes`, () => {
        expect(crypto.sha256(hex(data))).to.equalBytes(digest)
      })
    }

    for (const { key, data, tag } of vectors.hashes.hmacSha256) {
      it(`has the HMAC under a key of ${key.length / 2} bytes`, () => {
        expect(crypto.hmacSha256(hex(key), hex(data))).to.equalBytes(tag)
      })
    }

    it('takes several pieces as one', () => {
      const pieces = [counting(5), new Uint8Array(), atOddOffset(counting(70))]
      const whole = concat(pieces)

      expect(crypto.sha256(...pieces)).to.equalBytes(crypto.sha256(whole))
      expect(crypto.keccak256(...pieces)).to.equalBytes(crypto.keccak256(whole))
      expect(crypto.hmacSha256(counting(32), ...pieces)).to.equalBytes(crypto.hmacSha256(counting(32), whole))
    })

    for (const { z, length, key } of vectors.hashes.concatKdf) {
      it(`derives a key of ${length} bytes`, () => {
        expect(concatKdf(crypto, hex(z), length)).to.equalBytes(key)
      })
    }
  })

  describe(`${name}: equal`, () => {
    it('tells equal bytes', () => {
      expect(crypto.equal(new Uint8Array(), new Uint8Array())).to.be.true()
      expect(crypto.equal(counting(32), counting(32))).to.be.true()
      expect(crypto.equal(counting(32), atOddOffset(counting(32)))).to.be.true()
    })

    it('tells a difference in any bit', () => {
      for (let bit = 0; bit < 8 * 16; bit++) {
        const other = counting(16)
        other[bit >>> 3] ^= 1 << (bit & 7)

        expect(crypto.equal(counting(16), other), `bit ${bit}`).to.be.false()
      }
    })

    it('tells a difference in length', () => {
      expect(crypto.equal(counting(16), counting(15))).to.be.false()
      expect(crypto.equal(counting(15), counting(16))).to.be.false()
      expect(crypto.equal(new Uint8Array(), counting(1))).to.be.false()
    })
  })

  describe(`${name}: randomBytes`, () => {
    it('gives as many bytes as are asked for', () => {
      for (const length of [0, 1, 16, 32, 300]) {
        expect(crypto.randomBytes(length)).to.have.property('byteLength', length)
      }
    })

    it('gives other bytes each time', () => {
      expect(crypto.randomBytes(32)).to.not.equalBytes(crypto.randomBytes(32))
    })
  })
}
