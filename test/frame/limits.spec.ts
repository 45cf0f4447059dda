import { expect } from 'aegir/chai'
import { Uint8ArrayList } from 'uint8arraylist'
import { FrameDecoder, FrameTooLargeError, MAX_FRAME_SIZE, MAX_SENT_FRAME_SIZE } from '../../src/frame/index.ts'
import { bothSecrets, direction, FrameMaker } from '../fixtures/frames.ts'
import { hex } from '../fixtures/hex.ts'
import { seededRandom } from '../fixtures/seeded-random.ts'

const HEADER_DATA = hex('c28080')
const DATA = seededRandom(100).bytes(50)

describe('size of frames', () => {
  it('is at the most what other clients read', () => {
    expect(MAX_FRAME_SIZE).to.equal(16_777_215)
    expect(MAX_SENT_FRAME_SIZE).to.equal(16_777_200)
  })

  for (const [name, data] of [
    ['bytes', new Uint8Array(MAX_SENT_FRAME_SIZE + 1)],
    ['a list', new Uint8ArrayList(new Uint8Array(MAX_SENT_FRAME_SIZE), new Uint8Array(1))]
  ] as const) {
    it(`may not be larger than that, in ${name}, and the encoder can be used on`, () => {
      const { encoder, decoder } = direction()
      decoder.append(encoder.encode(DATA))

      expect(() => encoder.encode(data))
        .to.throw(FrameTooLargeError, 'A frame of 16777201 bytes cannot be sent, the most is 16777200')
        .with.property('name', 'FrameTooLargeError')

      decoder.append(encoder.encode(DATA))

      expect(decoder.read()).to.equalBytes(DATA)
      expect(decoder.read()).to.equalBytes(DATA)
    })
  }

  it('may be the largest that a header can have, when it is received', () => {
    const decoder = new FrameDecoder({ secrets: bothSecrets().theirs })
    decoder.append(new FrameMaker().header(MAX_FRAME_SIZE, HEADER_DATA))

    expect(decoder.read()).to.be.undefined()
    expect(decoder.partial).to.be.true()
  })

  for (const [maxFrameSize, size] of [[0, 1], [2048, 2049], [2048, MAX_FRAME_SIZE], [65_535, 65_536]]) {
    it(`may not be ${size} where the most is ${maxFrameSize}, and is refused with the header`, () => {
      const header = new FrameMaker().header(size, HEADER_DATA)
      const decoder = new FrameDecoder({ secrets: bothSecrets().theirs, maxFrameSize })
      decoder.append(header.subarray(0, -1))

      expect(decoder.read()).to.be.undefined()
      decoder.append(header.subarray(-1))
      expect(() => decoder.read())
        .to.throw(FrameTooLargeError, `A frame of ${size} bytes was announced, the most that is read is ${maxFrameSize}`)
        .with.property('name', 'FrameTooLargeError')
    })
  }

  for (const maxFrameSize of [0, 2048, 65_535]) {
    it(`may be ${maxFrameSize} where that is the most`, () => {
      const data = new Uint8Array(maxFrameSize)
      const decoder = new FrameDecoder({ secrets: bothSecrets().theirs, maxFrameSize })
      decoder.append(new FrameMaker().frame(data))

      expect(decoder.read()).to.equalBytes(data)
    })
  }

  it('is held against the limit of the moment', () => {
    const { encoder, decoder } = direction()
    decoder.maxFrameSize = DATA.byteLength
    decoder.append(encoder.encode(DATA))
    decoder.append(encoder.encode(new Uint8Array(DATA.byteLength + 1)))
    decoder.append(encoder.encode(DATA))

    expect(decoder.read()).to.equalBytes(DATA)
    decoder.maxFrameSize += 1
    expect(decoder.read()).to.have.property('byteLength', DATA.byteLength + 1)
    decoder.maxFrameSize = DATA.byteLength - 1
    expect(() => decoder.read()).to.throw(FrameTooLargeError)
  })

  it('is not believed before the MAC of the header has been checked', () => {
    const header = new FrameMaker().header(MAX_FRAME_SIZE, HEADER_DATA)
    header[31] ^= 1
    const decoder = new FrameDecoder({ secrets: bothSecrets().theirs, maxFrameSize: 2048 })
    decoder.append(header)

    expect(() => decoder.read()).to.throw().with.property('name', 'BadHeaderMacError')
  })
})
