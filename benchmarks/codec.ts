/**
 * How fast handshakes and frames are, beside the least that their hashing and encryption
 * takes: one SHA3-256 (the permutation and rate of Keccak-256) and one AES-256-CTR pass of
 * OpenSSL over the same bytes, for each of encoding and decoding: `node benchmarks/codec.ts`
 */

import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import { defaultCrypto } from '../src/crypto/index.ts'
import { FrameDecoder, FrameEncoder } from '../src/frame/index.ts'
import { initiate, respond } from '../src/handshake/index.ts'
import type { Secrets } from '../src/handshake/index.ts'

const ROUNDS = 9
const SLICE_MS = 50
const SIZES = [64, 1024, 32 * 1024, 1024 * 1024]

interface Handshaken {
  initiator: Secrets
  recipient: Secrets
}

function handshake (): Handshaken {
  const privateKey = defaultCrypto.importPrivateKey(randomBytes(32))
  const remoteKey = defaultCrypto.importPrivateKey(randomBytes(32))
  const initiator = initiate({ privateKey, remoteId: remoteKey.publicKey })
  const answer = respond({ privateKey: remoteKey }).receive(initiator.opening ?? new Uint8Array())
  const result = initiator.receive(answer?.reply ?? new Uint8Array())

  if (answer == null || result == null) {
    throw new Error('the handshake did not end')
  }

  return { initiator: result.secrets, recipient: answer.secrets }
}

/** Microseconds that one run takes, over a slice of time. */
function time (run: () => void): number {
  const begin = performance.now()
  let runs = 0

  while (performance.now() - begin < SLICE_MS) {
    run()
    runs++
  }

  return (performance.now() - begin) * 1_000 / runs
}

/** Medians of alternating slices, so that a machine that drifts drifts for all. */
function compare (...runs: Array<() => void>): number[] {
  const times: number[][] = runs.map(() => [])

  for (let round = 0; round <= ROUNDS; round++) {
    runs.forEach((run, i) => times[i].push(time(run)))
  }

  return times.map((slices) => slices.slice(1).sort((a, b) => a - b)[ROUNDS >> 1])
}

function codec (size: number): () => void {
  const { initiator, recipient } = handshake()
  const encoder = new FrameEncoder({ secrets: initiator })
  const decoder = new FrameDecoder({ secrets: recipient })
  const data = randomBytes(size)

  return () => {
    decoder.append(encoder.encode(data))

    if (decoder.read()?.byteLength !== size) {
      throw new Error('the frame did not come through')
    }
  }
}

function limit (size: number): () => void {
  const cipher = createCipheriv('aes-256-ctr', randomBytes(32), randomBytes(16))
  const hash = createHash('sha3-256')
  const data = randomBytes(size)

  return () => {
    for (let pass = 0; pass < 2; pass++) {
      hash.update(cipher.update(data))
    }
  }
}

const [both] = compare(handshake)
process.stdout.write(`handshake, both sides: ${(both / 1_000).toFixed(1)} ms\n`)

for (const size of SIZES) {
  const [ours, least] = compare(codec(size), limit(size))
  process.stdout.write(`frame of ${size} bytes, encoded and decoded: ${ours.toFixed(1)} µs, ${(size / ours).toFixed(1)} MB/s, ${(least / ours).toFixed(3)} of the limit\n`)
}
