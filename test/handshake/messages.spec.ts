import { expect } from 'aegir/chai'
import { encode } from 'rlp'
import { concat } from 'uint8arrays/concat'
import { xor } from 'uint8arrays/xor'
import { InvalidAckError, InvalidAuthError } from '../../src/handshake/errors.ts'
import { decodeAck, decodeAuth } from '../../src/handshake/messages.ts'
import vectors from '../fixtures/crypto.json' with { type: 'json' }
import { ackItems, answer, authItems, dial, finish, INITIATOR, RECIPIENT, seal } from '../fixtures/handshake.ts'
import { hex } from '../fixtures/hex.ts'
import { nestedList } from '../fixtures/nested-list.ts'
import type { Input } from 'rlp'

/** Padding, so that none of these fails for being too short. */
const PADDING = new Uint8Array(200)

/** What ECIES and the limit of 2048 leave for the plaintext. */
const MAX_PLAINTEXT = 2048 - 113

const ORDER = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141'
const BASE_X = '79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798'
const ZERO = '00'.repeat(32)
const ONE = '01'.padStart(64, '0')

const NO_POINTS = vectors.ecdh.notPoints.filter(({ publicKey }) => publicKey.length === 128)

/** Plaintexts that hold none of what they must, whatever that is. */
const NO_LISTS: Array<{ name: string, plaintext: Uint8Array }> = [
  { name: 'zeros', plaintext: new Uint8Array(300) },
  { name: 'ones', plaintext: new Uint8Array(300).fill(0xff) },
  { name: 'a string', plaintext: encode(new Uint8Array(300)) },
  { name: 'an empty list', plaintext: encode([]) },
  { name: 'a list that ends beyond the packet', plaintext: hex('f90fff') },
  { name: 'a list whose item ends beyond it', plaintext: hex('c282ff') },
  { name: 'a list with a length of 8 bytes', plaintext: hex('ffffffffffffffffff') },
  { name: 'a list with a length that is not canonical', plaintext: hex('f80102') },
  { name: 'deeply nested lists', plaintext: encode(nestedList(700)) }
]

/** The same list with one of its items exchanged. */
function exchange (items: Input[], index: number, item: Input): Input[] {
  return items.map((other, i) => i === index ? item : other)
}

/** Lists whose item `index` is not a string of the length that it has in `items`. */
function withBadItem (items: Input[], index: number): Array<{ name: string, items: Input[] }> {
  const { byteLength: length } = items[index] as Uint8Array

  return [
    { name: 'an empty string', item: new Uint8Array() },
    { name: `${length - 1} bytes`, item: new Uint8Array(length - 1).fill(1) },
    { name: `${length + 1} bytes`, item: new Uint8Array(length + 1).fill(1) },
    { name: 'an empty list', item: [] },
    { name: `a list of ${length} items`, item: new Array<Input>(length).fill(1) },
    { name: 'a list that holds it', item: [items[index]] }
  ].map(({ name, item }) => ({ name: `${name} for item ${index}`, items: exchange(items, index, item) }))
}

function expectInvalidAuth (plaintext: Uint8Array, message: string): void {
  const auth = seal(RECIPIENT.publicKey, concat([plaintext, PADDING]).subarray(0, MAX_PLAINTEXT))

  expect(() => answer(auth))
    .to.throw(InvalidAuthError, message)
    .with.property('name', 'InvalidAuthError')
}

function expectInvalidAck (plaintext: Uint8Array, message: string): void {
  const ack = seal(INITIATOR.publicKey, concat([plaintext, PADDING]).subarray(0, MAX_PLAINTEXT))

  expect(() => finish(dial().initiator, ack))
    .to.throw(InvalidAckError, message)
    .with.property('name', 'InvalidAckError')
}

