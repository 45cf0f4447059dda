import { expect } from 'aegir/chai'
import { decodeFrames } from '../../src/codec/index.ts'
import { FrameEncoder } from '../../src/frame/index.ts'
import { chunksOf } from '../fixtures/chunks.ts'
import { bothSecrets } from '../fixtures/frames.ts'

const HEADER = 32
const REMOTE_ID = new Uint8Array(64)

/** Two small frames of one session. */
const [FIRST, SECOND] = ((): Uint8Array[] => {
  const encoder = new FrameEncoder({ secrets: bothSecrets().ours })

  return [20, 5].map(length => encoder.encode(new Uint8Array(length).fill(length)))
})()

/** What is delivered of these bytes, in messages, and what they fail with. */
async function receive (...chunks: Uint8Array[]): Promise<{ delivered: number[], error?: string }> {
  const decode = decodeFrames({ remoteId: REMOTE_ID, secrets: bothSecrets().theirs })
  const delivered: number[] = []

  try {
    for await (const message of decode((async function * () { yield * chunks })())) {
      delivered.push(message.byteLength)
    }
  } catch (err: any) {
    return { delivered, error: err.name }
  }

  return { delivered }
}

describe('a frame that was tampered with', function () {
  this.timeout(60_000)

  it('is delivered where nothing was done to it', async () => {
    expect(await receive(FIRST, SECOND)).to.deep.equal({ delivered: [20, 5] })
  })

  it('is not delivered where any of its bits is another, nor is what follows', async () => {
    for (let bit = 0; bit < 8 * FIRST.byteLength; bit++) {
      const frame = Uint8Array.from(FIRST)
      frame[bit >>> 3] ^= 1 << (bit & 7)

      expect(await receive(frame, SECOND), `bit ${bit}`)
        .to.deep.equal({ delivered: [], error: bit < 8 * HEADER ? 'BadHeaderMacError' : 'BadFrameMacError' })
    }
  })

  it('is not delivered where any of its bits is another, and what precedes it is', async () => {
    for (let bit = 0; bit < 8 * SECOND.byteLength; bit++) {
      const frame = Uint8Array.from(SECOND)
      frame[bit >>> 3] ^= 1 << (bit & 7)

      expect(await receive(FIRST, frame), `bit ${bit}`)
        .to.deep.equal({ delivered: [20], error: bit < 8 * HEADER ? 'BadHeaderMacError' : 'BadFrameMacError' })
    }
  })

  it('is not delivered wherever it is cut, though it comes byte by byte', async () => {
    for (let length = 1; length < FIRST.byteLength; length++) {
      expect(await receive(...chunksOf(FIRST.subarray(0, length), () => 1)), `${length} bytes`)
        .to.deep.equal({ delivered: [], error: 'TruncatedFrameError' })
    }
  })

  it('is not delivered where any of its bytes is missing', async () => {
    for (let index = 0; index < FIRST.byteLength; index++) {
      const { delivered, error } = await receive(FIRST.subarray(0, index), FIRST.subarray(index + 1), SECOND)

      expect(delivered, `byte ${index}`).to.deep.equal([])
      expect(error).to.equal(index < HEADER ? 'BadHeaderMacError' : 'BadFrameMacError')
    }
  })
})
