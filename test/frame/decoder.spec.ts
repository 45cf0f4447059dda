import { expect } from 'aegir/chai'
import { Uint8ArrayList } from 'uint8arraylist'
import { concat } from 'uint8arrays/concat'
import { chunksOf } from '../fixtures/chunks.ts'
import { direction, readAll } from '../fixtures/frames.ts'
import { seededRandom } from '../fixtures/seeded-random.ts'

const HEADER = 32

const { bytes } = seededRandom(120)

describe('frame decoder', () => {
  it('holds nothing to begin with', () => {
    const { decoder } = direction()

    expect(decoder.read()).to.be.undefined()
    expect(decoder.buffered).to.equal(0)
    expect(decoder.partial).to.be.false()
  })

  it('holds nothing after complete frames', () => {
    const { encoder, decoder } = direction()

    for (const length of [0, 1, 16, 1000, 100_000]) {
      decoder.append(encoder.encode(bytes(length)))
      decoder.append(encoder.encode(bytes(length)))

      expect(readAll(decoder)).to.have.lengthOf(2)
      expect(decoder.buffered).to.equal(0)
      expect(decoder.partial).to.be.false()
    }
  })

  for (const length of [0, 1, 40]) {
    it(`says what it holds of a frame of ${length} bytes`, () => {
      const frame = direction().encoder.encode(bytes(length))

      for (let received = 1; received < frame.byteLength; received++) {
        const { decoder } = direction()
        decoder.append(frame.subarray(0, received))

        expect(decoder.partial, `${received} bytes, not read`).to.be.true()
        expect(decoder.buffered, `${received} bytes, not read`).to.equal(received)
        expect(decoder.read()).to.be.undefined()
        expect(decoder.partial, `${received} bytes`).to.be.true()
        expect(decoder.buffered, `${received} bytes`).to.equal(received < HEADER ? received : received - HEADER)
      }
    })
  }

  it('counts what came behind a frame', () => {
    const { encoder, decoder } = direction()
    const [first, second] = [encoder.encode(bytes(100)), encoder.encode(bytes(100))]
    decoder.append(concat([first, second.subarray(0, 10)]))

    expect(decoder.read()).to.have.property('byteLength', 100)
    expect(decoder.buffered).to.equal(10)
    expect(decoder.partial).to.be.true()
    expect(decoder.read()).to.be.undefined()

    decoder.append(second.subarray(10))
    expect(decoder.read()).to.have.property('byteLength', 100)
    expect(decoder.buffered).to.equal(0)
    expect(decoder.partial).to.be.false()
  })

  it('takes no bytes for nothing', () => {
    const { encoder, decoder } = direction()
    const frame = encoder.encode(bytes(20))

    for (const part of [frame.subarray(0, 5), frame.subarray(5, 40), frame.subarray(40, -1)]) {
      decoder.append(new Uint8Array())
      decoder.append(part)
      decoder.append(new Uint8ArrayList())
      decoder.append(new Uint8ArrayList(new Uint8Array()))
      expect(decoder.read()).to.be.undefined()
    }

    decoder.append(frame.subarray(-1))
    expect(decoder.read()).to.have.property('byteLength', 20)
  })

  it('keeps its own copy of what it waits with', () => {
    const { encoder, decoder } = direction()
    const data = bytes(100)
    const frame = encoder.encode(data)

    for (const chunk of chunksOf(frame.slice(0, -1), () => 30)) {
      decoder.append(chunk)
      expect(decoder.read()).to.be.undefined()
      chunk.fill(0)
    }

    decoder.append(frame.subarray(-1))
    expect(decoder.read()).to.equalBytes(data)
  })

  it('has two frames of no data for two frames of no data', () => {
    const { encoder, decoder } = direction()
    decoder.append(concat([encoder.encode(new Uint8Array()), encoder.encode(new Uint8Array())]))

    expect(decoder.read()).to.equalBytes([])
    expect(decoder.read()).to.equalBytes([])
    expect(decoder.read()).to.be.undefined()
  })
})
