import { expect } from 'aegir/chai'
import { ChunkedFrameError, FrameDecoder } from '../../src/frame/index.ts'
import { bothSecrets, FrameMaker } from '../fixtures/frames.ts'
import { hex } from '../fixtures/hex.ts'
import { seededRandom } from '../fixtures/seeded-random.ts'

const DATA = seededRandom(90).bytes(40)

/** Nobody looks at these. */
const IGNORED = [
  { name: 'what everybody sends', headerData: 'c28080' },
  { name: 'an empty list', headerData: 'c0' },
  { name: 'a list of one 0', headerData: 'c180' },
  { name: 'a list of one 0, not canonical', headerData: 'c100' },
  { name: 'two zeros, not canonical', headerData: 'c20000' },
  { name: 'other ids', headerData: 'c20105' },
  { name: 'ids of several bytes', headerData: 'c6820100820200' },
  { name: 'a list in a list', headerData: 'c4c3010203' },
  { name: 'zeros', headerData: '' },
  { name: 'a string', headerData: '83010203' },
  { name: 'ones', headerData: 'ffffffffffffffffffffffffff' },
  { name: 'a list that is too long', headerData: 'cd01020304' },
  { name: 'a list whose item is too long', headerData: 'c382ffff' },
  { name: 'a list with a long length', headerData: 'f8ff010203' },
  { name: 'ids with something behind them', headerData: 'c28080c3010203' }
]

/** The beginning of a message in several frames. */
const CHUNKED = [
  { name: 'capability 0, context 0, a size', headerData: 'c68080830186a0' },
  { name: 'capability 0, context 1, a size', headerData: 'c5800182ffff' },
  { name: 'three zeros', headerData: 'c3808080' },
  { name: 'three zeros, not canonical', headerData: 'c3000000' },
  { name: 'three lists', headerData: 'c3c0c0c0' },
  { name: 'four items', headerData: 'c401020304' },
  { name: 'all the room there is', headerData: 'cc010203040506070809101112' }
]

describe('header-data', () => {
  for (const { name, headerData } of IGNORED) {
    it(`is passed over if it is ${name}`, () => {
      const maker = new FrameMaker()
      const decoder = new FrameDecoder({ secrets: bothSecrets().theirs })
      decoder.append(maker.frame(DATA, hex(headerData)))
      decoder.append(maker.frame(DATA, hex(headerData)))

      expect(decoder.read()).to.equalBytes(DATA)
      expect(decoder.read()).to.equalBytes(DATA)
      expect(decoder.read()).to.be.undefined()
    })
  }

  for (const { name, headerData } of CHUNKED) {
    it(`is refused, as soon as it is in, if it is ${name}`, () => {
      const decoder = new FrameDecoder({ secrets: bothSecrets().theirs })
      const header = new FrameMaker().header(DATA.byteLength, hex(headerData))
      decoder.append(header.subarray(0, -1))

      expect(decoder.read()).to.be.undefined()
      decoder.append(header.subarray(-1))
      expect(() => decoder.read()).to.throw(ChunkedFrameError, /chunked message/).with.property('name', 'ChunkedFrameError')
    })
  }

  it('is refused for good', () => {
    const maker = new FrameMaker()
    const decoder = new FrameDecoder({ secrets: bothSecrets().theirs })
    decoder.append(maker.frame(DATA, hex('c3808080')))

    expect(() => decoder.read()).to.throw(ChunkedFrameError)
    decoder.append(maker.frame(DATA))
    expect(() => decoder.read()).to.throw(ChunkedFrameError)
  })

  it('of random bytes is never a fault of another kind', () => {
    const random = seededRandom(91)

    for (let round = 0; round < 300; round++) {
      const headerData = random.bytes(13)
      headerData[0] |= 0xc0
      const decoder = new FrameDecoder({ secrets: bothSecrets().theirs })
      decoder.append(new FrameMaker().frame(DATA, headerData))

      try {
        expect(decoder.read()).to.equalBytes(DATA)
      } catch (error) {
        expect(error).to.be.an.instanceOf(ChunkedFrameError)
      }
    }
  })
})
