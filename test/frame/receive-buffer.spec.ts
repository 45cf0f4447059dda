import { expect } from 'aegir/chai'
import { Uint8ArrayList } from 'uint8arraylist'
import { concat } from 'uint8arrays/concat'
import { equals } from 'uint8arrays/equals'
import { ReceiveBuffer } from '../../src/frame/receive-buffer.ts'
import { chunksOf } from '../fixtures/chunks.ts'
import { seededRandom } from '../fixtures/seeded-random.ts'

const MIN_CAPACITY = 1024
const MIN_GIVEN_BACK = 16 * 1024
const MAX_PASSED_ON = 1152 * 1024
const MAX_SPARE_CAPACITY = 256 * 1024

/** The memory that the unread bytes lie in. */
function memoryOf (buffer: ReceiveBuffer): ArrayBufferLike {
  return (buffer.take(0) ?? expect.fail('no bytes can always be taken')).buffer
}

describe('receive buffer', () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    it(`hands out what was put in, whatever the sizes (${seed})`, () => {
      const random = seededRandom(seed)
      const buffer = new ReceiveBuffer()
      let expected = new Uint8Array()

      for (let step = 0; step < 2000; step++) {
        const sizes = [3, 100, 5000][random.integer(3)]
        const chunk = random.bytes(random.integer(sizes))
        const length = random.integer(sizes)

        switch (random.integer(4)) {
          case 0:
            buffer.append(chunk)
            expected = concat([expected, chunk])
            break
          case 1:
            buffer.append(new Uint8ArrayList(...chunksOf(chunk, () => 1 + random.integer(sizes))))
            expected = concat([expected, chunk])
            break
          default:
            if (length > expected.byteLength) {
              expect(buffer.take(length)).to.be.undefined()
            } else {
              expect(buffer.take(length)).to.equalBytes(expected.subarray(0, length))
              expected = expected.subarray(length)
            }
        }

        expect(buffer.byteLength).to.equal(expected.byteLength)
      }
    })
  }

  for (const seed of [1, 2, 3]) {
    it(`hands out what was given away to it, whatever the sizes (${seed})`, () => {
      const random = seededRandom(seed)
      const buffer = new ReceiveBuffer()
      let expected = new Uint8Array()

      for (let step = 0; step < 300; step++) {
        const chunk = random.bytes(random.integer(3 * MIN_GIVEN_BACK))
        const length = random.integer(4 * MIN_GIVEN_BACK)
        expected = concat([expected, chunk])
        buffer.append(chunk, random.integer(2) === 0)

        if (length <= expected.byteLength) {
          expect(equals(buffer.take(length) ?? chunk, expected.subarray(0, length))).to.be.true()
          expected = expected.subarray(length)
        } else {
          expect(buffer.take(length)).to.be.undefined()
        }

        expect(buffer.byteLength).to.equal(expected.byteLength)
      }
    })
  }

  it('gives back the memory of large chunks that were given away, and of no others', () => {
    const buffer = new ReceiveBuffer()
    const given = new Uint8Array(MIN_GIVEN_BACK).fill(1)
    const part = new Uint8Array(2 * MIN_GIVEN_BACK).fill(2).subarray(MIN_GIVEN_BACK)
    const kept = new Uint8Array(MIN_GIVEN_BACK).fill(3)
    buffer.append(given, true)
    buffer.append(part, true)
    buffer.append(new Uint8ArrayList(kept))

    // old engines have no way to do so
    expect(given.byteLength).to.equal('transfer' in ArrayBuffer.prototype ? 0 : MIN_GIVEN_BACK)
    expect(part).to.equalBytes(new Uint8Array(MIN_GIVEN_BACK).fill(2))
    expect(kept).to.equalBytes(new Uint8Array(MIN_GIVEN_BACK).fill(3))

    for (const byte of [1, 2, 3]) {
      expect(buffer.take(MIN_GIVEN_BACK)).to.equalBytes(new Uint8Array(MIN_GIVEN_BACK).fill(byte))
    }
  })

  it('gives back what it has outgrown and does not pass on', function () {
    if (!('transfer' in ArrayBuffer.prototype)) {
      // this engine has no way to do so, and collects it later
      this.skip()
    }

    const buffer = new ReceiveBuffer()
    const memories = new Set<ArrayBufferLike>()

    for (let received = 0; received < 64; received++) {
      buffer.append(new Uint8Array(65_536).fill(received))
      memories.add(memoryOf(buffer))
    }

    const left = [...memories].map(({ byteLength }) => byteLength)
    expect(left.pop()).to.be.at.least(64 * 65_536)
    expect(left).to.include(0)
    expect(Math.max(...left)).to.be.at.most(MAX_PASSED_ON)

    for (let received = 0; received < 64; received++) {
      expect(buffer.take(65_536)?.every(byte => byte === received)).to.be.true()
    }
  })

  it('hands out nothing while there is too little, and keeps it', () => {
    const buffer = new ReceiveBuffer()

    expect(buffer.take(1)).to.be.undefined()
    buffer.append(Uint8Array.of(1, 2))
    expect(buffer.take(3)).to.be.undefined()
    expect(buffer.byteLength).to.equal(2)
    buffer.append(Uint8Array.of(3))
    expect(buffer.take(3)).to.equalBytes([1, 2, 3])
    expect(buffer.take(1)).to.be.undefined()
  })

  it('does not copy a piece that lies within one chunk', () => {
    const buffer = new ReceiveBuffer()
    const chunk = Uint8Array.of(1, 2, 3, 4)
    buffer.append(chunk)
    const piece = buffer.take(2)

    expect(piece).to.have.property('buffer', chunk.buffer)
    expect(piece).to.equalBytes([1, 2])
  })

  it('never writes into a chunk', () => {
    const buffer = new ReceiveBuffer()
    const room = new Uint8Array(64)
    buffer.append(room.subarray(0, 16))
    buffer.take(8)
    buffer.append(new Uint8Array(16).fill(1))

    expect(room).to.equalBytes(new Uint8Array(64))
    expect(buffer.take(24)).to.equalBytes([...new Uint8Array(8), ...new Uint8Array(16).fill(1)])
  })

  it('keeps its own copy once it has been asked for more than there is', () => {
    const buffer = new ReceiveBuffer()

    // the second time, the buffer has had memory of its own before
    for (let time = 0; time < 2; time++) {
      const chunk = Uint8Array.of(1, 2, 3, 4)
      buffer.append(chunk)
      buffer.take(1)

      expect(buffer.take(4)).to.be.undefined()
      chunk.fill(0)
      buffer.append(Uint8Array.of(5))
      expect(buffer.take(4)).to.equalBytes([2, 3, 4, 5])
    }
  })

  it('takes no memory for bytes that have only been asked for', () => {
    const buffer = new ReceiveBuffer()
    buffer.append(new Uint8Array(10))

    expect(buffer.take(16_777_232)).to.be.undefined()
    expect(memoryOf(buffer).byteLength).to.equal(MIN_CAPACITY)
  })

  it('takes at the most twice the memory of what has come, and moves it a few times only', () => {
    const buffer = new ReceiveBuffer()
    const memories = new Set<ArrayBufferLike>()
    const total = 1_048_576

    for (let received = 1; received <= total; received++) {
      buffer.append(Uint8Array.of(received))
      memories.add(memoryOf(buffer))
    }

    // 1 KiB, then doubled until 1 MiB fits; and the first chunk itself
    expect(memories.size).to.be.within(2, 13)
    expect(memoryOf(buffer).byteLength).to.be.at.most(2 * total)
    expect(buffer.take(total)?.every((byte, i) => byte === (i + 1 & 0xff))).to.be.true()
  })

  it('takes hardly more memory than what is waited for will need', () => {
    const buffer = new ReceiveBuffer()
    const length = 1024 * 1024
    const chunk = new Uint8Array(60_000)

    while (buffer.take(length) == null) {
      buffer.append(chunk)
    }

    expect(memoryOf(buffer).byteLength).to.be.at.most(length + 64 * 1024)
  })

  it('passes the memory of a large piece on to the next', () => {
    const length = 100_000
    const chunk = new Uint8Array(60_000)
    const memories = new Set<ArrayBufferLike>()

    for (let piece = 0; piece < 10; piece++) {
      const buffer = new ReceiveBuffer()

      buffer.append(chunk)
      buffer.take(length)
      buffer.append(chunk.subarray(0, length - chunk.byteLength))
      memories.add(buffer.take(length)?.buffer ?? expect.fail('the piece is in'))
    }

    expect(memories.size).to.be.at.most(2)
  })

  it('shares no memory between pieces that are on their way', () => {
    const length = 100_000
    const chunks = [1, 2, 3].map(byte => new Uint8Array(length / 2).fill(byte))
    const buffers = chunks.map(() => new ReceiveBuffer())

    for (let half = 0; half < 2; half++) {
      buffers.forEach((buffer, i) => {
        expect(buffer.take(length)).to.be.undefined()
        buffer.append(chunks[i])
      })
    }

    buffers.forEach((buffer, i) => {
      expect(buffer.take(length)).to.equalBytes(new Uint8Array(length).fill(i + 1))
    })
  })

  it('moves what is unread to the front, where there is room once more', () => {
    const buffer = new ReceiveBuffer()
    buffer.append(new Uint8Array(500).fill(1))
    buffer.append(new Uint8Array(400).fill(2))
    buffer.take(700)
    const memory = memoryOf(buffer)
    buffer.append(new Uint8Array(600).fill(3))

    expect(memoryOf(buffer)).to.equal(memory)
    expect(buffer.take(800)).to.equalBytes([...new Uint8Array(200).fill(2), ...new Uint8Array(600).fill(3)])
  })

  it('holds no memory once all has been taken', () => {
    const buffer = new ReceiveBuffer()

    for (const sizes of [[10], [10, 10], [100_000, 100_000]]) {
      for (const size of sizes) {
        buffer.append(new Uint8Array(size))
      }

      buffer.take(buffer.byteLength)

      expect(memoryOf(buffer).byteLength).to.equal(0)
    }
  })

  it('gives up the memory of a large piece for the few bytes behind it', () => {
    const buffer = new ReceiveBuffer()

    for (let received = 0; received < 64; received++) {
      buffer.append(new Uint8Array(65_536))
    }

    buffer.append(Uint8Array.of(7, 8))
    buffer.take(64 * 65_536)

    expect(buffer.take(3)).to.be.undefined()
    expect(memoryOf(buffer).byteLength).to.equal(MIN_CAPACITY)
    buffer.append(Uint8Array.of(9))
    expect(buffer.take(3)).to.equalBytes([7, 8, 9])
  })

  it('keeps memory that is not much for what comes next', () => {
    const buffer = new ReceiveBuffer()
    buffer.append(new Uint8Array(MAX_SPARE_CAPACITY / 4))
    buffer.append(new Uint8Array(MAX_SPARE_CAPACITY / 4))
    const memory = memoryOf(buffer)
    buffer.take(buffer.byteLength - 1)

    expect(memory.byteLength).to.equal(MAX_SPARE_CAPACITY)
    expect(buffer.take(2)).to.be.undefined()
    expect(memoryOf(buffer)).to.equal(memory)
  })
})
