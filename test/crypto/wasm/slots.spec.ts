import { expect } from 'aegir/chai'
import { nobleCrypto } from '../../../src/crypto/noble.ts'
import { wasmFrames } from '../../../src/crypto/wasm/frames.ts'
import { Slot } from '../../../src/crypto/wasm/slot.ts'
import { seededRandom } from '../../fixtures/seeded-random.ts'
import { arena, contains, createCipher, frameSecrets, keyStreamOf } from '../../fixtures/wasm.ts'
import type { CreateCipher } from '../../../src/crypto/wasm/slot.ts'

const BLOCK = 16

const KINDS: Array<{ name: string, createCipher?: CreateCipher }> = [
  { name: 'with a native cipher', createCipher },
  { name: 'without a native cipher' }
]

/** What is in memory, in blocks, but for those of which all bytes are the same. */
function blocks (): Set<string> {
  const { bytes } = arena()
  const found = new Set<string>()

  for (let start = 0; start < bytes.byteLength; start += BLOCK) {
    const block = bytes.subarray(start, start + BLOCK)

    if (block.some(byte => byte !== block[0])) {
      found.add(block.join())
    }
  }

  return found
}

for (const { name, createCipher } of KINDS) {
  describe(`a slot ${name}`, () => {
    it('leaves nothing in memory when it is closed', () => {
      const secrets = frameSecrets(160)
      const untouched = blocks()
      const sealer = wasmFrames(createCipher).createFrameSealer(secrets)!
      const opener = wasmFrames(createCipher).createFrameOpener(frameSecrets(160))!
      const data = seededRandom(161).bytes(300)
      const frame = sealer.seal(new Uint8Array(BLOCK), data)

      expect(opener.openHeader(frame.subarray(0, 32))).to.equalBytes(new Uint8Array(BLOCK))
      expect(opener.openData(frame.subarray(32), data.byteLength)).to.equalBytes(data)

      // round keys, states of the hash, the key stream, the data
      const touched = [...blocks()].filter(block => !untouched.has(block))
      const keyStream = keyStreamOf(secrets.aes, 320)

      expect(touched).to.have.property('length').that.is.greaterThan(60)
      expect(contains(arena().bytes, keyStream.subarray(-BLOCK))).to.be.true()
      expect(contains(arena().bytes, data.subarray(0, BLOCK))).to.be.true()

      sealer.close()
      opener.close()

      const left = blocks()
      expect(touched.filter(block => left.has(block))).to.be.empty()

      for (const secret of [secrets.aes, secrets.mac, keyStream.subarray(0, BLOCK), keyStream.subarray(-BLOCK), data]) {
        expect(contains(arena().bytes, secret.subarray(0, BLOCK))).to.be.false()
      }
    })

    it('is used again', () => {
      const first = Slot.create(arena(), frameSecrets(162), createCipher)!
      const second = Slot.create(arena(), frameSecrets(162), createCipher)!

      expect(second.address).to.not.equal(first.address)
      first.close()
      first.close()
      second.close()

      const again = [Slot.create(arena(), frameSecrets(163), createCipher)!, Slot.create(arena(), frameSecrets(163), createCipher)!]

      expect(again.map(({ address }) => address)).to.have.members([first.address, second.address])
      again.forEach(slot => { slot.close() })
    })

    it('is all zeros before it is used again', () => {
      const { address } = Slot.create(arena(), frameSecrets(164), createCipher)!
      const slot = Slot.create(arena(), frameSecrets(164), createCipher)!
      slot.take(64)
      slot.crypt(new Uint8Array(64), new Uint8Array(64))
      slot.close()

      expect(arena().bytes.slice(slot.address, slot.address + 464)).to.equalBytes(new Uint8Array(464))
      expect(address).to.not.equal(slot.address)
    })

    it('leaves memory flat, when ten thousand were opened and closed', () => {
      const frames = wasmFrames(createCipher)
      const secrets = frameSecrets(165)
      const data = new Uint8Array(100)

      function open (used: boolean): void {
        const sealer = frames.createFrameSealer(secrets)!

        if (used) {
          sealer.seal(new Uint8Array(BLOCK), data)
        }

        sealer.close()
      }

      open(true)
      const { byteLength } = arena().bytes

      for (let i = 0; i < 10_000; i++) {
        open(i % 20 === 0)
      }

      expect(arena().bytes).to.have.property('byteLength', byteLength)
    })

    it('knows nothing of its neighbours, as memory grows', () => {
      const frames = wasmFrames(createCipher)
      const random = seededRandom(166)
      const header = new Uint8Array(BLOCK)
      const alone = frames.createFrameSealer(frameSecrets(167))!
      const messages = Array.from({ length: 200 }, () => random.bytes(random.integer(200)))
      const expected = messages.map(message => alone.seal(header, message))
      alone.close()

      const sealers = Array.from({ length: 50 }, () => frames.createFrameSealer(frameSecrets(167))!)

      for (const [i, message] of messages.entries()) {
        sealers.push(frames.createFrameSealer(frameSecrets(168 + i))!)
        sealers.slice(0, 50).forEach(sealer => { expect(sealer.seal(header, message)).to.equalBytes(expected[i]) })
      }

      sealers.forEach(sealer => { sealer.close() })
    })
  })
}

describe('a slot', () => {
  it('is not to be had where memory cannot grow', () => {
    expect(arena().allocate(2 ** 33)).to.be.undefined()
  })

  it('is not to be had for a hash that has gone on after a digest, nor for one of somebody else', () => {
    const secrets = frameSecrets(169)
    secrets.state.digest()
    const slot = Slot.create(arena(), secrets)

    expect(slot).to.not.be.undefined()
    slot?.close()

    secrets.state.update(new Uint8Array(1))
    expect(Slot.create(arena(), secrets)).to.be.undefined()
    expect(Slot.create(arena(), { ...secrets, state: nobleCrypto.createKeccak256() })).to.be.undefined()
    expect(wasmFrames().createFrameSealer(secrets)).to.be.undefined()
    expect(wasmFrames().createFrameOpener(secrets)).to.be.undefined()
  })
})
