import { expect } from 'aegir/chai'
import { encode } from 'rlp'
import { defaultCrypto } from '../../src/crypto/index.ts'
import { readAck } from '../../src/handshake/initiator.ts'
import { deriveSecrets } from '../../src/handshake/secrets.ts'
import {
  ackItems, answer, authItems, dial, expectBothSides, finish, INITIATOR, INITIATOR_EPHEMERAL, INITIATOR_NONCE, initiatorRandom,
  RECIPIENT, RECIPIENT_EPHEMERAL, RECIPIENT_NONCE, sealItems
} from '../fixtures/handshake.ts'
import { nestedList } from '../fixtures/nested-list.ts'
import { seededRandom } from '../fixtures/seeded-random.ts'
import type { Input } from 'rlp'

/** Sizes of a packet that has no padding and a version of one byte: RLP, ECIES and the two bytes of the size. */
const BARE_AUTH = 284
const BARE_ACK = 217
const LARGEST = 2 + 2048

const { bytes } = seededRandom(40)

/** What may follow the items up to the version, and what may follow the list (EIP-8). */
const TAILS: Array<{ name: string, items: Input[], padding?: Uint8Array }> = [
  { name: 'without padding', items: [4] },
  { name: 'with 100 zeros of padding', items: [4], padding: new Uint8Array(100) },
  { name: 'with 300 random bytes of padding', items: [4], padding: bytes(300) },
  { name: 'with padding that is no RLP', items: [4], padding: new Uint8Array(300).fill(0xff) },
  { name: 'with padding that is another list', items: [4], padding: encode([...authItems(), 4]) },
  { name: 'of version 0', items: [0] },
  { name: 'of version 1', items: [1] },
  { name: 'of version 5', items: [5] },
  { name: 'of version 255', items: [255] },
  { name: 'of a version of 32 bytes', items: [bytes(32)] },
  { name: 'of a version that is a list', items: [[4, 5]] },
  { name: 'with further items', items: [56, 1, 2, [4, 5]] },
  { name: 'with a further item that is deeply nested', items: [4, nestedList(600)] },
  { name: 'with further items and padding', items: [57, 'eth', [[], [[]]], bytes(300)], padding: bytes(200) }
]

function expectAuthWorks (auth: Uint8Array): void {
  const { remoteId, secrets, ack } = answer(auth)
  const init = { crypto: defaultCrypto, privateKey: INITIATOR, remoteId: RECIPIENT.publicKey, random: defaultCrypto.randomBytes }
  const ephemeralKey = { ...INITIATOR_EPHEMERAL, ecdh: INITIATOR_EPHEMERAL.ecdh.bind(INITIATOR_EPHEMERAL), wipe: () => {} }
  const theirs = readAck(init, { auth, ephemeralKey, nonce: Uint8Array.from(INITIATOR_NONCE) }, ack)

  expect(remoteId).to.equalBytes(INITIATOR.publicKey)
  expectBothSides(secrets, theirs)
}

function expectAckWorks (ack: Uint8Array): void {
  const { initiator, auth } = dial({ random: initiatorRandom() })
  const theirs = deriveSecrets(defaultCrypto, {
    ephemeralSecret: RECIPIENT_EPHEMERAL.ecdh(INITIATOR_EPHEMERAL.publicKey),
    initiatorNonce: INITIATOR_NONCE,
    recipientNonce: RECIPIENT_NONCE,
    auth,
    ack
  }, 'recipient')

  expectBothSides(finish(initiator, ack).secrets, theirs)
}

describe('handshake packets of others', () => {
  for (const { name, items, padding } of TAILS) {
    it(`reads an auth ${name}`, () => {
      expectAuthWorks(sealItems(RECIPIENT.publicKey, [...authItems(), ...items], padding))
    })

    it(`reads an ack ${name}`, () => {
      expectAckWorks(sealItems(INITIATOR.publicKey, [...ackItems(), ...items], padding))
    })
  }

  it('reads an auth of the smallest size', () => {
    const auth = sealItems(RECIPIENT.publicKey, [...authItems(), 4])

    expect(auth).to.have.property('byteLength', BARE_AUTH)
    expectAuthWorks(auth)
  })

  it('reads an ack of the smallest size', () => {
    const ack = sealItems(INITIATOR.publicKey, [...ackItems(), 4])

    expect(ack).to.have.property('byteLength', BARE_ACK)
    expectAckWorks(ack)
  })

  it('reads an auth of the largest size', () => {
    const auth = sealItems(RECIPIENT.publicKey, [...authItems(), 4], bytes(LARGEST - BARE_AUTH))

    expect(auth).to.have.property('byteLength', LARGEST)
    expectAuthWorks(auth)
  })

  it('reads an ack of the largest size', () => {
    const ack = sealItems(INITIATOR.publicKey, [...ackItems(), 4], bytes(LARGEST - BARE_ACK))

    expect(ack).to.have.property('byteLength', LARGEST)
    expectAckWorks(ack)
  })
})
