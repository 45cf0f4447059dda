import { sha256 } from '@noble/hashes/sha2.js'
import { expect } from 'aegir/chai'
import { concat } from 'uint8arrays/concat'
import { toString } from 'uint8arrays/to-string'
import { MAX_UNCOMPRESSED, compress as compressBy, uncompress as uncompressBy } from '../../src/p2p/snappy.ts'
import { MAX_UNCOMPRESS_LENGTH, sharedSnappy } from '../../src/p2p/wasm/snappy.ts'
import { atOddOffset } from '../fixtures/chunks.ts'
import { hex } from '../fixtures/hex.ts'
import { literal, varint } from '../fixtures/p2p-snappy.ts'
import { seededRandom } from '../fixtures/seeded-random.ts'
import golang from '../fixtures/snappy-verdicts.json' with { type: 'json' }
import type { SeededRandom } from '../fixtures/seeded-random.ts'

/** 1 or 2 changes, each of a bit or of a byte: set, taken out, put in, put at the end, or the first that is cut off. */
function mutate (block: Uint8Array, random: SeededRandom): Uint8Array {
  const bytes = [...block]

  for (let changes = 1 + random.integer(2); changes > 0; changes--) {
    const at = random.integer(Math.max(1, bytes.length))
    const value = random.integer(256)

    switch (random.integer(6)) {
      case 0: bytes[at] ^= 1 << (value % 8); break
      case 1: bytes[at] = value; break
      case 2: bytes.splice(at, 1); break
      case 3: bytes.splice(at, 0, value); break
      case 4: bytes.push(value); break
      default: bytes.length = at
    }
  }

  return Uint8Array.from(bytes)
}

/** A base of the fixture, and then its mutants. */
function withMutants (base: number): Uint8Array[] {
  const block = hex(golang.bases[base].block)
  const random = seededRandom(golang.seed + base)

  return [block, ...Array.from({ length: golang.mutantsPerBlock }, () => mutate(block, random))]
}

/** The length that a block begins with, and its own length. */
function headerOf (block: Uint8Array): { length: number, headerLength: number } {
  let length = 0
  let headerLength = 0

  do {
    length += (block[headerLength] & 0x7f) * 2 ** (7 * headerLength)
  } while (block[headerLength++] > 0x7f)

  return { length, headerLength }
}

/** Bytes of which three quarters can be compressed. */
function compressible (length: number): Uint8Array {
  return seededRandom(length).bytes(length).map((byte, i) => (i >> 5) % 4 === 0 ? byte : i % 7)
}

/** Where encoders go wrong: short messages, and 64 KiB, the reach of a copy with a 2-byte offset. */
const LENGTHS = [
  ...Array.from({ length: 130 }, (_, i) => i),
  ...[1, 2, 3].flatMap(times => [-16, -15, -4, -1, 0, 1, 4, 15, 16].map(more => times * 65_536 + more)),
  200_000
]

const CORRUPT = {
  'does not begin with a length of 32 bits': {
    'no bytes at all': '',
    'a length that does not end': '80',
    'a length that does not end within 5 bytes': '808080808000',
    'a length of 33 bits': '8080808010'
  },
  'too short for the length it claims': {
    'a length and nothing else': '01',
    'a length of 16 MiB - 1 in 7 bytes': 'ffffff07004100',
    'one byte more than a copy can make': '41fe0100'
  },
  'an element is cut short': {
    'a literal without its 1-byte length': '01f0',
    'a literal with half of its 2-byte length': '01f400',
    'a literal with 2 bytes of its 3-byte length': '01f80000',
    'a literal with 3 bytes of its 4-byte length': '01fc000000',
    'a copy without its 1-byte offset': '05004101',
    'a copy with half of its 2-byte offset': '0500410e01',
    'a copy with 3 bytes of its 4-byte offset': '0500410f010000'
  },
  'a literal is cut short': {
    'a literal of 2 bytes that has one': '020441',
    'a literal of 60 bytes that has 2': '3cec4142',
    'a literal of 4 GiB': '01fcffffffff41',
    'a literal whose length is negative in 32 bits, back to its own tag': '01fcfaffffff'
  },
  'a literal runs past the length it claims': {
    'a literal of 2 bytes where 1 is left': '01044142',
    'a literal where nothing is left': '000041'
  },
  'a copy is not from what precedes it': {
    'a 1-byte offset of 0': '0500410100',
    'a 2-byte offset of 0': '0500410e0000',
    'a 4-byte offset of 0': '0500410f00000000',
    'a 1-byte offset to before the first byte': '0500410102',
    'an offset to before the first byte by the 3 bits in the tag': '0500412101',
    'a 2-byte offset to before the first byte': '0500410e0001',
    'a 4-byte offset that is negative in 32 bits': '0500410fffffffff',
    'a copy where nothing precedes': '040101'
  },
  'a copy runs past the length it claims': {
    'a copy of 4 bytes where 3 are left': '0400410101',
    'a copy where nothing is left': '0100410e0100'
  },
  'ends before the length it claims': {
    'one byte short': '020041',
    'a copy one byte short': '0600410101'
  }
}

