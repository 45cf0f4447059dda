import { expect } from 'aegir/chai'
import { Uint8ArrayList } from 'uint8arraylist'
import { PARTS_LENGTH } from '../../src/crypto/wasm/frames.ts'
import { FIRST_WINDOW_LENGTH, WINDOW_LENGTH } from '../../src/crypto/wasm/key-stream.ts'
import { BadFrameMacError, BadHeaderMacError, ClosedFramesError, FrameDecoder } from '../../src/frame/index.ts'
import { atOddOffset, chunksOf } from '../fixtures/chunks.ts'
import { FRAME_CRYPTOS } from '../fixtures/cryptos.ts'
import { bothSecrets, direction } from '../fixtures/frames.ts'
import { seededRandom } from '../fixtures/seeded-random.ts'

const [reference, ...others] = FRAME_CRYPTOS

/** Around where frames are made in another way, and where a window ends. */
const SWITCHES = [FIRST_WINDOW_LENGTH, PARTS_LENGTH, WINDOW_LENGTH, 32 * 1024].flatMap(length => [-17, -16, -15, -1, 0, 1, 15, 16, 17].map(more => length + more))

for (const { name, crypto } of others) {
  describe(`frames with ${name}`, () => {
    /** Both ways make the same frames of these, and read them. */
    function expectSame (messages: Array<Uint8Array | Uint8ArrayList>): void {
      const ours = direction(crypto)
      const theirs = direction(reference.crypto)

      for (const [i, message] of messages.entries()) {
        const frame = ours.encoder.encode(message)
        const expected = theirs.encoder.encode(message)

        expect(frame, `frame ${i} of ${message.byteLength} bytes`).to.equalBytes(expected)
        ours.decoder.append(expected)
        expect(ours.decoder.read(), `data ${i} of ${message.byteLength} bytes`).to.equalBytes(message.subarray())
      }

      ours.encoder.close()
      ours.decoder.close()
    }

    it('are the same for all sizes up to 600', () => {
      const { bytes } = seededRandom(170)

      expectSame(Array.from({ length: 601 }, (_, length) => bytes(length)))
    })

    it('are the same around every switch', () => {
      const { bytes } = seededRandom(171)

      expectSame(SWITCHES.map(bytes))
      expectSame(SWITCHES.flatMap(length => [bytes(length), bytes(20)]))
    })

    it('are the same for sizes and kinds at random', () => {
      const random = seededRandom(172)

      expectSame(Array.from({ length: 100 }, () => {
        const data = random.bytes(random.integer(10) === 0 ? random.integer(40_000) : random.integer(2000))

        switch (random.integer(3)) {
          case 0: return data
          case 1: return atOddOffset(data)
          default: return new Uint8ArrayList(...chunksOf(data, () => 1 + random.integer(9000)))
        }
      }))
    })

    it('that are bad are never decrypted', () => {
      for (const length of [100, PARTS_LENGTH, 40_000]) {
        for (const at of [0, 20, 32, 32 + length]) {
          const { encoder, decoder } = direction(crypto)
          const frame = encoder.encode(new Uint8Array(length))
          frame[at] ^= 0x80
          decoder.append(frame)

          expect(() => decoder.read(), `byte ${at} of ${length}`).to.throw(at < 32 ? BadHeaderMacError : BadFrameMacError)
          expect(() => decoder.read()).to.throw(at < 32 ? BadHeaderMacError : BadFrameMacError)
        }
      }
    })

    it('end when they are closed', () => {
      const { encoder, decoder } = direction(crypto)
      const frame = encoder.encode(new Uint8Array(10))
      encoder.close()
      encoder.close()
      decoder.append(frame)
      decoder.close()
      decoder.close()

      expect(() => encoder.encode(new Uint8Array(10))).to.throw(ClosedFramesError).with.property('name', 'ClosedFramesError')
      expect(() => decoder.read()).to.throw(ClosedFramesError, 'have been closed')
    })

    it('that failed keep their failure when they are closed', () => {
      const decoder = new FrameDecoder({ secrets: bothSecrets(crypto).theirs, crypto })
      decoder.append(new Uint8Array(32))
      expect(() => decoder.read()).to.throw(BadHeaderMacError)
      decoder.close()

      expect(() => decoder.read()).to.throw(BadHeaderMacError)
    })

    it('stay what they are, whatever comes next', () => {
      const { encoder, decoder } = direction(crypto)
      const random = seededRandom(173)
      const messages = Array.from({ length: 100 }, () => random.bytes(random.integer(600)))
      const frames = messages.map(message => encoder.encode(message))
      const copies = frames.map(frame => Uint8Array.from(frame))
      frames.forEach(frame => { decoder.append(frame) })
      const received = messages.map(() => decoder.read())

      decoder.close()
      frames.forEach((frame, i) => { expect(frame).to.equalBytes(copies[i]) })
      received.forEach((data, i) => { expect(data).to.equalBytes(messages[i]) })
    })
  })
}
