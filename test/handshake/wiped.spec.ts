import { expect } from 'aegir/chai'
import { nobleCrypto } from '../../src/crypto/noble.ts'
import { initiate, respond } from '../../src/handshake/index.ts'
import { INITIATOR_KEY, RECIPIENT_KEY } from '../fixtures/codec-keys.ts'
import { CRYPTOS } from '../fixtures/cryptos.ts'
import type { Crypto, EphemeralKey } from '../../src/crypto/index.ts'

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
    const left = kept.filter(secret => secret.some(byte => byte !== 0))

    expect(kept).to.have.lengthOf(30)
    expect(ephemeralKeys).to.be.empty()
    expect(keys).to.have.lengthOf(4)
    expect(left).to.have.members(keys)
    expect(accepted?.secrets.aes).to.equalBytes(finished?.secrets.aes ?? new Uint8Array())
  })
}

it('a wiped ephemeral key of noble is of no more use', () => {
  const key = nobleCrypto.importEphemeralKey(INITIATOR_KEY)
  key.wipe()

  expect(() => key.ecdh(key.publicKey)).to.throw()
})
