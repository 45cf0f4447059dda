import { expect } from 'aegir/chai'
import { concat } from 'uint8arrays/concat'
import { defaultCrypto } from '../../src/crypto/index.ts'
import { decrypt, encrypt } from '../../src/handshake/ecies.ts'
import { HandshakeDecryptionError } from '../../src/handshake/errors.ts'
import { atOddOffset } from '../fixtures/chunks.ts'
import cryptoVectors from '../fixtures/crypto.json' with { type: 'json' }
import { CRYPTOS } from '../fixtures/cryptos.ts'
import vectors from '../fixtures/ecies.json' with { type: 'json' }
import { answer, INITIATOR, negate, RECIPIENT, seal } from '../fixtures/handshake.ts'
import { hex } from '../fixtures/hex.ts'
import { seededRandom } from '../fixtures/seeded-random.ts'

const NO_POINTS = cryptoVectors.ecdh.notPoints.filter(({ publicKey }) => publicKey.length === 128)

/** Every way of not being decrypted looks the same. */
function expectRefusal (message: Uint8Array, authData: Uint8Array = hex(vectors.authData)): void {
  expect(() => decrypt(defaultCrypto, RECIPIENT, message, authData))
    .to.throw(HandshakeDecryptionError, /^The handshake packet cannot be decrypted$/)
    .with.property('name', 'HandshakeDecryptionError')
}

for (const { name, crypto } of CRYPTOS) {
  describe(`ECIES with ${name}`, () => {
    const key = crypto.importPrivateKey(hex(vectors.privateKey))

    it('encrypts as go-ethereum does', () => {
      const random = { privateKey: hex(vectors.oneTimeKey), iv: hex(vectors.iv) }
      const message = encrypt(crypto, key.publicKey, hex(vectors.plaintext), hex(vectors.authData), random)

      expect(message).to.equalBytes(vectors.message)
    })

    it("decrypts go-ethereum's", () => {
      const message = hex(vectors.message)

      expect(decrypt(crypto, key, message, hex(vectors.authData))).to.equalBytes(vectors.plaintext)
      expect(decrypt(crypto, key, atOddOffset(message), hex(vectors.authData))).to.equalBytes(vectors.plaintext)
      expect(message).to.equalBytes(vectors.message)
    })

    it('compares tags by `equal`, and by nothing else', () => {
      const compared: number[][] = []
      const equal = (a: Uint8Array, b: Uint8Array): boolean => {
        compared.push([a.byteLength, b.byteLength])

        return true
      }
      const message = hex(vectors.message).fill(0, -32)

      expect(decrypt({ ...crypto, equal }, key, message, hex(vectors.authData))).to.equalBytes(vectors.plaintext)
      expect(compared).to.deep.equal([[32, 32]])
    })

    it('comes round for plaintexts of all sizes', () => {
      const { bytes } = seededRandom(60)

      for (const length of [0, 1, 15, 16, 17, 32, 194, 1935]) {
        const plaintext = bytes(length)
        const authData = bytes(2)
        const message = encrypt(crypto, key.publicKey, plaintext, authData, { privateKey: bytes(32), iv: bytes(16) })

        expect(message).to.have.property('byteLength', 113 + length)
        expect(decrypt(crypto, key, message, authData)).to.equalBytes(plaintext)
      }
    })

    it('comes round where the shared x begins with 00', () => {
      const { privateKey, publicKey, secret } = cryptoVectors.ecdh.pairs[5]
      const owner = crypto.importPrivateKey(hex(privateKey))
      const oneTimeKey = hex('6dbb'.padStart(64, '0'))

      expect(secret).to.match(/^0000/)
      expect(crypto.importPrivateKey(oneTimeKey).publicKey).to.equalBytes(publicKey)

      const random = { privateKey: oneTimeKey, iv: hex(vectors.iv) }
      const message = encrypt(crypto, owner.publicKey, hex(vectors.plaintext), hex(vectors.authData), random)

      expect(decrypt(crypto, owner, message, hex(vectors.authData))).to.equalBytes(vectors.plaintext)
    })
  })
}

describe('ECIES', () => {
  it('refuses a message any byte of which was changed, always with the same error', () => {
    for (let index = 0; index < vectors.message.length / 2; index++) {
      const message = hex(vectors.message)
      message[index] ^= 1 << index % 8

      expectRefusal(message)
    }
  })

  it('refuses a message with any prefix of the point but 04', () => {
    for (const prefix of [0x00, 0x02, 0x03, 0x05, 0x06, 0x07, 0xff]) {
      const message = hex(vectors.message)
      message[0] = prefix

      expectRefusal(message)
    }
  })

  for (const { name, publicKey } of NO_POINTS) {
    it(`refuses ${name} as the point`, () => {
      const message = hex(vectors.message)
      message.set(hex(publicKey), 1)

      expectRefusal(message)
    })
  }

  it('refuses a message to somebody else', () => {
    const random = { privateKey: hex(vectors.oneTimeKey), iv: hex(vectors.iv) }

    expectRefusal(encrypt(defaultCrypto, INITIATOR.publicKey, hex(vectors.plaintext), hex(vectors.authData), random))
  })

  it('refuses other auth data', () => {
    for (const authData of ['', '00', '007d', '007f', '017e', '7e00', '007e00']) {
      expectRefusal(hex(vectors.message), hex(authData))
    }
  })

  it('refuses a message that was cut or lengthened', () => {
    const message = hex(vectors.message)

    for (const length of [0, 1, 65, 81, 112, 113, 125]) {
      expectRefusal(message.subarray(0, length))
    }

    expectRefusal(concat([message, Uint8Array.of(0)]))
  })

  it('decrypts with −R in place of R, whose shared x is the same', () => {
    // no harm in it: whoever changes R still knows none of the keys, and auth and ack go into the MACs as they were received
    const message = hex(vectors.message)
    const negative = negate(message.subarray(1, 65))

    expect(negative).to.not.equalBytes(message.subarray(1, 65))
    message.set(negative, 1)

    expect(decrypt(defaultCrypto, RECIPIENT, message, hex(vectors.authData))).to.equalBytes(vectors.plaintext)
  })

  it('leaves the message as it was when it is refused', () => {
    const message = hex(vectors.message)
    message[125] ^= 1
    const before = Uint8Array.from(message)
    expectRefusal(message)

    expect(message).to.equalBytes(before)
  })
})

describe('an auth that cannot be decrypted', () => {
  it('is refused with the same error whichever of its bytes was changed', () => {
    // one byte of each part: point, IV, ciphertext, tag
    for (const index of [3, 66, 67, 82, 83, 200, 252, 283]) {
      const auth = seal(RECIPIENT.publicKey, new Uint8Array(169))
      auth[index] ^= 0x80

      expect(() => answer(auth))
        .to.throw(HandshakeDecryptionError, /^The handshake packet cannot be decrypted$/)
    }
  })

  it('is refused where its size is not the one that was sealed', () => {
    const auth = concat([seal(RECIPIENT.publicKey, new Uint8Array(170)), Uint8Array.of(0)])
    auth[1] += 1

    expect(() => answer(auth)).to.throw(HandshakeDecryptionError)
  })
})
