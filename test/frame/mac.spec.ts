import { expect } from 'aegir/chai'
import { concat } from 'uint8arrays/concat'
import { BadFrameMacError, BadHeaderMacError, FrameDecoder, FrameEncoder } from '../../src/frame/index.ts'
import { bothSecrets, direction } from '../fixtures/frames.ts'
import { seededRandom } from '../fixtures/seeded-random.ts'

const HEADER = 32

/** Frames of one session, in the order in which they were made, of the same size. */
function frames (): Uint8Array[] {
  const { encoder } = direction()

  return [1, 2, 3].map(id => encoder.encode(new Uint8Array(20).fill(id)))
}

const [first, second, third] = frames()

/** These bytes are so many good frames, numbered from 1, and then a failure. */
function expectFailure (bytes: Uint8Array, delivered: number, name: string): void {
  const decoder = new FrameDecoder({ secrets: bothSecrets().theirs })
  decoder.append(bytes)

  for (let id = 1; id <= delivered; id++) {
    expect(decoder.read()).to.equalBytes(new Uint8Array(20).fill(id))
  }

  expect(() => decoder.read()).to.throw().with.property('name', name)
}

describe('MACs of frames', () => {
  it('are good for frames in their order', () => {
    const decoder = new FrameDecoder({ secrets: bothSecrets().theirs })
    decoder.append(concat([first, second, third]))

    for (const id of [1, 2, 3]) {
      expect(decoder.read()).to.equalBytes(new Uint8Array(20).fill(id))
    }
  })

  it('are bad where any bit of a frame is another', () => {
    for (let bit = 0; bit < 8 * first.byteLength; bit++) {
      const { decoder } = direction()
      const frame = Uint8Array.from(first)
      frame[bit >>> 3] ^= 1 << (bit & 7)
      decoder.append(frame)

      expect(() => decoder.read(), `bit ${bit}`)
        .to.throw().with.property('name', bit < 8 * HEADER ? 'BadHeaderMacError' : 'BadFrameMacError')
    }
  })

  it('are checked as soon as a header is in', () => {
    const { decoder } = direction()
    const frame = Uint8Array.from(first)
    frame[0] ^= 1
    decoder.append(frame.subarray(0, HEADER - 1))

    expect(decoder.read()).to.be.undefined()
    decoder.append(frame.subarray(HEADER - 1, HEADER))
    expect(() => decoder.read()).to.throw(BadHeaderMacError, 'A frame header has a bad MAC')
  })

  it('are checked as soon as a frame is in', () => {
    const { decoder } = direction()
    const frame = Uint8Array.from(first)
    frame[HEADER] ^= 1
    decoder.append(frame.subarray(0, -1))

    expect(decoder.read()).to.be.undefined()
    decoder.append(frame.subarray(-1))
    expect(() => decoder.read()).to.throw(BadFrameMacError, 'A frame has a bad MAC')
  })

  for (const [name, index] of [['BadHeaderMacError', 3], ['BadFrameMacError', HEADER + 3]] as const) {
    it(`end the reading for good with a ${name}`, () => {
      const { decoder } = direction()
      const frame = Uint8Array.from(first)
      frame[index] ^= 1
      decoder.append(frame)
      let failure: unknown

      try {
        decoder.read()
      } catch (error) {
        failure = error
      }

      expect(failure).to.have.property('name', name)

      for (const bytes of [first, second, new Uint8Array(), third]) {
        decoder.append(bytes)
        expect(() => decoder.read()).to.throw().that.equals(failure)
      }
    })
  }

  it('are bad after a frame that was dropped', () => {
    expectFailure(second, 0, 'BadHeaderMacError')
    expectFailure(concat([first, third]), 1, 'BadHeaderMacError')
  })

  it('are bad in a frame that is repeated', () => {
    expectFailure(concat([first, first]), 1, 'BadHeaderMacError')
    expectFailure(concat([first, second, first]), 2, 'BadHeaderMacError')
  })

  it('are bad in frames that were swapped', () => {
    expectFailure(concat([second, first, third]), 0, 'BadHeaderMacError')
    expectFailure(concat([first, third, second]), 1, 'BadHeaderMacError')
  })

  it('are bad in our own frames', () => {
    const { ours } = bothSecrets()
    const frame = new FrameEncoder({ secrets: ours }).encode(new Uint8Array(20))
    const decoder = new FrameDecoder({ secrets: ours })
    decoder.append(frame)

    expect(() => decoder.read()).to.throw(BadHeaderMacError)
  })

  it('are bad where a header has the data of another frame', () => {
    expectFailure(concat([first.subarray(0, HEADER), second.subarray(HEADER)]), 0, 'BadFrameMacError')
    expectFailure(concat([first, second.subarray(0, HEADER), third.subarray(HEADER)]), 1, 'BadFrameMacError')
  })

  it('are bad where blocks of the data were swapped', () => {
    const swapped = Uint8Array.from(first)
    swapped.set(first.subarray(HEADER, HEADER + 16), HEADER + 16)
    swapped.set(first.subarray(HEADER + 16, HEADER + 32), HEADER)

    expectFailure(swapped, 0, 'BadFrameMacError')
  })

  it('are bad where bytes are missing or too many', () => {
    expectFailure(concat([first.subarray(1), second]), 0, 'BadHeaderMacError')
    expectFailure(concat([first.subarray(0, -1), second]), 0, 'BadFrameMacError')
    expectFailure(concat([first, new Uint8Array(1), second]), 1, 'BadHeaderMacError')
  })

  it('are bad in what is no frame at all', () => {
    expectFailure(seededRandom(110).bytes(1000), 0, 'BadHeaderMacError')
    expectFailure(new Uint8Array(1000), 0, 'BadHeaderMacError')
  })

  it('are bad with other secrets', () => {
    const { ours, theirs } = bothSecrets()

    for (const secrets of [{ ...theirs, mac: new Uint8Array(32) }, { ...theirs, ingressMac: ours.ingressMac }]) {
      const decoder = new FrameDecoder({ secrets })
      decoder.append(first)

      expect(() => decoder.read()).to.throw(BadHeaderMacError)
    }
  })
})
