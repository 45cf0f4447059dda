import { expect } from 'aegir/chai'
import { FrameDecoder } from '../../src/frame/index.ts'
import { CRYPTOS, FRAME_CRYPTOS } from '../fixtures/cryptos.ts'
import { bothSecrets, direction, readAll } from '../fixtures/frames.ts'

const BLOCK = 16

/** Data that is opened at once, and such as is opened in parts. */
const SIZES = [20, 20_000]

for (const { name, crypto } of FRAME_CRYPTOS) {
  for (const size of SIZES) {
    it(`the MACs of a frame of ${size} bytes are compared to their last byte by ${name}`, () => {
      const frame = direction(crypto).encoder.encode(new Uint8Array(size).fill(1))

      for (const [mac, expected] of [[BLOCK, 'BadHeaderMacError'], [frame.byteLength - BLOCK, 'BadFrameMacError']] as const) {
        for (let at = mac; at < mac + BLOCK; at++) {
          const tampered = Uint8Array.from(frame)
          tampered[at] ^= 0x80
          const { decoder } = direction(crypto)
          decoder.append(tampered)

          expect(() => readAll(decoder), `byte ${at - mac}`).to.throw().with.property('name', expected)
          decoder.close()
        }
      }
    })
  }
}

for (const { name, crypto } of CRYPTOS) {
  it(`MACs are compared by nothing but \`equal\` where frames are made of the primitives of ${name}`, () => {
    const compared: number[][] = []
    const equal = (a: Uint8Array, b: Uint8Array): boolean => {
      compared.push([a.byteLength, b.byteLength])

      return true
    }
    const counting = { ...crypto, createFrameOpener: undefined, equal }
    const frame = direction(crypto).encoder.encode(new Uint8Array(20).fill(1))
    frame.fill(0, BLOCK, 2 * BLOCK).fill(0, -BLOCK)

    // whose every comparison comes out as good takes MACs that are not
    const decoder = new FrameDecoder({ secrets: bothSecrets(counting).theirs, crypto: counting })
    decoder.append(frame)

    expect(decoder.read()).to.equalBytes(new Uint8Array(20).fill(1))
    expect(compared).to.deep.equal([[BLOCK, BLOCK], [BLOCK, BLOCK]])
  })
}
