import { expect } from 'aegir/chai'
import { Uint8ArrayList } from 'uint8arraylist'
import { concat } from 'uint8arrays/concat'
import { atOddOffset, chunksOf } from '../fixtures/chunks.ts'
import { FRAME_CRYPTOS } from '../fixtures/cryptos.ts'
import { direction, readAll } from '../fixtures/frames.ts'
import { seededRandom } from '../fixtures/seeded-random.ts'

const random = seededRandom(80)

const SIZES = [0, 1, 15, 16, 17, 31, 32, 33, 47, 48, 49, 1000, 1024, 65_535, 65_536, 100_000]

/** Frames to be sent, of all sizes and in an order of no meaning. */
const FRAMES = [...SIZES, ...Array.from({ length: 20 }, () => random.integer(3000)), ...[...SIZES].reverse()].map(random.bytes)

const ARRIVALS: Array<{ name: string, arrive (bytes: Uint8Array): Iterable<Uint8Array | Uint8ArrayList> }> = [
  { name: 'all at once', arrive: (bytes) => [bytes] },
  { name: 'in pieces of 1 to 200 bytes', arrive: (bytes) => chunksOf(bytes, () => 1 + random.integer(200)) },
  {
    name: 'in pieces of up to 100,000 bytes, some of them empty',
    arrive: (bytes) => chunksOf(bytes, () => random.integer(4) * random.integer(33_333))
  },
  { name: 'in pieces of 65,536 bytes', arrive: (bytes) => chunksOf(bytes, () => 65_536) },
  { name: 'as views at odd offsets', arrive: (bytes) => [...chunksOf(bytes, () => 1 + random.integer(5000))].map(atOddOffset) },
  { name: 'as one list of pieces', arrive: (bytes) => [new Uint8ArrayList(...chunksOf(bytes, () => 1 + random.integer(5000)))] },
  {
    name: 'as lists of pieces',
    arrive: (bytes) => [...chunksOf(bytes, () => 1 + random.integer(9000))]
      .map(chunk => new Uint8ArrayList(...chunksOf(chunk, () => 1 + random.integer(900))))
  }
]

describe('frames', () => {
  for (const { name, arrive } of ARRIVALS) {
    it(`come through ${name}`, () => {
      const { encoder, decoder } = direction()
      const received: Uint8Array[] = []

      for (const chunk of arrive(concat(FRAMES.map(data => encoder.encode(data))))) {
        decoder.append(chunk)
        received.push(...readAll(decoder))
      }

      expect(received).to.have.lengthOf(FRAMES.length)
      received.forEach((data, i) => { expect(data, `frame ${i}`).to.equalBytes(FRAMES[i]) })
      expect(decoder.partial).to.be.false()
    })
  }

  it('come through one byte at a time, each with its last byte', () => {
    const { encoder, decoder } = direction()

    for (const length of [0, 1, 15, 16, 17, 100, 1000]) {
      const data = random.bytes(length)
      const frame = encoder.encode(data)

      for (const chunk of chunksOf(frame.subarray(0, -1), () => 1)) {
        decoder.append(chunk)
        expect(decoder.read()).to.be.undefined()
      }

      decoder.append(frame.subarray(-1))
      expect(decoder.read()).to.equalBytes(data)
      expect(decoder.read()).to.be.undefined()
    }
  })

  it('come through however late they are read', () => {
    const { encoder, decoder } = direction()

    for (const data of FRAMES) {
      for (const chunk of chunksOf(encoder.encode(data), () => 1 + random.integer(40_000))) {
        decoder.append(chunk)
      }
    }

    for (const data of FRAMES) {
      expect(decoder.read()).to.equalBytes(data)
    }

    expect(decoder.read()).to.be.undefined()
  })

  for (const ours of FRAME_CRYPTOS) {
    for (const theirs of FRAME_CRYPTOS) {
      it(`come through from ${ours.name} to ${theirs.name}, at any offset`, () => {
        const { encoder, decoder } = direction(ours.crypto, theirs.crypto)

        for (const length of SIZES) {
          const data = random.bytes(length)
          decoder.append(atOddOffset(encoder.encode(atOddOffset(data))))

          expect(decoder.read()).to.equalBytes(data)
        }
      })
    }
  }

  it('are encoded from lists', () => {
    const { encoder, decoder } = direction()
    const lists = [
      new Uint8ArrayList(),
      new Uint8ArrayList(random.bytes(5)),
      new Uint8ArrayList(random.bytes(0), random.bytes(16), random.bytes(1)),
      new Uint8ArrayList(...chunksOf(random.bytes(10_000), () => 1 + random.integer(300)))
    ]

    for (const list of lists) {
      decoder.append(encoder.encode(list))

      expect(decoder.read()).to.equalBytes(list.subarray())
    }
  })

  it('are of three blocks and the padded data', () => {
    const { encoder } = direction()

    for (const [length, encoded] of [[0, 48], [1, 64], [15, 64], [16, 64], [17, 80], [32, 80], [33, 96]]) {
      expect(encoder.encode(new Uint8Array(length))).to.have.property('byteLength', encoded)
    }
  })

  it('leave what they are made of as it was', () => {
    const { encoder, decoder } = direction()
    const data = random.bytes(100)
    const given = Uint8Array.from(data)
    const frame = encoder.encode(given)
    const received = Uint8Array.from(frame)
    decoder.append(received)
    decoder.read()

    expect(given).to.equalBytes(data)
    expect(received).to.equalBytes(frame)
  })

  it('are no views of what was received, nor of what was given', () => {
    const { encoder, decoder } = direction()
    const data = random.bytes(100)
    const given = Uint8Array.from(data)
    const frame = encoder.encode(given)
    const next = encoder.encode(given)
    given.fill(0)
    const received = concat([frame, next])
    decoder.append(received)
    const first = decoder.read()
    const second = decoder.read()
    received.fill(0)

    expect(first).to.equalBytes(data)
    expect(second).to.equalBytes(data)
  })
})
