import { expect } from 'aegir/chai'
import { Uint8ArrayList } from 'uint8arraylist'
import { concat } from 'uint8arrays/concat'
import { defaultCrypto } from '../../src/crypto/index.ts'
import { decrypt, encrypt } from '../../src/handshake/ecies.ts'
import { respond } from '../../src/handshake/index.ts'
import { chunksOf } from '../fixtures/chunks.ts'
import vectors from '../fixtures/crypto.json' with { type: 'json' }
import { CRYPTOS } from '../fixtures/cryptos.ts'
import eciesVectors from '../fixtures/ecies.json' with { type: 'json' }
import eip8 from '../fixtures/eip8-handshake.json' with { type: 'json' }
import { direction, readAll } from '../fixtures/frames.ts'
import { answer, dial, expectBothSides, finish, INITIATOR, RECIPIENT, recipientRandom } from '../fixtures/handshake.ts'
import { seededRandom } from '../fixtures/seeded-random.ts'

const random = seededRandom(130)

/** A Buffer at an odd offset of a larger one, as sockets hand over. Its `slice` is a view, other than that of a Uint8Array. */
function buffer (bytes: Uint8Array | string): Buffer {
  const content = typeof bytes === 'string' ? Buffer.from(bytes, 'hex') : bytes
  const surrounded = Buffer.alloc(content.byteLength + 8, 0xaa)
  surrounded.set(content, 3)

  return surrounded.subarray(3, 3 + content.byteLength)
}

function buffers (bytes: Uint8Array): Buffer[] {
  return [...chunksOf(bytes, () => 1 + random.integer(200))].map(buffer)
}

describe('Buffers', () => {
  for (const { name, crypto } of CRYPTOS) {
    it(`are taken by ${name}`, () => {
      const { aes256, aes128Ctr } = vectors.ciphers
      const [{ key, data, tag }] = vectors.hashes.hmacSha256
      const [{ privateKey, publicKey, secret }] = vectors.ecdh.pairs
      const [{ hash, signature, publicKey: signer }] = vectors.signatures.recovered
      const text = random.bytes(160)
      const state = crypto.createKeccak256()
      state.update(buffer(text))
      const stream = crypto.createAes256Ctr(Uint8Array.from(buffer(aes256.key))).update(text)

      expect(crypto.equal(buffer(text), text)).to.be.true()
      expect(crypto.sha256(buffer(text))).to.equalBytes(crypto.sha256(text))
      expect(crypto.keccak256(buffer(text))).to.equalBytes(crypto.keccak256(text))
      expect(state.digest()).to.equalBytes(crypto.keccak256(text))
      expect(crypto.hmacSha256(buffer(key), buffer(data))).to.equalBytes(tag)
      expect(crypto.createAes256Block(buffer(aes256.key)).encrypt(buffer(aes256.plaintext))).to.equalBytes(aes256.ciphertext)
      expect(crypto.createAes256Ctr(buffer(aes256.key)).update(buffer(text))).to.equalBytes(stream)
      expect(crypto.aes128Ctr(buffer(aes128Ctr.key), buffer(aes128Ctr.iv), buffer(aes128Ctr.plaintext))).to.equalBytes(aes128Ctr.ciphertext)
      expect(crypto.importPrivateKey(buffer(privateKey)).ecdh(buffer(publicKey))).to.equalBytes(secret)
      expect(crypto.recover(buffer(hash), buffer(signature))).to.equalBytes(signer)
    })
  }

  it('are taken by ECIES', () => {
    const { oneTimeKey, iv, plaintext, authData, message } = eciesVectors
    const random = { privateKey: buffer(oneTimeKey), iv: buffer(iv) }

    expect(encrypt(defaultCrypto, buffer(RECIPIENT.publicKey), buffer(plaintext), buffer(authData), random)).to.equalBytes(message)
    expect(decrypt(defaultCrypto, RECIPIENT, buffer(message), buffer(authData))).to.equalBytes(plaintext)
  })

  for (const { name, packet } of eip8.auth) {
    it(`may be what ${name} arrives in`, () => {
      const { remoteId, secrets } = answer(buffer(packet), { random: recipientRandom() })

      expect(remoteId).to.equalBytes(INITIATOR.publicKey)
      expect(secrets.aes).to.equalBytes(eip8.derived.aesSecret)
    })
  }

  it('may be what a handshake arrives in, and draws', () => {
    const frames = random.bytes(1000)
    const { initiator, auth } = dial({ remoteId: buffer(RECIPIENT.publicKey), random: (length) => buffer(random.bytes(length)) })
    const recipient = respond({ privateKey: RECIPIENT, random: (length) => buffer(random.bytes(length)) })
    const [last, ...others] = buffers(auth).reverse()

    for (const chunk of others.reverse()) {
      expect(recipient.receive(chunk)).to.be.undefined()
    }

    const first = finish(recipient, buffer(concat([last, frames])))
    const second = finish(initiator, buffer(concat([first.reply ?? new Uint8Array(), frames])))

    expect(first.rest.subarray()).to.equalBytes(frames)
    expect(second.rest.subarray()).to.equalBytes(frames)
    expectBothSides(first.secrets, second.secrets)
  })

  for (const { name, crypto } of CRYPTOS) {
    it(`may be what frames are encoded from and arrive in, with ${name}`, () => {
      const { encoder, decoder } = direction(crypto)
      const sent = [0, 1, 16, 17, 1000, 5000].map(random.bytes)
      const received: Uint8Array[] = []

      for (const data of sent) {
        for (const chunk of buffers(encoder.encode(buffer(data)))) {
          decoder.append(chunk)
          received.push(...readAll(decoder))
        }
      }

      decoder.append(new Uint8ArrayList(...sent.flatMap(data => buffers(encoder.encode(new Uint8ArrayList(...buffers(data)))))))
      received.push(...readAll(decoder))

      expect(received).to.have.lengthOf(2 * sent.length)
      received.forEach((data, i) => { expect(data).to.equalBytes(sent[i % sent.length]) })
    })
  }
})