describe('auth', () => {
  const good = [...authItems(), 4]
  const notAnAuth = 'The auth message is not a list of signature, public key, nonce and version'
  const noKey = 'The signature of the auth message recovers to no key'

  it('is good to begin with', () => {
    const auth = seal(RECIPIENT.publicKey, concat([encode(good), PADDING]))

    expect(answer(auth)).to.have.property('reply')
  })

  for (const { name, plaintext } of NO_LISTS) {
    it(`is refused if it is ${name}`, () => {
      expectInvalidAuth(plaintext, notAnAuth)
    })
  }

  for (let length = 0; length < good.length; length++) {
    it(`is refused if it is a list of ${length} items`, () => {
      expectInvalidAuth(encode(good.slice(0, length)), notAnAuth)
    })
  }

  it('is refused if it is no bytes', () => {
    expect(() => decodeAuth(new Uint8Array())).to.throw(InvalidAuthError, notAnAuth)
  })

  for (const { name, items } of [0, 1, 2].flatMap(index => withBadItem(good, index))) {
    it(`is refused if it has ${name}`, () => {
      expectInvalidAuth(encode(items), notAnAuth)
    })
  }

  for (const { name, publicKey } of NO_POINTS) {
    it(`is refused if its public key is ${name}`, () => {
      expectInvalidAuth(encode(exchange(good, 1, hex(publicKey))), 'The public key of the auth message is not a point of the curve')
    })
  }

  for (const { name, signature } of [
    { name: 'zeros', signature: `${ZERO}${ZERO}00` },
    { name: 'an r of 0', signature: `${ZERO}${ONE}00` },
    { name: 'an s of 0', signature: `${BASE_X}${ZERO}00` },
    { name: 'an r that is the order of the curve', signature: `${ORDER}${ONE}00` },
    { name: 'an s that is the order of the curve', signature: `${BASE_X}${ORDER}00` },
    { name: 'an r that is no x of the curve', signature: `${'05'.padStart(64, '0')}${ONE}00` },
    { name: 'an r over the field', signature: `${BASE_X}${ONE}02` },
    { name: 'a v of 4', signature: `${BASE_X}${ONE}04` },
    { name: 'a v of 27', signature: `${BASE_X}${ONE}1b` },
    { name: 'a v of 255', signature: `${BASE_X}${ONE}ff` }
  ]) {
    it(`is refused if its signature has ${name}`, () => {
      expectInvalidAuth(encode(exchange(good, 0, hex(signature))), noKey)
    })
  }

  it('is refused if its signature recovers to the point at infinity', () => {
    // r, s = Gx, 1 over a hash of 1; the signed hash is the shared secret ^ nonce
    const nonce = xor(RECIPIENT.ecdh(INITIATOR.publicKey), hex(ONE))

    expectInvalidAuth(encode([hex(`${BASE_X}${ONE}00`), INITIATOR.publicKey, nonce, 4]), noKey)
  })
})

describe('ack', () => {
  const good = [...ackItems(), 4]
  const notAnAck = 'The ack message is not a list of ephemeral public key, nonce and version'

  it('is good to begin with', () => {
    const ack = seal(INITIATOR.publicKey, concat([encode(good), PADDING]))

    expect(finish(dial().initiator, ack)).to.have.property('secrets')
  })

  for (const { name, plaintext } of NO_LISTS) {
    it(`is refused if it is ${name}`, () => {
      expectInvalidAck(plaintext, notAnAck)
    })
  }

  for (let length = 0; length < good.length; length++) {
    it(`is refused if it is a list of ${length} items`, () => {
      expectInvalidAck(encode(good.slice(0, length)), notAnAck)
    })
  }

  it('is refused if it is no bytes', () => {
    expect(() => decodeAck(new Uint8Array())).to.throw(InvalidAckError, notAnAck)
  })

  for (const { name, items } of [0, 1].flatMap(index => withBadItem(good, index))) {
    it(`is refused if it has ${name}`, () => {
      expectInvalidAck(encode(items), notAnAck)
    })
  }

  for (const { name, publicKey } of NO_POINTS) {
    it(`is refused if its ephemeral public key is ${name}`, () => {
      expectInvalidAck(encode(exchange(good, 0, hex(publicKey))), 'The ephemeral public key of the ack message is not a point of the curve')
    })
  }

  it('is refused if it is an auth', () => {
    expectInvalidAck(encode([...authItems(), 4]), notAnAck)
  })
})
