import { keccak_256 as keccak } from '@noble/hashes/sha3.js'
import { concat } from 'uint8arrays/concat'
import { FrameDecoder, FrameEncoder } from '../../../src/frame/index.ts'
import { FrameMaker } from '../../fixtures/frames.ts'
import { seededRandom } from '../../fixtures/seeded-random.ts'
import { CONVERSATIONS } from '../corpora.ts'
import { assert, attempt, inWords, sameBytes, sameErrors, sameForAllCuts } from '../target.ts'
import type { Keccak256 } from '../../../src/crypto/index.ts'
import type { Secrets } from '../../../src/handshake/index.ts'
import type { Outcome, Target } from '../target.ts'

const ERRORS = ['BadHeaderMacError', 'BadFrameMacError', 'FrameTooLargeError', 'ChunkedFrameError']
const MAX_FRAME = 2049
const MAX_WRITTEN = 300
const HEADER = 16

const random = seededRandom(3)
const [aes, mac] = [random.bytes(32), random.bytes(32)]
const begun = keccak.create().update(random.bytes(300))

class ClonedKeccak implements Keccak256 {
  readonly #state = begun.clone()

  update (data: Uint8Array): void {
    this.#state.update(data)
  }

  digest (): Uint8Array {
    return this.#state.clone().digest()
  }
}

/** Both sides of one direction, whose states are the same each time. */
function secrets (): Secrets {
  return { aes, mac, egressMac: new ClonedKeccak(), ingressMac: new ClonedKeccak() }
}

interface Read {
  frames: Uint8Array[]
  outcome: Outcome<void>
  partial: boolean
}

function readAll (chunks: Uint8Array[], maxFrameSize?: number): Read {
  const decoder = new FrameDecoder({ secrets: secrets(), maxFrameSize })
  const frames: Uint8Array[] = []
  const outcome = attempt(ERRORS, () => {
    let appended = 0

    for (const chunk of chunks) {
      decoder.append(chunk)
      appended += chunk.byteLength
      assert(decoder.buffered <= appended, 'More is held than has come')

      for (let frame = decoder.read(); frame != null; frame = decoder.read()) {
        frames.push(Uint8Array.from(frame))
      }
    }
  })

  if (outcome.error != null) {
    const again = attempt(ERRORS, () => decoder.read())
    assert(again.error === outcome.error, 'A decoder that failed went on')
  }

  return { frames, outcome, partial: outcome.error == null && decoder.partial }
}

function same (a: Read, b: Read): boolean {
  return sameBytes(a.frames, b.frames) && sameErrors(a.outcome.error, b.outcome.error) && a.partial === b.partial
}

function inWordsOf ({ frames, outcome, partial }: Read): string {
  return `${Math.min(frames.length, 8)} frames, then ${inWords(outcome, partial ? 'a part' : 'the end')}`
}

/** Frames that are long only take long. */
const CONVERSED = CONVERSATIONS.map(frames => frames.filter(({ byteLength }) => byteLength <= MAX_WRITTEN).slice(0, 4)).filter(frames => frames.length > 0)

function encodeAll (frames: Uint8Array[]): Uint8Array {
  const encoder = new FrameEncoder({ secrets: secrets() })

  return concat(frames.map(frame => encoder.encode(frame)))
}

/** Bytes from outside: of whatever is not what the owner of the secrets wrote, nothing must come out. */
const outside: Target = {
  name: 'frames',
  corpus: CONVERSED.map(encodeAll),
  check: (input) => {
    const read = sameForAllCuts(input, chunks => readAll(chunks), same)
    const written = CONVERSED.some(frames => read.frames.length <= frames.length && sameBytes(read.frames, frames.slice(0, read.frames.length)))
    assert(written, 'A frame passed that nobody wrote')

    return inWordsOf(read)
  }
}

/** Any header and any data, encrypted and with the MACs that they must have; what is in an input is its headers and data. */
const inside: Target = {
  name: 'frames-sealed',
  corpus: CONVERSED.map(frames => concat(frames.flatMap(frame => [
    Uint8Array.of(0, frame.byteLength >> 8, frame.byteLength & 0xff, 0xc2, 0x80, 0x80), new Uint8Array(HEADER - 6), frame
  ]))),
  check: (input) => {
    const { sealed, written } = seal(input)
    const read = sameForAllCuts(sealed, chunks => readAll(chunks, MAX_FRAME), same)
    const { error } = read.outcome
    assert(!(error?.name.startsWith('Bad') ?? false), 'A MAC that is right was refused')
    assert(sameBytes(read.frames, written.slice(0, read.frames.length)), 'A frame is another one when it is written and read')

    const refused = written[read.frames.length]
    assert(refused == null || error != null, 'A frame got lost')
    assert(error?.name !== 'FrameTooLargeError' || (refused?.byteLength ?? Infinity) > MAX_FRAME, 'A frame was refused that is not too large')

    return inWordsOf(read)
  }
}

function seal (input: Uint8Array): { sealed: Uint8Array, written: Uint8Array[] } {
  const maker = new FrameMaker(secrets())
  const parts: Uint8Array[] = []
  const written: Uint8Array[] = []
  let position = 0

  while (position + HEADER <= input.byteLength) {
    const header = input.subarray(position, position + HEADER)
    const size = header[0] << 16 | header[1] << 8 | header[2]
    parts.push(maker.header(size, header.subarray(3)))
    position += HEADER

    const data = input.subarray(position, position + size)
    position += size

    if (data.byteLength < size) {
      // without a MAC, since there is more of it to come that never does
      parts.push(data)
      break
    }

    parts.push(maker.data(data))
    written.push(data)
  }

  return { sealed: concat(parts), written }
}

export const FRAME_TARGETS: Target[] = [outside, inside]
