import { InvalidParametersError } from '@libp2p/interface'
import { crc32 } from './crc32.ts'

const HASH_LENGTH = 32
const MAX_UINT64 = 2n ** 64n - 1n

/**
 * Says which forks of which chain a node follows, EIP-2124
 */
export interface ForkId {
  /**
   * 4 bytes: CRC-32 of the genesis hash and the forks that have passed
   */
  hash: Uint8Array

  /**
   * The block number or timestamp of the next fork, 0 if none is known
   */
  next: bigint
}

/**
 * A chain, its forks and how far it has come
 */
export interface ForkIdInit {
  /**
   * The 32-byte hash of the genesis block
   */
  genesis: Uint8Array

  /**
   * The timestamp of the genesis block, in seconds: forks up to it are part of
   * the genesis
   *
   * @default 0
   */
  genesisTime?: bigint | number

  /**
   * The blocks of the forks that came by block number, in any order, zeros and
   * repetitions included
   */
  blockForks: Array<bigint | number>

  /**
   * The timestamps, in seconds, of the forks that come by time, in any order
   */
  timeForks: Array<bigint | number>

  /**
   * The number and the timestamp, in seconds, of the newest block
   */
  head: {
    block: bigint | number
    time: bigint | number
  }
}

/**
 * Computes the fork id of a chain at its head, EIP-2124 with the forks by time
 * of EIP-6122
 *
 * @throws {InvalidParametersError} if the genesis hash is not 32 bytes, or a
 * number is no unsigned 64-bit integer
 */
export function createForkId (init: ForkIdInit): ForkId {
  if (init.genesis.byteLength !== HASH_LENGTH) {
    throw new InvalidParametersError(`Fork id: want a genesis hash of ${HASH_LENGTH} bytes, got ${init.genesis.byteLength}`)
  }

  const forks = [
    ...schedule(init.blockForks, 0, init.head.block),
    ...schedule(init.timeForks, init.genesisTime ?? 0, init.head.time)
  ]

  let checksum = crc32(init.genesis)

  for (const { at, passed } of forks) {
    if (!passed) {
      return { hash: uint32Bytes(checksum), next: at }
    }

    checksum = crc32(uint64Bytes(at), checksum)
  }

  return { hash: uint32Bytes(checksum), next: 0n }
}

interface Fork {
  at: bigint
  passed: boolean
}

/** The distinct forks after the genesis block, in order */
function schedule (forks: Array<bigint | number>, genesis: bigint | number, head: bigint | number): Fork[] {
  const start = toUint64(genesis)
  const now = toUint64(head)

  return [...new Set(forks.map(toUint64))]
    .filter(at => at > start)
    .sort((a, b) => a < b ? -1 : 1)
    .map(at => ({ at, passed: at <= now }))
}

function toUint64 (value: bigint | number): bigint {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new InvalidParametersError(`Fork id: ${value} is not an integer that a number can hold exactly`)
  }

  const integer = BigInt(value)

  if (integer < 0n || integer > MAX_UINT64) {
    throw new InvalidParametersError(`Fork id: ${value} is not an unsigned 64-bit integer`)
  }

  return integer
}

function uint64Bytes (value: bigint): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, value)

  return bytes
}

function uint32Bytes (value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value)

  return bytes
}
