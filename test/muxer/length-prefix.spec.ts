import { expect } from 'aegir/chai'
import { decode, encode } from 'it-length-prefixed'
import { Uint8ArrayList } from 'uint8arraylist'
import { LengthPrefixDecoder, LengthPrefixEncoder } from '../../src/muxer/length-prefix.ts'
import { atOddOffset, chunksOf } from '../fixtures/chunks.ts'
import { hex } from '../fixtures/hex.ts'
import { seededRandom } from '../fixtures/seeded-random.ts'
import type { SeededRandom } from '../fixtures/seeded-random.ts'

const MAX_SENT = 16_777_200

/** All that can be read. */
function readAll (decoder: LengthPrefixDecoder): Uint8Array[] {
  const messages: Uint8Array[] = []

  for (let message = decoder.read(); message != null; message = decoder.read()) {
    messages.push(message)
  }

  return messages
}

/** Messages of sizes around those at which a prefix takes one byte more. */
function messagesOf (random: SeededRandom): Uint8Array[] {
  return [1, 2, 3, 4, 126, 127, 128, 129, 2048, 16_383, 16_384, 16_385].map(size => random.bytes(size))
}

describe('messages behind their lengths', () => {
  for (const seed of [1, 2, 3]) {
    it(`are read as they were written, however they are cut (${seed})`, () => {
      const random = seededRandom(seed)
      const messages = messagesOf(random)
      const encoder = new LengthPrefixEncoder()
      const bytes = new Uint8ArrayList(...messages.map(message => encoder.encode(new Uint8ArrayList(message)))).subarray()
      const decoder = new LengthPrefixDecoder(20_000)
      const read: Uint8Array[] = []

      for (const chunk of chunksOf(bytes, () => 1 + random.integer(2000))) {
        decoder.append(atOddOffset(chunk))
        read.push(...readAll(decoder))
      }

      expect(read).to.deep.equal(messages)
      expect(decoder.partial).to.equal(false)
      expect(decoder.buffered).to.equal(0)
    })
  }

  it('are read one byte at a time', () => {
    const decoder = new LengthPrefixDecoder(100)
    const read: Array<Uint8Array | undefined> = []

    for (const byte of hex('02aabb01cc')) {
      decoder.append(Uint8Array.of(byte))
      read.push(decoder.read())
    }

    expect(read).to.deep.equal([undefined, undefined, hex('aabb'), undefined, hex('cc')])
  })

  it('are read one at a time, from lists too', () => {
    const decoder = new LengthPrefixDecoder(100)
    decoder.append(new Uint8ArrayList(hex('02aa'), hex('bb01'), hex('cc')))

    expect(decoder.read()).to.equalBytes(hex('aabb'))
    expect(decoder.buffered).to.equal(2)
    expect(decoder.read()).to.equalBytes(hex('cc'))
    expect(decoder.read()).to.equal(undefined)
  })

  it('are what it-length-prefixed writes and reads', () => {
    const messages = messagesOf(seededRandom(4))
    const encoder = new LengthPrefixEncoder()
    const ours = messages.map(message => encoder.encode(new Uint8ArrayList(message)))
    const theirs = [...encode(messages)].map(chunk => chunk.subarray())

    expect(new Uint8ArrayList(...ours).subarray()).to.equalBytes(new Uint8ArrayList(...theirs).subarray())
    expect([...decode(ours)].map(message => message.subarray())).to.deep.equal(messages)

    const decoder = new LengthPrefixDecoder(20_000)
    decoder.append(new Uint8ArrayList(...theirs))
    expect(readAll(decoder)).to.deep.equal(messages)
  })

  it('are written up to 16,777,200 bytes', () => {
    const encoder = new LengthPrefixEncoder()

    expect(encoder.encode(new Uint8ArrayList(new Uint8Array(MAX_SENT))).byteLength).to.equal(4 + MAX_SENT)
    expect(() => encoder.encode(new Uint8ArrayList(new Uint8Array(MAX_SENT + 1)))).to.throw('16777201')
      .with.property('name', 'FrameTooLargeError')
  })

  it('are read up to the limit, and refused as soon as more is announced', () => {
    const decoder = new LengthPrefixDecoder(300)
    decoder.append(encode.single(new Uint8Array(300)))
    expect(decoder.read()?.byteLength).to.equal(300)

    // 301
    decoder.append(hex('ad02'))
    expect(() => decoder.read()).to.throw('301').with.property('name', 'FrameTooLargeError')
  })

  it('are read up to a limit that was raised, those too that had begun before', () => {
    const decoder = new LengthPrefixDecoder(2049)
    decoder.append(new Uint8ArrayList(hex('01aa'), hex('ffffff'), hex('07'), new Uint8Array(16_777_214)))
    expect(decoder.read()).to.equalBytes(hex('aa'))

    decoder.maxFrameSize = 16_777_215
    expect(decoder.read()).to.equal(undefined)
    decoder.append(new Uint8Array(1))
    expect(decoder.read()?.byteLength).to.equal(16_777_215)

    // 16,777,216
    decoder.append(hex('80808008'))
    expect(() => decoder.read()).to.throw('16777216').with.property('name', 'FrameTooLargeError')
  })

  const invalid: Array<[title: string, bytes: string]> = [
    ['has no end', '80808080'],
    ['takes more bytes than any needs', '8080808001'],
    ['is not in its shortest form', '8100'],
    ['is not in its shortest form, with three bytes', 'ff8000'],
    ['is zero', '00'],
    ['is zero in two bytes', '8000']
  ]

  for (const [title, bytes] of invalid) {
    it(`are refused where a length ${title}, also if it comes byte by byte`, () => {
      const decoder = new LengthPrefixDecoder(2 ** 30)
      const pieces = new LengthPrefixDecoder(2 ** 30)
      decoder.append(hex(bytes))
      expect(() => decoder.read()).to.throw().with.property('name', 'InvalidLengthPrefixError')

      expect(() => {
        for (const byte of hex(bytes)) {
          pieces.append(Uint8Array.of(byte))
          expect(pieces.read()).to.equal(undefined)
        }
      }).to.throw().with.property('name', 'InvalidLengthPrefixError')
    })
  }

  it('are partial from their first byte to their last', () => {
    const decoder = new LengthPrefixDecoder(1000)
    const partial: boolean[] = [decoder.partial]
    const buffered: number[] = [decoder.buffered]

    for (const chunk of [hex('80'), hex('01'), new Uint8Array(127), new Uint8Array(1), hex('01aa02')]) {
      decoder.append(chunk)
      readAll(decoder)
      partial.push(decoder.partial)
      buffered.push(decoder.buffered)
    }

    expect(partial).to.deep.equal([false, true, true, true, false, true])
    expect(buffered).to.deep.equal([0, 1, 2, 129, 0, 1])
  })

  it('are not kept once nothing more is read', () => {
    const decoder = new LengthPrefixDecoder(1000)
    decoder.append(new Uint8Array(500).fill(0x7f))
    decoder.read()
    expect(decoder.buffered).to.equal(372)
    decoder.close()

    expect(decoder.buffered).to.equal(0)
    expect(decoder.partial).to.equal(false)
  })

  it('are counted before they are read, too', () => {
    const decoder = new LengthPrefixDecoder(1000)
    decoder.append(hex('01aa'))

    expect(decoder.partial).to.equal(true)
    decoder.read()
    expect(decoder.partial).to.equal(false)
  })
})
