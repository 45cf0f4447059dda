/**
 * Items of RLP as they are on the wire, which nobody decodes only to encode them again
 */

import { bytesToHex } from '@noble/hashes/utils.js'
import { decode } from 'rlp'

const LIST = 0xc0
const LONG_LIST = 0xf7
const STRING = 0x80
const LONG_STRING = 0xb7

/**
 * Cuts a list into its items, each with its own prefix
 */
export function splitList (list: Uint8Array): Uint8Array[] {
  const [start, end] = bounds(list, 0)

  if (list[0] < LIST || end !== list.byteLength) {
    throw new Error('These bytes are not one RLP list')
  }

  return splitItems(list.subarray(start))
}

/**
 * Cuts items that follow each other apart, each with its own prefix
 */
export function splitItems (bytes: Uint8Array): Uint8Array[] {
  const items: Uint8Array[] = []

  for (let at = 0; at < bytes.byteLength;) {
    const [, end] = bounds(bytes, at)
    items.push(bytes.subarray(at, end))
    at = end
  }

  return items
}

/**
 * Makes a list of items that are encoded already
 */
export function joinList (items: Uint8Array[]): Uint8Array {
  const length = items.reduce((sum, { byteLength }) => sum + byteLength, 0)
  const digits = length < 56 ? [] : bigEndian(length)

  return Uint8Array.from(Buffer.concat([
    Uint8Array.of(length < 56 ? LIST + length : LONG_LIST + digits.length, ...digits),
    ...items
  ]))
}

/**
 * Decodes an integer
 */
export function toNumber (item: Uint8Array): number {
  return Number(`0x0${bytesToHex(decode(item) as Uint8Array)}`)
}

/** Where the content of the item at a place begins and ends. */
function bounds (bytes: Uint8Array, at: number): [start: number, end: number] {
  const prefix = bytes[at]

  if (prefix < STRING) {
    return [at, at + 1]
  }

  const [short, long] = prefix < LIST ? [STRING, LONG_STRING] : [LIST, LONG_LIST]

  if (prefix <= long) {
    return check(bytes, at + 1, prefix - short)
  }

  const digits = bytes.subarray(at + 1, at + 1 + prefix - long)

  return check(bytes, at + 1 + digits.byteLength, digits.reduce((value, digit) => value * 256 + digit, 0))
}

function check (bytes: Uint8Array, start: number, length: number): [start: number, end: number] {
  if (start + length > bytes.byteLength) {
    throw new Error('An RLP item has fewer bytes than it says')
  }

  return [start, start + length]
}

function bigEndian (value: number): number[] {
  return value === 0 ? [] : [...bigEndian(Math.floor(value / 256)), value % 256]
}
