import { expect } from 'aegir/chai'
import { xor } from 'uint8arrays/xor'
import { defaultCrypto } from '../../src/crypto/index.ts'
import { decodeAck, decodeAuth } from '../../src/handshake/messages.ts'
import { openPacket } from '../../src/handshake/packet.ts'
import {
  answer, dial, finish, INITIATOR, INITIATOR_EPHEMERAL, INITIATOR_NONCE, initiatorRandom, RECIPIENT, RECIPIENT_EPHEMERAL,
  RECIPIENT_NONCE, recipientRandom, replay, sealItems
} from '../fixtures/handshake.ts'
import { seededRandom } from '../fixtures/seeded-random.ts'
import type { Random } from '../../src/handshake/index.ts'

/** Ephemeral key, nonce, length of the padding, ECIES key, ECIES IV. */
const LENGTHS = [32, 32, 1, 32, 16]

/** Sizes of a packet without padding. */
const BARE_AUTH = 284
const BARE_ACK = 217

/** Gives what `random` gives, and keeps it. */
function recording (random: Random): { random: Random, drawn: Uint8Array[] } {
  const drawn: Uint8Array[] = []

  return {
    drawn,
    random: (length) => {
      drawn.push(random(length))

      return drawn[drawn.length - 1]
    }
  }
}

/** The packets of both sides, each with what `random` gives. */
function packets (random: () => Random): { auth: Uint8Array, ack: Uint8Array } {
  const { auth } = dial({ random: random() })
  const { ack } = answer(auth, { random: random() })

  return { auth, ack }
}

describe('what a handshake draws at random', () => {
  it('is, for the initiator, drawn at once and in the documented order', () => {
    const { random, drawn } = recording(seededRandom(51).bytes)
    const { initiator, auth } = dial({ random })

    expect(drawn.map(({ byteLength }) => byteLength)).to.deep.equal(LENGTHS)

    finish(initiator, answer(auth).ack)

    expect(drawn).to.have.lengthOf(LENGTHS.length)
  })

  it('is, for the recipient, drawn in the documented order, and only for an auth that is good', () => {
    const { random, drawn } = recording(seededRandom(52).bytes)
    const { auth } = dial()
    const tampered = Uint8Array.from(auth)
    tampered[tampered.byteLength - 1] ^= 1
    const unsigned = sealItems(RECIPIENT.publicKey, [new Uint8Array(65), INITIATOR.publicKey, INITIATOR_NONCE, 4])

    expect(() => answer(tampered, { random })).to.throw().with.property('name', 'HandshakeDecryptionError')
    expect(() => answer(unsigned, { random })).to.throw().with.property('name', 'InvalidAuthError')
    expect(drawn).to.be.empty()

    answer(auth, { random })

    expect(drawn.map(({ byteLength }) => byteLength)).to.deep.equal(LENGTHS)
  })

  it('makes the same bytes and secrets when it is replayed', () => {
    const { auth } = dial({ random: seededRandom(53).bytes })

    expect(dial({ random: seededRandom(53).bytes }).auth).to.equalBytes(auth)
    expect(dial({ random: seededRandom(54).bytes }).auth).to.not.equalBytes(auth)

    const one = answer(auth, { random: seededRandom(55).bytes })
    const other = answer(auth, { random: seededRandom(55).bytes })

    expect(one.ack).to.equalBytes(other.ack)
    expect(one.secrets.aes).to.equalBytes(other.secrets.aes)
    expect(one.secrets.mac).to.equalBytes(other.secrets.mac)
    expect(one.secrets.egressMac.digest()).to.equalBytes(other.secrets.egressMac.digest())
    expect(one.secrets.ingressMac.digest()).to.equalBytes(other.secrets.ingressMac.digest())
  })

  it('ends up where it is documented to', () => {
    const { auth } = dial({ random: initiatorRandom() })
    const { ack } = answer(auth, { random: recipientRandom() })
    const ours = decodeAuth(openPacket(defaultCrypto, RECIPIENT, auth))
    const theirs = decodeAck(openPacket(defaultCrypto, INITIATOR, ack))

    expect(ours.nonce).to.equalBytes(INITIATOR_NONCE)
    expect(theirs.nonce).to.equalBytes(RECIPIENT_NONCE)
    expect(theirs.ephemeralPublicKey).to.equalBytes(RECIPIENT_EPHEMERAL.publicKey)
  })

  it('makes an auth whose signature recovers to the ephemeral key', () => {
    const { auth } = dial({ random: initiatorRandom() })
    const { signature, publicKey, nonce } = decodeAuth(openPacket(defaultCrypto, RECIPIENT, auth))
    const signed = xor(RECIPIENT.ecdh(publicKey), nonce)

    expect(publicKey).to.equalBytes(INITIATOR.publicKey)
    expect(defaultCrypto.recover(signed, signature)).to.equalBytes(INITIATOR_EPHEMERAL.publicKey)
  })

  it('begins each packet with the key of its ECIES, and has its IV behind', () => {
    const { bytes } = seededRandom(56)
    const values = LENGTHS.map(bytes)
    const { publicKey } = defaultCrypto.importPrivateKey(values[3])

    for (const packet of Object.values(packets(() => replay(values)))) {
      expect(packet.subarray(2, 3)).to.equalBytes('04')
      expect(packet.subarray(3, 67)).to.equalBytes(publicKey)
      expect(packet.subarray(67, 83)).to.equalBytes(values[4])
    }
  })

  for (const [drawn, padding] of [[0, 100], [1, 101], [99, 199], [100, 100], [199, 199], [255, 155]]) {
    it(`makes ${padding} bytes of padding of a ${drawn}`, () => {
      const { bytes } = seededRandom(57)
      const values = [bytes(32), bytes(32), Uint8Array.of(drawn)]
      const { auth, ack } = packets(() => replay(values))

      expect(auth.byteLength).to.equal(BARE_AUTH + padding)
      expect(ack.byteLength).to.equal(BARE_ACK + padding)

      for (const packet of [auth, ack]) {
        expect(new DataView(packet.buffer, packet.byteOffset).getUint16(0)).to.equal(packet.byteLength - 2)
      }
    })
  }

  it('is wiped where it was an ephemeral key', () => {
    const ours = recording(seededRandom(58).bytes)
    const theirs = recording(seededRandom(59).bytes)
    answer(dial({ random: ours.random }).auth, { random: theirs.random })

    expect(ours.drawn[0]).to.equalBytes(new Uint8Array(32))
    expect(theirs.drawn[0]).to.equalBytes(new Uint8Array(32))
  })
})
