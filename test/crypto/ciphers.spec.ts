import { expect } from 'aegir/chai'
import { defaultCrypto } from '../../src/crypto/index.ts'
import { nobleCrypto } from '../../src/crypto/noble.ts'
import { atOddOffset, chunksOf } from '../fixtures/chunks.ts'
import vectors from '../fixtures/crypto.json' with { type: 'json' }
import { CRYPTOS } from '../fixtures/cryptos.ts'
import { hex } from '../fixtures/hex.ts'
import { seededRandom } from '../fixtures/seeded-random.ts'

const BLOCK = 16

for (const { name, crypto } of CRYPTOS) {
  describe(`${name}: AES-256, one block`, () => {
    const { key, plaintext, ciphertext } = vectors.ciphers.aes256

    it('encrypts what the standard has', () => {
      expect(crypto.createAes256Block(hex(key)).encrypt(hex(plaintext))).to.equalBytes(ciphertext)
    })

    it('encrypts each block by itself', () => {
      const cipher = crypto.createAes256Block(hex(key))
      const first = cipher.encrypt(hex(plaintext))
      const second = cipher.encrypt(new Uint8Array(BLOCK))

      expect(first).to.equalBytes(ciphertext)
      expect(second).to.not.equalBytes(first)
      expect(cipher.encrypt(hex(plaintext))).to.equalBytes(first)
    })

    it('encrypts a view at an odd offset, and leaves it as it was', () => {
      const block = atOddOffset(hex(plaintext))

      expect(crypto.createAes256Block(hex(key)).encrypt(block)).to.equalBytes(ciphertext)
      expect(block).to.equalBytes(plaintext)
    })
  })

  describe(`${name}: AES-256-CTR`, () => {
    const key = seededRandom(2).bytes(32)

    /** A block of the key stream, by the definition of CTR. */
    function keyStream (counter: number): Uint8Array {
      const block = new Uint8Array(BLOCK)
      new DataView(block.buffer).setUint32(BLOCK - 4, counter)

      return crypto.createAes256Block(key).encrypt(block)
    }

    it('counts the blocks from 0, carries included', () => {
      const blocks = 65_538
      const stream = crypto.createAes256Ctr(key).update(new Uint8Array(blocks * BLOCK))

      for (const counter of [0, 1, 2, 255, 256, 257, 65_535, 65_536, blocks - 1]) {
        expect(stream.subarray(counter * BLOCK, (counter + 1) * BLOCK), `block ${counter}`).to.equalBytes(keyStream(counter))
      }
    })

    it('goes on with the key stream from call to call', () => {
      const random = seededRandom(3)
      const data = random.bytes(600 * BLOCK)
      const cipher = crypto.createAes256Ctr(key)
      const whole = crypto.createAes256Ctr(key).update(data)
      let start = 0

      for (const chunk of chunksOf(data, () => random.integer(40) * BLOCK)) {
        const end = start + chunk.byteLength

        expect(cipher.update(chunk), `from ${start}`).to.equalBytes(whole.subarray(start, end))
        start = end
      }
    })

    it('decrypts what it encrypted', () => {
      const data = seededRandom(4).bytes(10 * BLOCK)

      expect(crypto.createAes256Ctr(key).update(crypto.createAes256Ctr(key).update(data))).to.equalBytes(data)
    })

    it('takes a view at an odd offset, and leaves it as it was', () => {
      const data = seededRandom(5).bytes(3 * BLOCK)
      const view = atOddOffset(data)

      expect(crypto.createAes256Ctr(key).update(view)).to.equalBytes(crypto.createAes256Ctr(key).update(data))
      expect(view).to.equalBytes(data)
    })

    it('has streams that know nothing of each other', () => {
      const one = crypto.createAes256Ctr(key)
      const other = crypto.createAes256Ctr(key)
      one.update(new Uint8Array(BLOCK))

      expect(other.update(new Uint8Array(BLOCK))).to.equalBytes(keyStream(0))
      expect(one.update(new Uint8Array(BLOCK))).to.equalBytes(keyStream(1))
    })
  })

  describe(`${name}: AES-128-CTR`, () => {
    const { key, iv, plaintext, ciphertext } = vectors.ciphers.aes128Ctr

    it('encrypts and decrypts what the standard has', () => {
      expect(crypto.aes128Ctr(hex(key), hex(iv), hex(plaintext))).to.equalBytes(ciphertext)
      expect(crypto.aes128Ctr(hex(key), hex(iv), hex(ciphertext))).to.equalBytes(plaintext)
    })

    it('encrypts any number of bytes, at any offset', () => {
      for (const length of [0, 1, 15, 16, 17, 63]) {
        const data = hex(plaintext).subarray(0, length)
        const expected = hex(ciphertext).subarray(0, length)

        expect(crypto.aes128Ctr(hex(key), hex(iv), atOddOffset(data)), `${length} bytes`).to.equalBytes(expected)
      }
    })
  })
}

describe('AES of defaultCrypto and nobleCrypto', () => {
  it('is the same for random keys and sizes', () => {
    const random = seededRandom(6)

    for (let round = 0; round < 50; round++) {
      const key = random.bytes(32)
      const ciphers = [defaultCrypto, nobleCrypto].map(crypto => crypto.createAes256Ctr(key))

      for (let call = 0; call < 4; call++) {
        const data = random.bytes(random.integer(70) * BLOCK)
        const [ours, theirs] = ciphers.map(cipher => cipher.update(data))

        expect(ours).to.equalBytes(theirs)
      }

      const block = random.bytes(BLOCK)
      const iv = random.bytes(BLOCK)
      const odd = random.bytes(random.integer(300))

      expect(defaultCrypto.createAes256Block(key).encrypt(block)).to.equalBytes(nobleCrypto.createAes256Block(key).encrypt(block))
      expect(defaultCrypto.aes128Ctr(key.subarray(0, 16), iv, odd)).to.equalBytes(nobleCrypto.aes128Ctr(key.subarray(0, 16), iv, odd))
    }
  })
})
