import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect } from 'aegir/chai'
import { LengthPrefixDecoder } from '../../src/muxer/length-prefix.ts'
import { hex } from '../fixtures/hex.ts'

const ARRIVED = 256 * 1024

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

function held (): number {
  collectGarbage()
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()

  return heapUsed + external
}

describe('a message behind its length', function () {
  this.timeout(60_000)

  it('takes about as much memory as has come of it, however small the pieces', () => {
    const decoder = new LengthPrefixDecoder(0xffffff)
    const before = held()

    // 16,777,215 bytes are announced
    decoder.append(hex('ffffff07'))

    for (let i = 0; i < ARRIVED; i++) {
      decoder.append(Uint8Array.of(7))
      decoder.read()
    }

    expect(held() - before).to.be.below(8 * ARRIVED)
    expect(decoder.buffered).to.equal(4 + ARRIVED)
  })
})
