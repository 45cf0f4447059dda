import { expect } from 'aegir/chai'
import { FIRST_WINDOW_LENGTH, KeyStream, MAX_FIRST_WINDOWS, MAX_WINDOWS, WINDOW_LENGTH } from '../../../src/crypto/wasm/key-stream.ts'
import { Slot } from '../../../src/crypto/wasm/slot.ts'
import { seededRandom } from '../../fixtures/seeded-random.ts'
import { arena, contains, createCipher, frameSecrets, keyStreamOf } from '../../fixtures/wasm.ts'

const BLOCK = 16
const secrets = frameSecrets(150)

/** More than two windows. */
const STREAM = keyStreamOf(secrets.aes, 40 * 1024)

function createSlot (): Slot {
  return Slot.create(arena(), frameSecrets(150), createCipher)!
}

/** Uses so much of the key stream by a window, as small frames do. */
function expectTaken (slot: Slot, position: number, length: number): void {
  const address = slot.take(length)!

  expect(arena().bytes.slice(address, address + length), `from ${position}`).to.equalBytes(STREAM.subarray(position, position + length))
}

/** Uses so much of the key stream in parts, as large frames do. */
function expectCrypted (slot: Slot, position: number, length: number): void {
  const target = new Uint8Array(length)
  slot.crypt(new Uint8Array(length), target)

  expect(target, `from ${position}`).to.equalBytes(STREAM.subarray(position, position + length))
}

describe('a key stream with a native cipher', () => {
  it('has one position for the window and the cipher, wherever it is left', () => {
    for (let position = 0; position <= WINDOW_LENGTH; position += BLOCK) {
      const slot = createSlot()

      if (position > 0) {
        slot.take(position)
      }

      expectCrypted(slot, position, WINDOW_LENGTH + 512)
      expectTaken(slot, position + WINDOW_LENGTH + 512, 32)
      slot.close()
    }
  })

  it('goes on where it was after a rest, wherever that was', () => {
    for (let position = 0; position <= WINDOW_LENGTH; position += BLOCK) {
      const slot = createSlot()

      if (position > 0) {
        slot.take(position)
      }

      slot.rest()
      slot.rest()
      expectTaken(slot, position, 48)
      slot.rest()
      slot.rest()
      expectCrypted(slot, position + 48, 64)
      slot.close()
    }
  })

  it('is the same in pieces of any size and kind', () => {
    const random = seededRandom(151)

    for (let round = 0; round < 100; round++) {
      const slot = createSlot()
      let position = 0

      while (position < 30 * 1024) {
        const length = BLOCK * (1 + random.integer(300))

        if (random.integer(4) === 0) {
          expectCrypted(slot, position, length)
        } else {
          expectTaken(slot, position, length)
        }

        if (random.integer(8) === 0) {
          slot.rest()
        }

        position += length
      }

      slot.close()
    }
  })

  it('decrypts with the cipher alone where no window is begun', () => {
    const slot = createSlot()

    expect(slot.decrypt(new Uint8Array(9000))).to.equalBytes(STREAM.subarray(0, 9000))
    slot.close()
  })

  it('has no window before it is used, and gives it back, zeroed, after a while without use', async function () {
    this.timeout(30_000)

    const slot = createSlot()
    const address = slot.take(64)!
    const window = arena().bytes.slice(address + 64, address + FIRST_WINDOW_LENGTH)

    expect(contains(arena().bytes, window.subarray(-BLOCK))).to.be.true()

    while (contains(arena().bytes, window.subarray(-BLOCK))) {
      await new Promise(resolve => setTimeout(resolve, 100))
    }

    for (let start = 0; start < window.byteLength; start += BLOCK) {
      expect(contains(arena().bytes, window.subarray(start, start + BLOCK)), `byte ${start}`).to.be.false()
    }

    expectTaken(slot, 64, 64)
    slot.close()
  })

  it('keeps its window as long as it is used', () => {
    const slot = createSlot()
    let position = 0

    for (let i = 0; i < 10; i++) {
      expectTaken(slot, position, 16)
      position += 16
      slot.rest()
    }

    const first = slot.take(16)!
    expect(slot.take(16)).to.equal(first + 16)
    slot.close()
  })

  it('has a small window at first, and a large one once that is used up', () => {
    const slot = createSlot()
    const first = slot.take(FIRST_WINDOW_LENGTH - 32)!
    const unused = arena().bytes.slice(first + FIRST_WINDOW_LENGTH - 32, first + FIRST_WINDOW_LENGTH)
    expectTaken(slot, FIRST_WINDOW_LENGTH - 32, 48)

    // what is left behind is wiped
    expect(arena().bytes.slice(first, first + FIRST_WINDOW_LENGTH).every(byte => byte === 0)).to.be.true()
    expect(unused).to.equalBytes(STREAM.subarray(FIRST_WINDOW_LENGTH - 32, FIRST_WINDOW_LENGTH))

    const next = slot.take(16)!
    expect(slot.take(4 * FIRST_WINDOW_LENGTH)).to.equal(next + 16)
    slot.close()
  })

  it('has a large window for what does not fit into a small one', () => {
    for (let used = 0; used <= FIRST_WINDOW_LENGTH; used += BLOCK) {
      const slot = createSlot()

      if (used > 0) {
        slot.take(used)
      }

      expectTaken(slot, used, FIRST_WINDOW_LENGTH + 16)
      slot.close()
    }
  })

  it('goes on with a small window where there are large ones enough', () => {
    const slots = Array.from({ length: MAX_WINDOWS }, createSlot)
    slots.forEach(slot => { expect(slot.take(WINDOW_LENGTH)).to.be.a('number') })

    const slot = createSlot()
    let position = 0

    while (position < 3 * FIRST_WINDOW_LENGTH) {
      expectTaken(slot, position, 112)
      position += 112
    }

    // none of either kind is large enough, and some of the small one is unused
    expect(slot.take(FIRST_WINDOW_LENGTH + 16)).to.be.undefined()
    expectCrypted(slot, position, FIRST_WINDOW_LENGTH + 16)
    expectTaken(slot, position + FIRST_WINDOW_LENGTH + 16, 112)
    ;[...slots, slot].forEach(slot => { slot.close() })
  })

  it('uses the cipher alone where there are windows enough', () => {
    const slots = Array.from({ length: MAX_FIRST_WINDOWS + MAX_WINDOWS }, createSlot)
    slots.forEach(slot => { expect(slot.take(16)).to.be.a('number') })
    const memory = arena().bytes.byteLength

    const more = createSlot()
    expect(more.take(16)).to.be.undefined()
    expectCrypted(more, 0, 48)

    slots[0].close()
    expectTaken(more, 48, 48)
    ;[...slots, more].forEach(slot => { slot.close() })
    expect(arena().bytes).to.have.property('byteLength', memory)
  })

  it('is that of its key alone', () => {
    const key = arena().allocate(32)!
    const other = seededRandom(152).bytes(32)
    arena().bytes.set(other, key)
    const keyStream = new KeyStream({ arena: arena(), key, createCipher })

    expect(keyStream.update(new Uint8Array(64))).to.equalBytes(keyStreamOf(other, 64))
    keyStream.close()
    arena().free(key, 32)
  })
})
