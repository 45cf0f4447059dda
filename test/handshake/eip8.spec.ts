import { expect } from 'aegir/chai'
import { concat } from 'uint8arrays/concat'
import { xor } from 'uint8arrays/xor'
import { decodeAck, decodeAuth } from '../../src/handshake/messages.ts'
import { openPacket } from '../../src/handshake/packet.ts'
import { deriveSecrets } from '../../src/handshake/secrets.ts'
import { CRYPTOS } from '../fixtures/cryptos.ts'
import eip8 from '../fixtures/eip8-handshake.json' with { type: 'json' }
import { answer, dial, finish, initiatorRandom, recipientRandom } from '../fixtures/handshake.ts'
import { hex } from '../fixtures/hex.ts'

const { aesSecret, macSecret, ingressMacAfterFoo } = eip8.derived
const FOO = Uint8Array.of(0x66, 0x6f, 0x6f)

for (const { name, crypto } of CRYPTOS) {
  const initiator = crypto.importPrivateKey(hex(eip8.staticKeyA))
  const recipient = crypto.importPrivateKey(hex(eip8.staticKeyB))

  describe(`EIP-8 with ${name}`, () => {
    for (const { name, packet } of eip8.auth) {
      it(`reads ${name}`, () => {
        const result = answer(hex(packet), { privateKey: recipient, crypto, random: recipientRandom() })

        expect(result.remoteId).to.equalBytes(initiator.publicKey)
        expect(result.secrets.aes).to.equalBytes(aesSecret)
        expect(result.secrets.mac).to.equalBytes(macSecret)
        expect(result.rest).to.have.property('byteLength', 0)
      })

      it(`finds the fields of ${name}`, () => {
        const auth = decodeAuth(openPacket(crypto, recipient, hex(packet)))

        expect(auth.signature).to.equalBytes(eip8.authSignature)
        expect(auth.publicKey).to.equalBytes(initiator.publicKey)
        expect(auth.nonce).to.equalBytes(eip8.nonceA)
      })
    }

    for (const { name, packet } of eip8.ack) {
      it(`reads ${name}`, () => {
        const result = finish(dial({ privateKey: initiator, crypto, random: initiatorRandom() }).initiator, hex(packet))

        expect(result.remoteId).to.equalBytes(recipient.publicKey)
        expect(result.secrets.aes).to.equalBytes(aesSecret)
        expect(result.secrets.mac).to.equalBytes(macSecret)
        expect(result.rest).to.have.property('byteLength', 0)
        expect(result.reply).to.be.undefined()
      })

      it(`finds the fields of ${name}`, () => {
        const ack = decodeAck(openPacket(crypto, initiator, hex(packet)))

        expect(ack.ephemeralPublicKey).to.equalBytes(crypto.importPrivateKey(hex(eip8.ephemeralKeyB)).publicKey)
        expect(ack.nonce).to.equalBytes(eip8.nonceB)
      })
    }

    it('begins the ingress MAC of the recipient with Auth₂', () => {
      const result = answer(hex(eip8.auth[0].packet), { privateKey: recipient, crypto, random: recipientRandom() })
      result.secrets.ingressMac.update(FOO)

      expect(result.secrets.ingressMac.digest()).to.equalBytes(ingressMacAfterFoo)
    })

    it('begins the ingress MAC of the initiator with Ack₂', () => {
      const result = finish(dial({ privateKey: initiator, crypto, random: initiatorRandom() }).initiator, hex(eip8.ack[0].packet))
      const begun = concat([xor(hex(macSecret), hex(eip8.nonceA)), hex(eip8.ack[0].packet)])

      expect(result.secrets.ingressMac.digest()).to.equalBytes(crypto.keccak256(begun))
    })

    it('derives the secrets of Auth₂ and Ack₂ on both sides', () => {
      const ephemeralKey = crypto.importPrivateKey(hex(eip8.ephemeralKeyA))
      const transcript = {
        ephemeralSecret: ephemeralKey.ecdh(crypto.importPrivateKey(hex(eip8.ephemeralKeyB)).publicKey),
        initiatorNonce: hex(eip8.nonceA),
        recipientNonce: hex(eip8.nonceB),
        auth: hex(eip8.auth[0].packet),
        ack: hex(eip8.ack[0].packet)
      }
      const ours = deriveSecrets(crypto, transcript, 'recipient')
      const theirs = deriveSecrets(crypto, transcript, 'initiator')

      for (const secrets of [ours, theirs]) {
        expect(secrets.aes).to.equalBytes(aesSecret)
        expect(secrets.mac).to.equalBytes(macSecret)
      }

      ours.ingressMac.update(FOO)
      theirs.egressMac.update(FOO)

      expect(ours.ingressMac.digest()).to.equalBytes(ingressMacAfterFoo)
      expect(theirs.egressMac.digest()).to.equalBytes(ingressMacAfterFoo)
      expect(ours.egressMac.digest()).to.equalBytes(theirs.ingressMac.digest())
      expect(ours.egressMac.digest()).to.not.equalBytes(ours.ingressMac.digest())
    })
  })
}
