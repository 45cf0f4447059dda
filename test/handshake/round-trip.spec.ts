import { expect } from 'aegir/chai'
import { Uint8ArrayList } from 'uint8arraylist'
import { concat } from 'uint8arrays/concat'
import { respond } from '../../src/handshake/index.ts'
import { atOddOffset, chunksOf } from '../fixtures/chunks.ts'
import { CRYPTOS } from '../fixtures/cryptos.ts'
import { answer, dial, expectBothSides, finish, INITIATOR, RECIPIENT } from '../fixtures/handshake.ts'
import { seededRandom } from '../fixtures/seeded-random.ts'
import type { Handshake, HandshakeResult } from '../../src/handshake/index.ts'

/** Bytes that came in the same segments as the packet. */
const FRAMES = seededRandom(30).bytes(4096)

const random = seededRandom(31)

/** Ways in which a packet and what follows it can arrive. */
const ARRIVALS: Array<{ name: string, arrive (bytes: Uint8Array): Array<Uint8Array | Uint8ArrayList> }> = [
  { name: 'in one piece', arrive: (bytes) => [bytes] },
  { name: 'one byte at a time', arrive: (bytes) => [...chunksOf(bytes, () => 1)] },
  { name: 'in random pieces', arrive: (bytes) => [...chunksOf(bytes, () => random.integer(300))] },
  { name: 'as a view at an odd offset', arrive: (bytes) => [atOddOffset(bytes)] },
  { name: 'as random views at odd offsets', arrive: (bytes) => [...chunksOf(bytes, () => random.integer(300))].map(atOddOffset) },
  { name: 'as a list of one piece', arrive: (bytes) => [new Uint8ArrayList(bytes)] },
  { name: 'as a list of random pieces', arrive: (bytes) => [new Uint8ArrayList(...chunksOf(bytes, () => random.integer(300)))] },
  {
    name: 'as lists of single bytes',
    arrive: (bytes) => [...chunksOf(bytes, () => 7)].map(chunk => new Uint8ArrayList(...chunksOf(chunk, () => 1)))
  }
]

/** The result of a handshake, and all that came after the packet. */
function receive (handshake: Handshake, chunks: Array<Uint8Array | Uint8ArrayList>): { result: HandshakeResult, after: Uint8Array } {
  for (let i = 0; i < chunks.length; i++) {
    const result = handshake.receive(chunks[i])

    if (result != null) {
      const later = chunks.slice(i + 1).map(chunk => chunk.subarray())

      return { result, after: concat([result.rest.subarray(), ...later]) }
    }
  }

  throw new Error('The handshake is not through')
}

describe('handshake', () => {
  for (const { name, arrive } of ARRIVALS) {
    it(`comes through with packets that arrive ${name}`, () => {
      const { initiator, auth } = dial()
      const recipient = respond({ privateKey: RECIPIENT })

      expect(recipient.opening).to.be.undefined()

      const first = receive(recipient, arrive(concat([auth, FRAMES])))
      const second = receive(initiator, arrive(concat([first.result.reply ?? new Uint8Array(), FRAMES])))

      expect(first.result.remoteId).to.equalBytes(INITIATOR.publicKey)
      expect(first.after).to.equalBytes(FRAMES)
      expect(second.result.remoteId).to.equalBytes(RECIPIENT.publicKey)
      expect(second.result.reply).to.be.undefined()
      expect(second.after).to.equalBytes(FRAMES)
      expectBothSides(first.result.secrets, second.result.secrets)
    })
  }

  for (const length of [0, 1, 32, 4096]) {
    it(`hands on the ${length} bytes that come with a packet`, () => {
      const frames = FRAMES.subarray(0, length)
      const { initiator, auth } = dial()
      const first = answer(concat([auth, frames]))
      const second = finish(initiator, concat([first.ack, frames]))

      expect(first.rest.subarray()).to.equalBytes(frames)
      expect(second.rest.subarray()).to.equalBytes(frames)
      expectBothSides(first.secrets, second.secrets)
    })
  }

  for (const ours of CRYPTOS) {
    for (const theirs of CRYPTOS) {
      it(`comes through between ${ours.name} and ${theirs.name}`, () => {
        const initiatorKey = ours.crypto.importPrivateKey(random.bytes(32))
        const recipientKey = theirs.crypto.importPrivateKey(random.bytes(32))
        const { initiator, auth } = dial({ privateKey: initiatorKey, remoteId: recipientKey.publicKey, crypto: ours.crypto })
        const first = answer(auth, { privateKey: recipientKey, crypto: theirs.crypto })
        const second = finish(initiator, first.ack)

        expect(first.remoteId).to.equalBytes(initiatorKey.publicKey)
        expectBothSides(first.secrets, second.secrets)
      })
    }
  }

  it('comes through with oneself', () => {
    const { initiator, auth } = dial({ remoteId: INITIATOR.publicKey })
    const first = answer(auth, { privateKey: INITIATOR })
    const second = finish(initiator, first.ack)

    expect(first.remoteId).to.equalBytes(INITIATOR.publicKey)
    expectBothSides(first.secrets, second.secrets)
  })

  it('answers an auth that is sent again with fresh keys', () => {
    const { initiator, auth } = dial()
    const first = answer(auth)
    const again = answer(auth)
    const ours = finish(initiator, first.ack)

    expect(again.ack).to.not.equalBytes(first.ack)
    expect(again.secrets.aes).to.not.equalBytes(ours.secrets.aes)
    expect(again.secrets.mac).to.not.equalBytes(ours.secrets.mac)
    expect(again.secrets.ingressMac.digest()).to.not.equalBytes(ours.secrets.egressMac.digest())
    expectBothSides(first.secrets, ours.secrets)
  })

  it('fails where somebody else was dialled', () => {
    const { auth } = dial({ remoteId: INITIATOR.publicKey })

    expect(() => answer(auth)).to.throw().with.property('name', 'HandshakeDecryptionError')
  })

  it('refuses to dial what is no public key', () => {
    for (const remoteId of [new Uint8Array(64), RECIPIENT.publicKey.subarray(1), concat([RECIPIENT.publicKey, FRAMES]), new Uint8Array()]) {
      expect(() => dial({ remoteId })).to.throw().with.property('name', 'InvalidPublicKeyError')
    }
  })
})
