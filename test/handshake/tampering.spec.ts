import { expect } from 'aegir/chai'
import { pipe } from 'it-pipe'
import { concat } from 'uint8arrays/concat'
import { recipient } from '../../src/codec/index.ts'
import { defaultCrypto } from '../../src/crypto/index.ts'
import { FrameDecoder, FrameEncoder } from '../../src/frame/index.ts'
import { MIN_ACK_SIZE, MIN_AUTH_SIZE, SIZE_LENGTH } from '../../src/handshake/constants.ts'
import { Handshake } from '../../src/handshake/index.ts'
import { createAuth, readAck } from '../../src/handshake/initiator.ts'
import eip8 from '../fixtures/eip8-handshake.json' with { type: 'json' }
import { ackItems, answer, authItems, dial, finish, INITIATOR, negate, RECIPIENT, sealItems } from '../fixtures/handshake.ts'
import { hex } from '../fixtures/hex.ts'
import type { Secrets } from '../../src/handshake/index.ts'

/** The index of the `04` of the point. */
const PREFIX = SIZE_LENGTH

/** What comes behind, which must never be taken for messages. */
const REST = new Uint8Array(2_048).fill(0xa5)

/** So many positions are one test. */
const STEP = 64

/** An auth with as little in it as there can be. */
const AUTH = sealItems(RECIPIENT.publicKey, [...authItems(), 4])

/** The same, of an ack. */
const ACK = sealItems(INITIATOR.publicKey, [...ackItems(), 4])

const INITIATOR_INIT = { crypto: defaultCrypto, privateKey: INITIATOR, remoteId: RECIPIENT.publicKey, random: defaultCrypto.randomBytes }

/** The error that all ends of a recipient's codec fail with, none of which has delivered anything. */
async function receiveAuth (...chunks: Uint8Array[]): Promise<string> {
  const { ciphertext, messages, session } = recipient({ privateKey: hex(eip8.staticKeyB) })
  const delivered: unknown[] = []
  const collect = async (source: AsyncIterable<unknown>): Promise<void> => {
    for await (const item of source) {
      delivered.push(item)
    }
  }

  const results = await Promise.allSettled([pipe(chunks, ciphertext, collect), pipe(messages.source, collect), session])
  expect(delivered).to.deep.equal([])

  const names = results.map(result => result.status === 'rejected' ? result.reason.name : 'none')
  expect(new Set(names)).to.have.lengthOf(1)

  return names[0]
}

/** The error that an initiator fails with; nothing, while it waits for more. */
function receiveAck (packet: Uint8Array): string | undefined {
  const handshake = new Handshake({
    minSize: MIN_ACK_SIZE,
    finish: (packet) => ({ remoteId: RECIPIENT.publicKey, secrets: readAck(INITIATOR_INIT, createAuth(INITIATOR_INIT), packet) })
  })

  try {
    return handshake.receive(packet) == null ? undefined : 'none'
  } catch (err: any) {
    return err.name
  }
}

function altered (packet: Uint8Array, index: number): Uint8Array {
  const bytes = Uint8Array.from(packet)
  bytes[index] ^= 1 << (index % 8)

  return bytes
}

/** What has to become of a packet whose byte is another: any size but its own is illegal, or is not what was sealed. */
function expectedOf (packet: Uint8Array, index: number, minSize: number): string {
  const size = packet[0] << 8 | packet[1]

  if (size < minSize || size > 2048) {
    return 'InvalidHandshakeSizeError'
  }

  return index === PREFIX ? 'InvalidHandshakeFormatError' : 'HandshakeDecryptionError'
}

/** One test for each few positions of a packet. */
function forPositions (packet: Uint8Array, test: (indexes: number[]) => Promise<void>): void {
  for (let begin = 0; begin < packet.byteLength; begin += STEP) {
    const indexes = Array.from({ length: Math.min(STEP, packet.byteLength - begin) }, (_, i) => begin + i)

    it(`is refused where any byte from ${begin} to ${indexes[indexes.length - 1]} is another`, async () => test(indexes))
  }
}

/** Whether a frame that one side makes passes at the other. */
function passes (from: Secrets, to: Secrets): boolean {
  const decoder = new FrameDecoder({ secrets: to })
  decoder.append(new FrameEncoder({ secrets: from }).encode(new Uint8Array(20)))

  try {
    return decoder.read() != null
  } catch (err: any) {
    expect(err.name).to.equal('BadHeaderMacError')

    return false
  }
}

function withNegativePoint (packet: Uint8Array): Uint8Array {
  return concat([packet.subarray(0, PREFIX + 1), negate(packet.subarray(PREFIX + 1, PREFIX + 65)), packet.subarray(PREFIX + 65)])
}

describe('an auth that was tampered with', function () {
  this.timeout(120_000)

  forPositions(AUTH, async (indexes) => {
    for (const index of indexes) {
      const auth = altered(AUTH, index)

      expect(await receiveAuth(auth, REST), `byte ${index}`).to.equal(expectedOf(auth, index, MIN_AUTH_SIZE))
    }
  })

  it('is refused wherever it is cut', async () => {
    for (let length = 0; length < AUTH.byteLength; length++) {
      expect(await receiveAuth(AUTH.subarray(0, length)), `${length} bytes`).to.equal('HandshakeClosedError')
    }
  })

  for (const prefix of [0x02, 0x03, 0x06, 0x07]) {
    it(`is refused with a point in the form of 0${prefix}, at once`, async () => {
      const auth = Uint8Array.from(AUTH)
      auth[PREFIX] = prefix

      expect(await receiveAuth(auth.subarray(0, PREFIX + 1), REST)).to.equal('InvalidHandshakeFormatError')
    })
  }

  it('is answered with −R in place of R, and none of its frames passes', () => {
    const { initiator, auth } = dial()
    const { ack, secrets } = answer(withNegativePoint(auth))

    expect(passes(finish(initiator, ack).secrets, secrets)).to.equal(false)
  })
})

describe('an ack that was tampered with', function () {
  this.timeout(120_000)

  forPositions(ACK, async (indexes) => {
    for (const index of indexes) {
      const ack = altered(ACK, index)

      expect(receiveAck(concat([ack, REST])), `byte ${index}`).to.equal(expectedOf(ack, index, MIN_ACK_SIZE))
    }
  })

  it('is waited for wherever it is cut', () => {
    for (let length = 0; length < ACK.byteLength; length++) {
      expect(receiveAck(ACK.subarray(0, length)), `${length} bytes`).to.equal(undefined)
    }

    expect(receiveAck(ACK)).to.equal('none')
  })

  for (const prefix of [0x02, 0x03, 0x06, 0x07]) {
    it(`is refused with a point in the form of 0${prefix}, at once`, () => {
      const ack = Uint8Array.from(ACK)
      ack[PREFIX] = prefix

      expect(receiveAck(ack.subarray(0, PREFIX + 1))).to.equal('InvalidHandshakeFormatError')
    })
  }

  it('is read with −R in place of R, and none of its frames passes', () => {
    const { initiator, auth } = dial()
    const { ack, secrets } = answer(auth)

    expect(passes(secrets, finish(initiator, withNegativePoint(ack)).secrets)).to.equal(false)
  })
})
