import { bytesToHex } from '@noble/hashes/utils.js'
import { decode } from 'rlp'
import { joinList } from './rlp.ts'
import type { Chain } from './chain.ts'

/** Ids of requests, relative to eth. */
export const GET_BLOCK_HEADERS = 0x03
export const GET_BLOCK_BODIES = 0x05
export const GET_RECEIPTS = 0x0f

/** What no answer goes far beyond, here as in geth. */
export const MAX_ANSWER_BYTES = 2 * 1024 * 1024
export const MAX_HEADERS = 1024
export const MAX_BODIES = 1024

/**
 * Answers a request: both are the items, as RLP, behind the request id
 */
export type Answer = (query: Uint8Array[]) => Uint8Array[]

/**
 * By the id of the request. The id of the answer is the one behind it.
 */
export type Answers = Record<number, Answer>

/**
 * Answers GetBlockHeaders and GetBlockBodies from a chain
 */
export function chainAnswers (chain: Chain): Answers {
  return {
    [GET_BLOCK_HEADERS]: ([query]) => [joinList(findHeaders(chain, query))],
    [GET_BLOCK_BODIES]: ([hashes]) => [joinList(findAll(hashes, MAX_BODIES, hash => chain.find(hash)?.body))]
  }
}

/**
 * What there is for each of a list of hashes, up to the first for which there is nothing
 */
export function findAll (hashes: Uint8Array, most: number, find: (hash: Uint8Array) => Uint8Array | undefined): Uint8Array[] {
  function * found (): Generator<Uint8Array | undefined> {
    for (const hash of decode(hashes) as Uint8Array[]) {
      yield find(hash)
    }
  }

  return take(most, found())
}

/** `[origin, amount, skip, reverse]`, where the origin is a hash or a number. */
function findHeaders (chain: Chain, query: Uint8Array): Uint8Array[] {
  const [origin, amount, skip, reverse] = decode(query) as Uint8Array[]
  const step = (toInteger(skip) + 1n) * (toInteger(reverse) === 0n ? 1n : -1n)
  const first = chain.find(origin.byteLength === 32 ? origin : toInteger(origin))

  function * headers (): Generator<Uint8Array> {
    for (let block = first; block != null; block = chain.find(BigInt(block.number) + step)) {
      yield block.header
    }
  }

  return take(Math.min(Number(toInteger(amount)), MAX_HEADERS), headers())
}

/** The first so many, up to what an answer holds, and up to the first that is missing. */
function take (most: number, items: Iterable<Uint8Array | undefined>): Uint8Array[] {
  const taken: Uint8Array[] = []
  let bytes = 0

  for (const item of items) {
    if (item == null || taken.length >= most || bytes >= MAX_ANSWER_BYTES) {
      break
    }

    taken.push(item)
    bytes += item.byteLength
  }

  return taken
}

function toInteger (bytes: Uint8Array): bigint {
  return BigInt(`0x0${bytesToHex(bytes)}`)
}
