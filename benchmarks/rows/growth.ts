import { defaultCrypto } from '../../src/crypto/index.ts'
import { FrameDecoder, FrameEncoder } from '../../src/frame/index.ts'
import { timeOf } from '../pace.ts'
import { makePayload } from '../payload.ts'
import { ourCodec, ourHandshake } from '../peers/ours.ts'
import { openLink, sendAround } from '../peers/sessions.ts'
import type { Benchmark, Settings } from '../benchmark.ts'
import type { Link } from '../peers/sessions.ts'

const KIB = 1024
const MIB = 1024 * KIB

const FRAME_SIZES = [KIB, 8 * KIB, 64 * KIB, MIB, 8 * MIB]
const CHUNK_SIZES = [MIB, 64 * KIB, KIB, 64]
const TINY_CHUNK_FRAMES = [16 * KIB, 128 * KIB, MIB]
const CAPABILITIES = [1, 8, 64]
const CONNECTIONS = [1, 10, 100, 1_000]
const QUICK_CONNECTIONS = [1, 10]

/** Messages that are timed. */
const MESSAGES = 2_000
const QUICK_MESSAGES = 20

interface Growing {
  /** Times, from the smallest to the largest. */
  measure (): number[] | Promise<number[]>
  close? (): Promise<void>
}

/** Times for one byte or one message as something becomes larger: by how much they grow at the most. 1 is flat. */
function growth (name: string, open: (settings: Settings) => Promise<Growing>): Benchmark {
  return {
    name: `growth-${name}`,
    rows: [{ name: `growth-${name}`, unit: '×', better: 'lower' }],
    open: async (settings) => {
      const { measure, close } = await open(settings)

      return { ours: async () => [steepest(await measure())], peers: {}, close }
    }
  }
}

/** The most that a value is of one before it. */
function steepest (values: number[]): number {
  let least = Infinity
  let most = 1

  for (const value of values) {
    most = Math.max(most, value / least)
    least = Math.min(least, value)
  }

  return most
}

/** Times the decoding of a frame of a size that comes in chunks of a size, in microseconds for each byte. */
function chunkedDecoder (frameSize: number): (chunkSize: number) => number {
  const { initiator, recipient } = ourHandshake()()
  const encoder = new FrameEncoder({ secrets: initiator, crypto: defaultCrypto })
  const decoder = new FrameDecoder({ secrets: recipient, crypto: defaultCrypto })
  const payload = makePayload(frameSize)

  return (chunkSize) => {
    const frame = encoder.encode(payload)
    const begin = performance.now()
    let data: Uint8Array | undefined

    for (let offset = 0; offset < frame.byteLength; offset += chunkSize) {
      decoder.append(frame.subarray(offset, offset + chunkSize))
      data = decoder.read()
    }

    if (data?.byteLength !== frameSize) {
      throw new Error('The frame did not come through')
    }

    return (performance.now() - begin) * 1_000 / frameSize
  }
}

export const growths: Benchmark[] = [
  growth('frame-size', async ({ sliceMs }) => {
    const runs = FRAME_SIZES.map(size => ({ size, run: ourCodec(makePayload(size)) }))

    return { measure: () => runs.map(({ size, run }) => timeOf(run, sliceMs) / size) }
  }),
  growth('chunk-size', async () => {
    const decode = chunkedDecoder(MIB)

    return { measure: () => CHUNK_SIZES.map(decode) }
  }),
  growth('chunks-of-1-byte', async ({ quick }) => {
    const decoders = (quick ? TINY_CHUNK_FRAMES.slice(0, 2) : TINY_CHUNK_FRAMES).map(chunkedDecoder)

    return { measure: () => decoders.map(decode => decode(1)) }
  }),
  growth('capabilities', async ({ quick }) => {
    const links = await Promise.all(CAPABILITIES.map(openLink))

    return {
      measure: async () => each(links, async link => sendAround([link], quick ? QUICK_MESSAGES : MESSAGES)),
      close: async () => closeAll(links)
    }
  }),
  growth('connections', async ({ quick }) => {
    const counts = quick ? QUICK_CONNECTIONS : CONNECTIONS
    const links: Link[] = []

    return {
      measure: async () => each(counts, async count => {
        while (links.length < count) {
          links.push(await openLink())
        }

        return sendAround(links.slice(0, count), quick ? QUICK_MESSAGES : MESSAGES)
      }),
      close: async () => closeAll(links)
    }
  })
]

async function each <Item> (items: Item[], run: (item: Item) => Promise<number>): Promise<number[]> {
  const values: number[] = []

  for (const item of items) {
    values.push(await run(item))
  }

  return values
}

async function closeAll (links: Link[]): Promise<void> {
  await Promise.all(links.map(async link => link.close()))
}