const IMPLEMENTATIONS = [
  { name: 'WebAssembly', wasm: sharedSnappy() },
  { name: 'JavaScript', wasm: null }
]

for (const { name, wasm } of IMPLEMENTATIONS) {
  describe(`snappy by ${name}`, () => {
    function compress (data: Uint8Array): Uint8Array {
      return compressBy(data, wasm)
    }

    function uncompress (block: Uint8Array, maxLength?: number): Uint8Array {
      return uncompressBy(block, maxLength, wasm)
    }

    /** What `uncompress` makes of a block, written as in the fixture. */
    function verdict (block: Uint8Array): string {
      try {
        return toString(sha256(uncompress(block)).subarray(0, 4), 'base16')
      } catch (err: any) {
        expect(err.name).to.be.oneOf(['InvalidSnappyError', 'SnappyTooLongError'])

        return '-'
      }
    }

    describe('uncompress', () => {
      it('is given the blocks that golang/snappy was given', () => {
        const hash = sha256.create()

        for (const block of golang.bases.flatMap((_, base) => withMutants(base))) {
          hash.update(block)
        }

        expect(hash.digest()).to.equalBytes(golang.sha256OfAllBlocks)
      })

      golang.bases.forEach(({ description, verdicts }, base) => {
        it(`agrees with golang/snappy on ${description}, and on its mutants`, () => {
          expect(withMutants(base).map(verdict).join('')).to.equal(verdicts)
        })
      })

      for (const [reason, blocks] of Object.entries(CORRUPT)) {
        for (const [description, block] of Object.entries(blocks)) {
          it(`refuses ${description}`, () => {
            expect(() => uncompress(hex(block))).to.throw(`The snappy block is corrupt: ${reason}`)
              .with.property('name', 'InvalidSnappyError')
          })
        }
      }

      it('takes an empty message', () => {
        expect(uncompress(hex('00'))).to.equalBytes('')
      })

      it('takes a message of the length that is allowed, and refuses a longer one', () => {
        const block = hex('0500410101')

        expect(uncompress(block, 5)).to.equalBytes('4141414141')
        expect(() => uncompress(block, 4)).to.throw('The message has 5 bytes before compression, where at most 4 are allowed')
          .with.property('name', 'SnappyTooLongError')
      })

      it('allows as much as 24 bits can count, before it looks at the rest', () => {
        expect(() => uncompress(hex('80808008004100'))).to.throw()
          .with.property('name', 'SnappyTooLongError')
        expect(() => uncompress(hex('ffffffff0f'))).to.throw()
          .with.property('name', 'SnappyTooLongError')
      })

      it('does not allocate what a short block claims, however much is allowed', () => {
        expect(() => uncompress(hex('ffffffff0f0041'), Infinity)).to.throw('too short for the length it claims')
          .with.property('name', 'InvalidSnappyError')
      })

      it('reads a view at an odd offset', () => {
        const data = compressible(300)

        expect(uncompress(atOddOffset(compress(data)))).to.equalBytes(data)
      })

      it('needs no more memory for what could not be compressed', () => {
        const data = seededRandom(3).bytes(200_000)
        const block = atOddOffset(compress(data))
        const uncompressed = uncompress(block)

        expect(uncompressed).to.equalBytes(data)
        expect(uncompressed.buffer).to.equal(block.buffer)
      })

      it('leaves a block as it is that it does not take', () => {
        const block = concat([compress(seededRandom(3).bytes(200_000)), Uint8Array.of(0)])
        const before = block.slice()

        expect(() => uncompress(block)).to.throw().with.property('name', 'InvalidSnappyError')
        expect(block).to.equalBytes(before)
      })
    })

    describe('compress', () => {
      it('makes blocks that uncompress to the same bytes, whatever their length', () => {
        for (const length of LENGTHS) {
          const data = compressible(length)

          expect(uncompress(compress(data))).to.equalBytes(data)
        }
      })

      it('makes blocks of random bytes that are hardly longer', () => {
        for (const length of LENGTHS) {
          const data = seededRandom(length).bytes(length)
          const block = compress(data)

          expect(uncompress(block)).to.equalBytes(data)
          expect(block.byteLength).to.be.at.most(data.byteLength * 1.01 + 3)
        }
      })

      golang.bases.filter(base => base.by === 'golang/snappy').forEach(({ description, block }) => {
        it(`needs hardly more bytes than ${description}`, () => {
          expect(compress(uncompress(hex(block))).byteLength).to.be.at.most(block.length / 2 * 1.1)
        })
      })

      it('compresses the longest message, and refuses a longer one', () => {
        const longest = new Uint8Array(MAX_UNCOMPRESSED)

        expect(uncompress(compress(longest))).to.equalBytes(longest)
        expect(() => compress(new Uint8Array(MAX_UNCOMPRESSED + 1)))
          .to.throw('The message has 16777216 bytes before compression, where at most 16777215 are allowed')
          .with.property('name', 'SnappyTooLongError')
      })

      it('reads a view at an odd offset, leaves it as it was and returns none of it', () => {
        const data = compressible(300)
        const view = atOddOffset(data)
        const block = compress(view)

        expect(view).to.equalBytes(data)
        view.fill(0)
        expect(uncompress(block)).to.equalBytes(data)
      })

      it('returns no Node.js Buffer for one', () => {
        const Bytes = globalThis.Buffer ?? Uint8Array
        const block = compress(Bytes.from(compressible(300)))

        expect(block.constructor).to.equal(Uint8Array)
        expect(uncompress(Bytes.from(block)).constructor).to.equal(Uint8Array)
        expect(uncompress(Bytes.from(compress(seededRandom(3).bytes(200_000)))).constructor).to.equal(Uint8Array)
      })
    })
  })
}

