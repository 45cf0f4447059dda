import { expect } from 'aegir/chai'
import { FrameDecoder, FrameEncoder } from '../../src/frame/index.ts'
import { FRAME_CRYPTOS } from '../fixtures/cryptos.ts'
import vectors from '../fixtures/frame.json' with { type: 'json' }
import { bothSecrets, direction, FrameMaker } from '../fixtures/frames.ts'
import { hex } from '../fixtures/hex.ts'
import { seededRandom } from '../fixtures/seeded-random.ts'
import type { Crypto } from '../../src/crypto/index.ts'
import type { Secrets } from '../../src/handshake/index.ts'

/** Both MAC states are a hash that is always 32 times 01, as in go-ethereum's test. */
function goldenSecrets (crypto: Crypto): Secrets {
  const constant = { update: () => {}, digest: () => new Uint8Array(32).fill(1) }
  const key = crypto.keccak256()

  return { aes: key, mac: key, egressMac: constant, ingressMac: constant }
}

for (const { name, crypto } of FRAME_CRYPTOS) {
  describe(`a frame with ${name}`, () => {
    it("is encoded as go-ethereum's", () => {
      const encoder = new FrameEncoder({ secrets: goldenSecrets(crypto), crypto })

      expect(encoder.encode(hex(vectors.frameData))).to.equalBytes(vectors.frame)
    })

    it("is decoded from go-ethereum's", () => {
      const decoder = new FrameDecoder({ secrets: goldenSecrets(crypto), crypto })
      decoder.append(hex(vectors.frame))

      expect(decoder.read()).to.equalBytes(vectors.frameData)
      expect(decoder.read()).to.be.undefined()
    })

    it('begins with its size and c28080', () => {
      const secrets = goldenSecrets(crypto)
      const frame = new FrameEncoder({ secrets, crypto }).encode(hex(vectors.frameData))
      const header = crypto.createAes256Ctr(secrets.aes).update(frame.slice(0, 16))

      expect(header).to.equalBytes(vectors.headerPlaintextPrefix.padEnd(32, '0'))
    })

    it('is what the specification says, one after another', () => {
      const random = seededRandom(71)
      const { encoder, decoder } = direction(crypto)
      const maker = new FrameMaker(bothSecrets().ours)

      for (const length of [1, 0, 15, 16, 17, 255, 256, 65_535, 65_536, 100_000]) {
        const data = random.bytes(length)
        const frame = maker.frame(data)

        expect(encoder.encode(data)).to.equalBytes(frame)
        decoder.append(frame)
        expect(decoder.read()).to.equalBytes(data)
      }
    })
  })
}
