import { expect } from 'aegir/chai'
import { equals } from 'uint8arrays/equals'
import { initiate, respond } from '../../src/handshake/index.ts'
import { INITIATOR_KEY, nodeId, RECIPIENT_KEY } from '../fixtures/codec-keys.ts'
import { CRYPTOS } from '../fixtures/cryptos.ts'
import type { Crypto } from '../../src/crypto/index.ts'

/** The same primitives, which keep each private key that they are given, with what it is given to. */
function keepKeys (crypto: Crypto, kept: Array<{ operation: string, key: Uint8Array }>): Crypto {
  const keep = (operation: string, key: Uint8Array): void => { kept.push({ operation, key: Uint8Array.from(key) }) }

  return {
    ...crypto,
    importPrivateKey: (key) => {
      keep('importPrivateKey', key)

      return crypto.importPrivateKey(key)
    },
    importEphemeralKey: (key) => {
      keep('importEphemeralKey', key)

      return crypto.importEphemeralKey(key)
    },
    sign: (hash, key) => {
      keep('sign', key)

      return crypto.sign(hash, key)
    }
  }
}

for (const { name, crypto } of CRYPTOS) {
  it(`static keys are never used as ephemeral ones are, with ${name}`, () => {
    const kept: Array<{ operation: string, key: Uint8Array }> = []
    const keeping = keepKeys(crypto, kept)
    const initiator = initiate({ crypto: keeping, privateKey: keeping.importPrivateKey(INITIATOR_KEY), remoteId: nodeId(RECIPIENT_KEY) })
    const recipient = respond({ crypto: keeping, privateKey: keeping.importPrivateKey(RECIPIENT_KEY) })
    const accepted = recipient.receive(initiator.opening ?? new Uint8Array())
    expect(initiator.receive(accepted?.reply ?? new Uint8Array())).to.have.property('secrets')

    const isStatic = (key: Uint8Array): boolean => equals(key, INITIATOR_KEY) || equals(key, RECIPIENT_KEY)
    const [statics, others] = [kept.filter(({ key }) => isStatic(key)), kept.filter(({ key }) => !isStatic(key))]

    expect(statics.map(({ operation }) => operation)).to.deep.equal(['importPrivateKey', 'importPrivateKey'])

    // one signature, an ephemeral key of each side, and one for the ECIES of each
    expect(others.map(({ operation }) => operation).sort())
      .to.deep.equal([...new Array(4).fill('importEphemeralKey'), 'sign'])
  })
}