describe('snappy by WebAssembly alone', () => {
  const wasm = sharedSnappy()!

  it('is there', () => {
    expect(wasm).to.not.be.null()
  })

  it('takes literals that JavaScript takes, and no others', () => {
    const part = seededRandom(1).bytes(40_000)
    const long = literal(part).subarray(varint(part.byteLength).byteLength)
    const copyOfOne = Uint8Array.of(2, 100, 0)
    const short = literal(part.subarray(0, 70)).subarray(1)
    const good = [
      literal(part.subarray(0, 1)),
      literal(part.subarray(0, 70)),
      concat([varint(140), short, short]),
      concat([varint(40_000), long]),
      concat([varint(80_000), long, long]),
      concat([varint(80_001), long, copyOfOne, long])
    ]
    const corrupt = [
      concat([varint(80_000), long]),
      concat([varint(40_000), long, long]),
      concat([varint(40_001), long, Uint8Array.of(0)]),
      concat([varint(79_999), long, long]),
      concat([varint(80_000), long, long]).subarray(0, -1),
      concat([varint(80_000), long, long.subarray(0, 2), new Uint8Array(40_000)]),
      concat([varint(40_000), long, Uint8Array.of(61 << 2)]),
      concat([varint(140), short]),
      concat([varint(70), short, short])
    ]

    for (const block of good) {
      const { length, headerLength } = headerOf(block)

      expect(wasm.uncompress(block, headerLength, length)).to.equalBytes(uncompressBy(block))
    }

    for (const block of corrupt) {
      const { length, headerLength } = headerOf(block)

      expect(() => uncompressBy(block)).to.throw().with.property('name', 'InvalidSnappyError')
      expect(wasm.uncompress(block, headerLength, length)).to.be.undefined()
    }
  })

  it('takes what JavaScript takes, and nothing else', () => {
    let taken = 0

    for (const block of golang.bases.flatMap((_, base) => withMutants(base))) {
      const { length, headerLength } = headerOf(block)
      let expected: Uint8Array | undefined

      try {
        expected = uncompressBy(block, undefined, null)
        taken++
      } catch {
        // as most are
      }

      // what is told by the length alone does not come so far
      if (expected != null || (length <= MAX_UNCOMPRESSED && headerLength <= 5 && length * 3 <= (block.length - headerLength) * 64)) {
        const data = wasm.uncompress(block, headerLength, length)

        // an expectation for each of thousands takes its time
        if (data?.join() !== expected?.join()) {
          expect(data).to.equalBytes(expected ?? '')
        }
      }
    }

    expect(taken).to.be.greaterThan(1000)
  })

  it('is the same for random messages, both ways', () => {
    const random = seededRandom(190)

    for (let round = 0; round < 300; round++) {
      const alphabet = 1 + random.integer(256)
      const data = random.bytes(random.integer(round % 30 === 0 ? 200_000 : 3000)).map(byte => byte % alphabet)

      expect(uncompressBy(wasm.compress(data), undefined, null)).to.equalBytes(data)
      expect(uncompressBy(compressBy(data, null), undefined, wasm)).to.equalBytes(data)
    }
  })

  it('copies from any distance and in any length', () => {
    for (let offset = 1; offset <= 70; offset++) {
      for (let length = 1; length <= 64; length++) {
        const begin = seededRandom(offset).bytes(offset)
        const block = Uint8Array.of(...varint(offset + length), ...literal(begin).subarray(varint(offset).byteLength), (length - 1) << 2 | 2, offset, 0)
        const expected = [...begin]

        for (let i = 0; i < length; i++) {
          expected.push(expected[i])
        }

        expect(uncompressBy(block, undefined, wasm), `${length} bytes from ${offset}`).to.equalBytes(expected)
      }
    }
  })

  it('leaves to JavaScript what would take too much memory for good', () => {
    const data = new Uint8Array(MAX_UNCOMPRESS_LENGTH)
    const block = compressBy(data)

    expect(wasm.uncompress(block, 4, data.byteLength)).to.be.undefined()
    expect(uncompressBy(block)).to.have.property('byteLength', data.byteLength)
  })
})
