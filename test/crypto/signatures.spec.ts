import { testSignatures } from '../fixtures/crypto-signatures.ts'
import { CRYPTOS } from '../fixtures/cryptos.ts'

for (const { name, crypto } of CRYPTOS) {
  testSignatures(name, crypto)
}
