/**
 * The frames of RLPx. A slot holds what one direction of a connection needs; data is brought to memory first and is
 * worked on in place. The key stream is either given, as so many bytes in memory, or made here where `keyStream` is 0.
 */

import { encryptBlock, enterKeys, expandKey, KEYS_LENGTH } from './aes'
import { addStream, beginStream } from './ctr'
import { absorbBlocks, clearState, RATE, STATE_LENGTH } from './keccak'

const BLOCK: usize = 16

/** A slot: the state of Keccak-256, how much its block holds, its digest so far, the keys of the MAC, the stream. */
const HELD: usize = 200
const DIGEST: usize = 208
const MAC_KEYS: usize = 224
const STREAM: usize = MAC_KEYS + KEYS_LENGTH

/** Nothing, but for the moment in which a digest is padded. */
const PADDING = memory.data(136, 16)

/** Where a digest is made of a copy of the state. */
const COPY = memory.data(200, 16)

/** Round keys for a moment, or what goes into a hash. */
const SCRATCH = memory.data(240, 16)

/** Where the first slot may be. */
export const BASE: usize = __heap_base

/** Begins a slot with the 32 bytes at `macKey`. */
export function begin (slot: usize, macKey: usize): void {
  clearState(slot)
  store<u32>(slot, 0, HELD)
  expandKey(macKey, slot + MAC_KEYS)
  enterKeys(slot + MAC_KEYS)
}

/** Begins the key stream of the 32 bytes at `key`, in a slot that has room for one. */
export function beginKeyStream (slot: usize, key: usize): void {
  beginStream(slot + STREAM, key, SCRATCH)
}

/** Leaves nothing behind of what was in these bytes, nor of what was made of it. */
export function wipe (address: usize, length: usize): void {
  memory.fill(address, 0, length)
  memory.fill(COPY, 0, STATE_LENGTH)
  memory.fill(SCRATCH, 0, KEYS_LENGTH)
}

/** Puts bytes into the running hash. */
export function absorb (slot: usize, data: usize, length: usize): void {
  const end = data + length
  let held: usize = load<u32>(slot, HELD)

  while (data != end) {
    if (held == 0 && end - data >= RATE) {
      const blocks = (end - data) / RATE
      absorbBlocks(slot, slot, data, <u32>blocks)
      data += blocks * RATE
      continue
    }

    if (held + 8 <= RATE && end - data >= 8) {
      store<u64>(slot + held, load<u64>(slot + held) ^ load<u64>(data))
      held += 8
      data += 8
    } else {
      store<u8>(slot + held, load<u8>(slot + held) ^ load<u8>(data))
      held++
      data++
    }

    if (held == RATE) {
      absorbBlocks(slot, slot, PADDING, 1)
      held = 0
    }
  }

  store<u32>(slot, <u32>held, HELD)
}

/** Looks at the running hash, without ending it. */
export function digest (slot: usize): void {
  const padding = PADDING + <usize>load<u32>(slot, HELD)

  store<u8>(padding, 1)
  store<u8>(PADDING, load<u8>(PADDING, RATE - 1) | 0x80, RATE - 1)
  absorbBlocks(slot, COPY, PADDING, 1)
  store<u8>(padding, 0)
  store<u8>(PADDING, 0, RATE - 1)

  // the second lane is one of those that are held inverted
  store<u64>(slot, load<u64>(COPY), DIGEST)
  store<u64>(slot, ~load<u64>(COPY, 8), DIGEST + 8)
}

/** A step of the MAC, whose result is the digest. */
function mix (slot: usize, seed: v128): v128 {
  v128.store(SCRATCH, v128.xor(encryptBlock(v128.load(slot, DIGEST), slot + MAC_KEYS), seed))
  absorb(slot, SCRATCH, BLOCK)
  digest(slot)

  return v128.load(slot, DIGEST)
}

/** The MAC of the ciphertext of a header. */
function headerMac (slot: usize, header: usize): v128 {
  return mix(slot, v128.load(header))
}

/** The MAC of the ciphertext that has been absorbed. */
function dataMac (slot: usize): v128 {
  digest(slot)

  return mix(slot, v128.load(slot, DIGEST))
}

/** Whether a MAC is that at `expected`, in constant time. */
function equal (mac: v128, expected: usize): bool {
  return !v128.any_true(v128.xor(mac, v128.load(expected)))
}

/** Encrypts or decrypts `length` bytes: whole blocks. */
export function addKeyStream (slot: usize, data: usize, length: usize, keyStream: usize): void {
  if (keyStream == 0) {
    addStream(slot + STREAM, data, length)

    return
  }

  for (const end = data + length; data != end; data += BLOCK, keyStream += BLOCK) {
    v128.store(data, v128.xor(v128.load(data), v128.load(keyStream)))
  }
}

/** Puts the MAC behind the ciphertext of a header. */
export function sealHeader (slot: usize, header: usize): void {
  v128.store(header, headerMac(slot, header), BLOCK)
}

/** Puts the MAC of the ciphertext that has been absorbed to `mac`. */
export function sealData (slot: usize, mac: usize): void {
  v128.store(mac, dataMac(slot))
}

/** Whether the ciphertext of a header has its MAC behind it. */
export function checkHeader (slot: usize, header: usize): bool {
  return equal(headerMac(slot, header), header + BLOCK)
}

/** Whether the MAC of the ciphertext that has been absorbed is at `mac`. */
export function checkData (slot: usize, mac: usize): bool {
  return equal(dataMac(slot), mac)
}

/** Makes a frame, of a header, room for its MAC, `length` bytes of padded data and room for theirs. */
export function seal (slot: usize, frame: usize, length: usize, keyStream: usize): void {
  addKeyStream(slot, frame, BLOCK, keyStream)
  sealHeader(slot, frame)

  const data = frame + 2 * BLOCK
  addKeyStream(slot, data, length, keyStream == 0 ? 0 : keyStream + BLOCK)
  absorb(slot, data, length)
  sealData(slot, data + length)
}

/** Decrypts a header that has its MAC behind it. */
export function openHeader (slot: usize, header: usize, keyStream: usize): bool {
  if (!checkHeader(slot, header)) {
    return false
  }

  addKeyStream(slot, header, BLOCK, keyStream)

  return true
}

/** Decrypts `length` bytes of padded data that have their MAC behind them. */
export function openData (slot: usize, data: usize, length: usize, keyStream: usize): bool {
  absorb(slot, data, length)

  if (!checkData(slot, data + length)) {
    return false
  }

  addKeyStream(slot, data, length, keyStream)

  return true
}
