import { browserCodecs } from './browser-codec.ts'
import { codecs } from './codec.ts'
import { connectionsMemory } from './connections-memory.ts'
import { dialRates } from './dial-rate.ts'
import { encrypter } from './encrypter.ts'
import { growths } from './growth.ts'
import { handshake, nobleHandshake } from './handshake.ts'
import { importing } from './import.ts'
import { pings } from './ping.ts'
import { streams } from './stream.ts'
import type { Benchmark } from '../benchmark.ts'

export const benchmarks: Benchmark[] = [
  ...codecs,
  handshake,
  nobleHandshake,
  ...streams,
  encrypter,
  ...pings,
  connectionsMemory,
  ...dialRates,
  importing,
  ...browserCodecs,
  ...growths
]
