import { bytesToHex } from '@noble/hashes/utils.js'
import { decode, encode } from 'rlp'
import type { ForkId } from './fork-id.ts'
import type { Decoded } from 'rlp'

/** Status is a base message in size: geth's is some 90 bytes */
const MAX_PAYLOAD_LENGTH = 2048
const HASH_LENGTH = 32
const FORK_HASH_LENGTH = 4
const UINT32_LENGTH = 4
const UINT64_LENGTH = 8
const UINT256_LENGTH = 32

/** The first version with a fork id, EIP-2364 */
const FIRST_VERSION = 64

/** The first version with a block range in place of the total difficulty, EIP-7642 */
const FIRST_RANGE_VERSION = 69

interface CommonStatus {
  /**
   * The version of eth that was negotiated, 64 or later
   */
  version: number

  /**
   * The network: 1 for mainnet
   */
  networkId: bigint

  /**
   * The 32-byte hash of the genesis block
   */
  genesis: Uint8Array

  /**
   * The 32-byte hash of the newest block
   */
  head: Uint8Array

  /**
   * The forks that the node follows, EIP-2124
   */
  forkId: ForkId
}

/**
 * The Status of eth/64 to eth/68
 */
export interface DifficultyStatus extends CommonStatus {
  /**
   * The total difficulty of the chain up to the newest block
   */
  totalDifficulty: bigint

  earliestBlock?: undefined
  latestBlock?: undefined
}

/**
 * The Status of eth/69 and later, EIP-7642
 */
export interface BlockRangeStatus extends CommonStatus {
  /**
   * The number of the oldest block that the node has bodies and receipts of
   */
  earliestBlock: bigint

  /**
   * The number of the newest block, whose hash is `head`
   */
  latestBlock: bigint

  totalDifficulty?: undefined
}

/**
 * The first message of eth, in both directions. Compare `totalDifficulty` with
 * `undefined` to tell the two forms apart.
 */
export type Status = DifficultyStatus | BlockRangeStatus

/**
 * Thrown for a payload that is no Status, for values that make none, and when a
 * peer starts eth with another message
 */
export class InvalidStatusError extends Error {
  static name = 'InvalidStatusError'

  constructor (message = 'Invalid eth Status', options?: ErrorOptions) {
    super(message, options)
    this.name = 'InvalidStatusError'
  }
}

/**
 * Encodes a Status: RLP, without the message id
 *
 * @throws {InvalidStatusError} if a value is too large for its field or a hash of
 * the wrong length, or the fields of the version's form are missing
 */
export function encodeStatus (status: Status): Uint8Array {
  const { version, networkId, genesis, head, forkId } = status

  checkVersion(version)
  checkInteger(networkId, 'network id', UINT64_LENGTH)
  checkHash(genesis, 'genesis hash', HASH_LENGTH)
  checkHash(head, 'head hash', HASH_LENGTH)
  checkHash(forkId.hash, 'fork hash', FORK_HASH_LENGTH)
  checkInteger(forkId.next, 'next fork', UINT64_LENGTH)

  const fork = [forkId.hash, forkId.next]

  if (version < FIRST_RANGE_VERSION) {
    checkInteger(status.totalDifficulty, 'total difficulty', UINT256_LENGTH)

    return encode([version, networkId, status.totalDifficulty, head, genesis, fork])
  }

  checkInteger(status.earliestBlock, 'earliest block', UINT64_LENGTH)
  checkInteger(status.latestBlock, 'latest block', UINT64_LENGTH)

  return encode([version, networkId, genesis, fork, status.earliestBlock, status.latestBlock, head])
}

/**
 * Decodes a Status, in the form of the version that it names
 *
 * Further list items and bytes after the list are ignored, for versions to come.
 * Whether the values make sense (the fork id, the block range) is not judged.
 *
 * @param payload - the message without its id, at most 2048 bytes
 * @throws {InvalidStatusError} if the payload is not such a Status
 */
export function decodeStatus (payload: Uint8Array): Status {
  const items = decodeList(payload)
  const version = Number(toInteger(items[0], 'version', UINT32_LENGTH))

  checkVersion(version)

  const networkId = toInteger(items[1], 'network id', UINT64_LENGTH)

  if (version < FIRST_RANGE_VERSION) {
    return {
      version,
      networkId,
      totalDifficulty: toInteger(items[2], 'total difficulty', UINT256_LENGTH),
      head: toHash(items[3], 'head hash', HASH_LENGTH),
      genesis: toHash(items[4], 'genesis hash', HASH_LENGTH),
      forkId: toForkId(items[5])
    }
  }

  return {
    version,
    networkId,
    genesis: toHash(items[2], 'genesis hash', HASH_LENGTH),
    forkId: toForkId(items[3]),
    earliestBlock: toInteger(items[4], 'earliest block', UINT64_LENGTH),
    latestBlock: toInteger(items[5], 'latest block', UINT64_LENGTH),
    head: toHash(items[6], 'head hash', HASH_LENGTH)
  }
}

type Item = Decoded['data'] | undefined

function decodeList (payload: Uint8Array): Item[] {
  if (payload.byteLength === 0 || payload.byteLength > MAX_PAYLOAD_LENGTH) {
    throw new InvalidStatusError(`Invalid eth Status: want 1 to ${MAX_PAYLOAD_LENGTH} bytes, got ${payload.byteLength}`)
  }

  let list: Item

  try {
    // of a copy, since what rlp cuts out of a Node.js Buffer would share the socket's memory
    list = decode(Uint8Array.from(payload), true).data
  } catch (err) {
    throw new InvalidStatusError('Invalid eth Status: not canonical RLP', { cause: err })
  }

  if (!Array.isArray(list)) {
    throw new InvalidStatusError('Invalid eth Status: not an RLP list')
  }

  return list
}

function toForkId (item: Item): ForkId {
  if (!Array.isArray(item)) {
    throw new InvalidStatusError('Invalid eth Status: the fork id is not a list')
  }

  return {
    hash: toHash(item[0], 'fork hash', FORK_HASH_LENGTH),
    next: toInteger(item[1], 'next fork', UINT64_LENGTH)
  }
}

function toHash (item: Item, field: string, length: number): Uint8Array {
  checkHash(item, field, length)

  return item
}

function toInteger (item: Item, field: string, maxLength: number): bigint {
  if (!(item instanceof Uint8Array) || item.byteLength > maxLength || item[0] === 0) {
    throw new InvalidStatusError(`Invalid eth Status: the ${field} is not an integer of at most ${maxLength} bytes without leading zeros`)
  }

  return item.byteLength === 0 ? 0n : BigInt(`0x${bytesToHex(item)}`)
}

function checkVersion (version: number): void {
  if (!Number.isInteger(version) || version < FIRST_VERSION || version >= 2 ** 32) {
    throw new InvalidStatusError(`Invalid eth Status: want version ${FIRST_VERSION} or later, got ${version}`)
  }
}

function checkHash (value: unknown, field: string, length: number): asserts value is Uint8Array {
  if (!(value instanceof Uint8Array) || value.byteLength !== length) {
    throw new InvalidStatusError(`Invalid eth Status: the ${field} is not ${length} bytes`)
  }
}

function checkInteger (value: unknown, field: string, maxLength: number): asserts value is bigint {
  if (typeof value !== 'bigint' || value < 0n || value >= 2n ** BigInt(8 * maxLength)) {
    throw new InvalidStatusError(`Invalid eth Status: the ${field} is not a bigint of at most ${maxLength} bytes without sign`)
  }
}
