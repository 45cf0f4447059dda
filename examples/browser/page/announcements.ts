import { keccak_256 as keccak256 } from '@noble/hashes/sha3.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { decode, encode } from 'rlp'
import type { Received } from './conversation.ts'
import type { NestedUint8Array } from 'rlp'

/** The newest block that a node has. */
export interface Head {
  number: bigint
  hash: string
}

/** What a message is about, as far as this page reads it. */
export interface Announcement {
  words: string
  head?: Head
}

type Item = Uint8Array | NestedUint8Array

/** By the names of messages. */
const READERS: Record<string, (items: Item[]) => Announcement> = {
  Transactions: (items) => ({ words: count('whole transaction', items.map(hashOf)) }),
  NewPooledTransactionHashes: (items) => ({ words: count('transaction', list(items[2]).map(item => hex(bytes(item)))) }),
  BlockRangeUpdate: ([earliest, latest, hash]) => {
    const head = { number: integer(bytes(latest)), hash: hex(bytes(hash)) }

    return { words: `Blocks ${integer(bytes(earliest))} to ${head.number}, ${head.hash}`, head }
  }
}

/** Reads what a node announces of itself; other messages are answers, and we ask nothing. */
export function readAnnouncement ({ name, payload }: Received): Announcement {
  try {
    return READERS[name]?.(list(decode(payload))) ?? { words: '' }
  } catch {
    return { words: 'It cannot be read.' }
  }
}

export function hex (value: Uint8Array): string {
  return `0x${bytesToHex(value)}`
}

function count (what: string, hashes: string[]): string {
  return `${hashes.length} ${what}${hashes.length === 1 ? '' : 's'}${hashes.length > 0 ? `, ${hashes[0]}` : ''}${hashes.length > 1 ? ' …' : ''}`
}

/** A transaction is a list in its old form, and bytes in all later ones. */
function hashOf (transaction: Item): string {
  return hex(keccak256(transaction instanceof Uint8Array ? transaction : encode(transaction)))
}

function integer (value: Uint8Array): bigint {
  return BigInt(`0x0${bytesToHex(value)}`)
}

function bytes (item: Item): Uint8Array {
  if (!(item instanceof Uint8Array)) {
    throw new TypeError('Expected bytes')
  }

  return item
}

function list (item: Item): Item[] {
  if (!Array.isArray(item)) {
    throw new TypeError('Expected a list')
  }

  return item
}
