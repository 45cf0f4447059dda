import { testKeys } from '../fixtures/crypto-keys.ts'
import { CRYPTOS, ephemeral } from '../fixtures/cryptos.ts'

for (const { name, crypto } of CRYPTOS) {
  testKeys(name, crypto)
  testKeys(`${name}, ephemeral`, ephemeral(crypto))
}
