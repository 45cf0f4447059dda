import { browserCodecs } from './browser-codec.ts'
import { codecs } from './codec.ts'
import { connectionsMemory } from './connections-memory.ts'
import { dialRates } from './dial-rate.ts'
import { encrypter } from './encrypter.ts'
import { growths } from './growth.ts'
import { handshake } from './handshake.ts'
import { importing } from './import.ts'
import { pings } from './ping.ts'
import { streams } from './stream.ts'
import type { Benchmark } from '../benchmark.ts'

export const benchmarks: Benchmark[] = [
  ...codecs,
  handshake,
  ...streams,
  encrypter,
  ...pings,
  connectionsMemory,
  ...dialRates,
  importing,
  ...browserCodecs,
  ...growths
]
