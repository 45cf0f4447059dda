import { expect } from 'aegir/chai'
import * as codec from '../../src/codec/index.ts'
import { nobleCrypto } from '../../src/crypto/noble.ts'
import { initiate, respond } from '../../src/handshake/index.ts'
import { encryptionHandshake } from '../../src/p2p/encryption-handshake.ts'
import { INITIATOR_KEY, RECIPIENT_KEY } from '../fixtures/codec-keys.ts'
import { CRYPTOS } from '../fixtures/cryptos.ts'
import eip8 from '../fixtures/eip8-handshake.json' with { type: 'json' }
import { ackItems, authItems, INITIATOR, RECIPIENT, sealItems } from '../fixtures/handshake.ts'
import { hex } from '../fixtures/hex.ts'
import { RecordingBytes } from '../fixtures/p2p-frames.ts'
import type { Crypto, EphemeralKey } from '../../src/crypto/index.ts'
import type { Handshake } from '../../src/handshake/index.ts'

/** No secret that is over has anything left of it. */
function expectWiped (secrets: Uint8Array[], but: Uint8Array[] = []): void {
  expect(secrets.filter(secret => secret.some(byte => byte !== 0))).to.have.members(but)
}

/** The same primitives, which keep what secrets they were asked for, and the ephemeral keys that are not wiped. */
function keepSecrets (crypto: Crypto, kept: Uint8Array[], ephemeralKeys: Set<EphemeralKey>): Crypto {
  const keep = (secret: Uint8Array): Uint8Array => {
    kept.push(secret)

    return secret
  }

  return {
    ...crypto,
    randomBytes: (length) => length === 32 ? keep(crypto.randomBytes(length)) : crypto.randomBytes(length),
    sha256: (...data) => keep(crypto.sha256(...data)),
    keccak256: (...data) => keep(crypto.keccak256(...data)),
    importPrivateKey: (privateKey) => {
      const key = crypto.importPrivateKey(privateKey)

      return { publicKey: key.publicKey, ecdh: (publicKey) => keep(key.ecdh(publicKey)) }
    },
    importEphemeralKey: (privateKey) => {
      const key = crypto.importEphemeralKey(privateKey)
      ephemeralKeys.add(key)

      return {
        publicKey: key.publicKey,
        ecdh: (publicKey) => keep(key.ecdh(publicKey)),
        wipe: () => {
          key.wipe()
          ephemeralKeys.delete(key)
        }
      }
    }
  }
}

for (const { name, crypto } of CRYPTOS) {
  it(`a handshake with ${name} overwrites all secrets but the keys of the frames`, () => {
    const kept: Uint8Array[] = []
    const ephemeralKeys = new Set<EphemeralKey>()
    const keeping = keepSecrets(crypto, kept, ephemeralKeys)
    const remoteId = crypto.importPrivateKey(RECIPIENT_KEY).publicKey
    const initiator = initiate({ crypto: keeping, privateKey: keeping.importPrivateKey(INITIATOR_KEY), remoteId })
    const recipient = respond({ crypto: keeping, privateKey: keeping.importPrivateKey(RECIPIENT_KEY) })
    const accepted = recipient.receive(initiator.opening ?? new Uint8Array())
    const finished = initiator.receive(accepted?.reply ?? new Uint8Array())
    const keys = [accepted, finished].flatMap((result) => result == null ? [] : [result.secrets.aes, result.secrets.mac])

    expect(kept).to.have.lengthOf(30)
    expect(ephemeralKeys).to.be.empty()
    expect(keys).to.have.lengthOf(4)
    expectWiped(kept, keys)
    expect(accepted?.secrets.aes).to.equalBytes(finished?.secrets.aes ?? new Uint8Array())
  })

  describe(`a handshake with ${name} that fails overwrites all secrets`, () => {
    let kept: Uint8Array[]
    let texts: Uint8Array[]
    let ephemeralKeys: Set<EphemeralKey>
    let keeping: Crypto

    beforeEach(() => {
      kept = []
      texts = []
      ephemeralKeys = new Set()
      keeping = {
        ...keepSecrets(crypto, kept, ephemeralKeys),
        aes128Ctr: (...args) => {
          const text = crypto.aes128Ctr(...args)
          texts.push(text)

          return text
        }
      }
    })

    function expectFailure (handshake: Handshake, packet: Uint8Array, error: string, decrypted: number, secrets: number): void {
      // an initiator has encrypted until now
      texts.splice(0)

      expect(() => handshake.receive(packet)).to.throw().with.property('name', error)
      expect(texts).to.have.lengthOf(decrypted)
      expect(kept).to.have.lengthOf(secrets)
      expect(ephemeralKeys).to.be.empty()
      expectWiped([...kept, ...texts])
    }

    function recipient (): Handshake {
      return respond({ crypto: keeping, privateKey: keeping.importPrivateKey(hex(eip8.staticKeyB)) })
    }

    function initiator (): Handshake {
      return initiate({ crypto: keeping, privateKey: keeping.importPrivateKey(hex(eip8.staticKeyA)), remoteId: RECIPIENT.publicKey })
    }

    it('at an auth that cannot be decrypted', () => {
      const auth = sealItems(RECIPIENT.publicKey, [...authItems(), 4])
      auth[auth.byteLength - 1] ^= 1

      expectFailure(recipient(), auth, 'HandshakeDecryptionError', 0, 3)
    })

    it('at an auth that is none', () => {
      expectFailure(recipient(), sealItems(RECIPIENT.publicKey, [1, 2, 3], new Uint8Array(200)), 'InvalidAuthError', 1, 3)
    })

    it('at an auth whose signature is of nobody', () => {
      const [, ...items] = authItems()

      expectFailure(recipient(), sealItems(RECIPIENT.publicKey, [new Uint8Array(65).fill(0xff), ...items, 4]), 'InvalidAuthError', 1, 4)
    })

    it('at an ack that cannot be decrypted', () => {
      const ack = sealItems(INITIATOR.publicKey, [...ackItems(), 4])
      ack[ack.byteLength - 1] ^= 1

      expectFailure(initiator(), ack, 'HandshakeDecryptionError', 0, 10)
    })

    it('at an ack whose key is no point', () => {
      const [, nonce] = ackItems()

      expectFailure(initiator(), sealItems(INITIATOR.publicKey, [new Uint8Array(64), nonce, 4]), 'InvalidAckError', 1, 10)
    })

    it('before there is an ack', async () => {
      const shaking = encryptionHandshake(new RecordingBytes(), initiator(), { signal: AbortSignal.abort(new Error('had enough')) })

      await expect(shaking).to.eventually.be.rejectedWith('had enough')
      expect(ephemeralKeys).to.be.empty()
      expectWiped(kept)
    })

    it('before there is an ack for the codec', async () => {
      const { session } = codec.initiator({
        crypto: keeping,
        privateKey: hex(eip8.staticKeyA),
        remoteId: RECIPIENT.publicKey,
        signal: AbortSignal.abort(new Error('had enough'))
      })

      await expect(session).to.eventually.be.rejectedWith('had enough')
      expect(ephemeralKeys).to.be.empty()
      expectWiped(kept)
    })
  })
}

it('a wiped ephemeral key of noble is of no more use', () => {
  const key = nobleCrypto.importEphemeralKey(INITIATOR_KEY)
  key.wipe()

  expect(() => key.ecdh(key.publicKey)).to.throw()
})
