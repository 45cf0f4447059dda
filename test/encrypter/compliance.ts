import { generateKeyPair } from '@libp2p/crypto/keys'
import tests from '@libp2p/interface-compliance-tests/connection-encryption'
import { createEncrypter } from '../fixtures/ed25519-encrypter.ts'

describe('rlpx as a connection encrypter of libp2p', () => {
  tests({
    async setup (args) { return createEncrypter(args?.privateKey ?? await generateKeyPair('Ed25519')) },
    async teardown () {}
  })
})
