import { expect } from 'aegir/chai'
import { concat } from 'uint8arrays/concat'
import { toString } from 'uint8arrays/to-string'
import { FrameEncoder } from '../src/frame/index.ts'
import { decodeMessage, encodeMessage, inflate } from '../src/p2p/message.ts'
import { hex } from './fixtures/hex.ts'
import { bytesOf, recordMessage } from './fixtures/recorded-session.ts'
import { RECORDINGS } from './fixtures/recordings.ts'
import { replayFrames, replayHandshake, replaySession } from './fixtures/replay.ts'
import type { RecordedMessage, Recording } from './fixtures/recorded-session.ts'
import type { SharedCapability } from '../src/p2p/index.ts'

const FIRST_CAPABILITY_ID = 16

/** The messages of one capability that are in frames, which all are compressed. */
function messagesOf (frames: Uint8Array[], { offset, length }: SharedCapability): RecordedMessage[] {
  return frames
    .map(decodeMessage)
    .filter(({ id }) => id >= offset && id < offset + length)
    .map(({ id, payload }) => recordMessage({ id: id - offset, payload: inflate(payload) }))
}

/** What our application sent on one capability. */
function sentBy ({ events }: Recording, { name }: SharedCapability): RecordedMessage[] {
  return events.flatMap(({ send }) => {
    if (send?.capability !== name) {
      return []
    }

    const { capability, ...message } = send

    return [message]
  })
}

/** The same digits, but for the lowest bit of the last byte. */
function flipped (digits: string): string {
  const bytes = hex(digits)
  bytes[bytes.byteLength - 1] ^= 1

  return toString(bytes, 'base16')
}

describe('a recorded session', () => {
  for (const [name, recording] of Object.entries(RECORDINGS)) {
    describe(`in which ${name}`, () => {
      for (const cut of ['as they came', 'byte by byte', 'all at once'] as const) {
        it(`comes to the same, and is answered byte for byte, where its bytes come ${cut}`, async () => {
          const { decoded, sent } = await replaySession(recording, cut)

          expect(decoded).to.deep.equal(recording.decoded)
          // which frames go out in one write is not a matter of the protocol
          expect(concat(sent.map(hex))).to.equalBytes(bytesOf(recording, 'sent'))
        })
      }

      it('is made of the same frames without a session around them', () => {
        const { received, sent } = replayFrames(recording)
        const { opening, reply, rest, secrets } = replayHandshake(recording)
        const encoder = new FrameEncoder({ secrets })

        expect(concat([opening ?? reply ?? new Uint8Array(), ...sent.map(frame => encoder.encode(frame))])).to.equalBytes(bytesOf(recording, 'sent'))
        expect(received.reduce((sum, { byteLength }) => sum + 48 + 16 * Math.ceil(byteLength / 16), 0)).to.equal(rest.byteLength)

        for (const frame of [...received, ...sent]) {
          const { id, payload } = decodeMessage(frame)
          expect(encodeMessage(id, payload).subarray()).to.equalBytes(frame)
        }
      })

      it('has the messages of its capabilities in these frames', () => {
        const { shared = [], messages = {} } = recording.decoded
        const { received, sent } = replayFrames(recording)

        for (const capability of shared) {
          expect(messagesOf(received, capability)).to.deep.equal(messages[capability.name])
          expect(messagesOf(sent, capability)).to.deep.equal(sentBy(recording, capability))
        }

        expect(shared.length === 0 || received.some(frame => decodeMessage(frame).id >= FIRST_CAPABILITY_ID)).to.equal(true)
      })
    })
  }

  it('comes to something else where one bit of it is another', async () => {
    const recording = RECORDINGS['geth dials us']
    const last = recording.events.findLastIndex(({ received }) => received != null)
    const events = recording.events.with(last, { received: flipped(recording.events[last].received ?? '') })

    expect((await replaySession({ ...recording, events }, 'as they came')).decoded).to.not.deep.equal(recording.decoded)
  })
})
