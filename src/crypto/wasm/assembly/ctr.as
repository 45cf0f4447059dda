/**
 * AES-256-CTR, eight blocks at a time, one bit of each of their bytes in a vector (Käsper and Schwabe, CHES 2009): the
 * S-box is a circuit, so that no address and no branch depends on a secret.
 */

import { expandKey, ROUNDS, SHIFT_ROWS, SHIFT_ROWS_1 } from './aes'

/** Eight blocks. */
const CHUNK: usize = 128

/** What a stream is: the number of its next block, how much of the chunk has been used, the chunk, the keys' bits. */
const USED: usize = 8
const KEY_STREAM: usize = 16
const KEYS: usize = KEY_STREAM + CHUNK

const REVERSED = memory.data<u8>([15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0], 16)
const TURNED_2 = memory.data<u8>([2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13], 16)

/** The three low bits of the eight numbers of the blocks, in the last of their bytes. */
const NUMBERS = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xaa,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xcc,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xf0
], 16)

/** @inline */
function xor (a: v128, b: v128): v128 {
  return v128.xor(a, b)
}

/** @inline */
function and (a: v128, b: v128): v128 {
  return v128.and(a, b)
}

/** @inline */
function turn (a: v128, order: v128): v128 {
  return i8x16.swizzle(a, order)
}

/** One bit of each byte of a block, the same for all eight blocks. */
function bits (block: v128, mask: u32): v128 {
  const wanted = i8x16.splat(<i8>mask)

  return i8x16.eq(v128.and(block, wanted), wanted)
}

/** The stream of the 32 bytes at `key`, from block 0; `scratch` has room for the round keys. */
export function beginStream (stream: usize, key: usize, scratch: usize): void {
  store<u64>(stream, 0)
  store<u64>(stream, CHUNK, USED)
  expandKey(key, scratch)

  for (let i: usize = 0; i <= ROUNDS; i++) {
    const roundKey = v128.load(scratch + i * 16)

    for (let bit: usize = 0; bit < 8; bit++) {
      v128.store(stream + i * 128 + bit * 16, bits(roundKey, 1 << <u32>bit), KEYS)
    }
  }
}

/** Adds the key stream to the `length` bytes at `data`: whole blocks. */
export function addStream (stream: usize, data: usize, length: usize): void {
  let used = load<usize>(stream, USED)

  for (const end = data + length; data != end; data += 16) {
    if (used == CHUNK) {
      nextChunk(stream)
      used = 0
    }

    v128.store(data, v128.xor(v128.load(data), v128.load(stream + used, KEY_STREAM)))
    used += 16
  }

  store<usize>(stream, used, USED)
}

/** Exchanges the bits that are `shift` apart in two vectors. */
function exchange (low: usize, distance: usize, shift: i32, mask: v128): void {
  const a = v128.load(low)
  const b = v128.load(low + distance)
  const changed = v128.and(v128.xor(i64x2.shr_u(a, shift), b), mask)

  v128.store(low + distance, v128.xor(b, changed))
  v128.store(low, v128.xor(a, i64x2.shl(changed, shift)))
}

/** Eight vectors of a bit each become eight blocks. */
function transpose (at: usize): void {
  for (let i: usize = 0; i < 4; i++) {
    exchange(at + i * 32, 16, 1, i8x16.splat(0x55))
  }

  for (let i: usize = 0; i < 4; i++) {
    exchange(at + (i & 1) * 16 + (i >> 1) * 64, 32, 2, i8x16.splat(0x33))
  }

  for (let i: usize = 0; i < 4; i++) {
    exchange(at + i * 16, 64, 4, i8x16.splat(0x0f))
  }
}

function nextChunk (stream: usize): void {
  const number = load<u64>(stream)
  store<u64>(stream, number + 8)

  const counter = turn(i64x2.replace_lane(i64x2.splat(0), 0, number), v128.load(REVERSED))
  const shiftRows = v128.load(SHIFT_ROWS)
  const shiftRows1 = v128.load(SHIFT_ROWS_1)
  const turn2 = v128.load(TURNED_2)
  let keys = stream + KEYS
  const end = keys + ROUNDS * 128

  // the circuit counts from the highest bit
  let x7 = xor(bits(counter, 1), v128.load(NUMBERS))
  let x6 = xor(bits(counter, 2), v128.load(NUMBERS, 16))
  let x5 = xor(bits(counter, 4), v128.load(NUMBERS, 32))
  let x4 = bits(counter, 8)
  let x3 = bits(counter, 16)
  let x2 = bits(counter, 32)
  let x1 = bits(counter, 64)
  let x0 = bits(counter, 128)

  while (true) {
    x7 = xor(x7, v128.load(keys, 0))
    x6 = xor(x6, v128.load(keys, 16))
    x5 = xor(x5, v128.load(keys, 32))
    x4 = xor(x4, v128.load(keys, 48))
    x3 = xor(x3, v128.load(keys, 64))
    x2 = xor(x2, v128.load(keys, 80))
    x1 = xor(x1, v128.load(keys, 96))
    x0 = xor(x0, v128.load(keys, 112))
    keys += 128

    // the circuit of Boyar and Peralta (2011), less the constant, which goes with the keys
    const y14 = xor(x3, x5), y13 = xor(x0, x6), y9 = xor(x0, x3), y8 = xor(x0, x5), t0 = xor(x1, x2)
    const y1 = xor(t0, x7), y4 = xor(y1, x3), y12 = xor(y13, y14), y2 = xor(y1, x0), y5 = xor(y1, x6)
    const y3 = xor(y5, y8), t1 = xor(x4, y12), y15 = xor(t1, x5), y20 = xor(t1, x1), y6 = xor(y15, x7)
    const y10 = xor(y15, t0), y11 = xor(y20, y9), y7 = xor(x7, y11), y17 = xor(y10, y11), y19 = xor(y10, y8)
    const y16 = xor(t0, y11), y21 = xor(y13, y16), y18 = xor(x0, y16), t2 = and(y12, y15), t3 = and(y3, y6)
    const t4 = xor(t3, t2), t5 = and(y4, x7), t6 = xor(t5, t2), t7 = and(y13, y16), t8 = and(y5, y1)
    const t9 = xor(t8, t7), t10 = and(y2, y7), t11 = xor(t10, t7), t12 = and(y9, y11), t13 = and(y14, y17)
    const t14 = xor(t13, t12), t15 = and(y8, y10), t16 = xor(t15, t12), t17 = xor(t4, t14), t18 = xor(t6, t16)
    const t19 = xor(t9, t14), t20 = xor(t11, t16), t21 = xor(t17, y20), t22 = xor(t18, y19), t23 = xor(t19, y21)
    const t24 = xor(t20, y18), t25 = xor(t21, t22), t26 = and(t21, t23), t27 = xor(t24, t26), t28 = and(t25, t27)
    const t29 = xor(t28, t22), t30 = xor(t23, t24), t31 = xor(t22, t26), t32 = and(t31, t30), t33 = xor(t32, t24)
    const t34 = xor(t23, t33), t35 = xor(t27, t33), t36 = and(t24, t35), t37 = xor(t36, t34), t38 = xor(t27, t36)
    const t39 = and(t29, t38), t40 = xor(t25, t39), t41 = xor(t40, t37), t42 = xor(t29, t33), t43 = xor(t29, t40)
    const t44 = xor(t33, t37), t45 = xor(t42, t41), z0 = and(t44, y15), z1 = and(t37, y6), z2 = and(t33, x7)
    const z3 = and(t43, y16), z4 = and(t40, y1), z5 = and(t29, y7), z6 = and(t42, y11), z7 = and(t45, y17)
    const z8 = and(t41, y10), z9 = and(t44, y12), z10 = and(t37, y3), z11 = and(t33, y4), z12 = and(t43, y13)
    const z13 = and(t40, y5), z14 = and(t29, y2), z15 = and(t42, y9), z16 = and(t45, y14), z17 = and(t41, y8)
    const t46 = xor(z15, z16), t47 = xor(z10, z11), t48 = xor(z5, z13), t49 = xor(z9, z10), t50 = xor(z2, z12)
    const t51 = xor(z2, z5), t52 = xor(z7, z8), t53 = xor(z0, z3), t54 = xor(z6, z7), t55 = xor(z16, z17)
    const t56 = xor(z12, t48), t57 = xor(t50, t53), t58 = xor(z4, t46), t59 = xor(z3, t54), t60 = xor(t46, t57)
    const t61 = xor(z14, t57), t62 = xor(t52, t58), t63 = xor(t49, t58), t64 = xor(z4, t59), t65 = xor(t61, t62)
    const t66 = xor(z1, t63), s0 = xor(t59, t63), s6 = xor(t56, t62), s7 = xor(t48, t60), t67 = xor(t64, t65)
    const s3 = xor(t53, t66), s4 = xor(t51, t66), s5 = xor(t47, t65), s1 = xor(t64, s3), s2 = xor(t55, t67)

    if (keys == end) {
      v128.store(stream, xor(turn(s7, shiftRows), v128.load(keys, 0)), KEY_STREAM + 0)
      v128.store(stream, xor(turn(s6, shiftRows), v128.load(keys, 16)), KEY_STREAM + 16)
      v128.store(stream, xor(turn(s5, shiftRows), v128.load(keys, 32)), KEY_STREAM + 32)
      v128.store(stream, xor(turn(s4, shiftRows), v128.load(keys, 48)), KEY_STREAM + 48)
      v128.store(stream, xor(turn(s3, shiftRows), v128.load(keys, 64)), KEY_STREAM + 64)
      v128.store(stream, xor(turn(s2, shiftRows), v128.load(keys, 80)), KEY_STREAM + 80)
      v128.store(stream, xor(turn(s1, shiftRows), v128.load(keys, 96)), KEY_STREAM + 96)
      v128.store(stream, xor(turn(s0, shiftRows), v128.load(keys, 112)), KEY_STREAM + 112)
      transpose(stream + KEY_STREAM)

      return
    }

    // MixColumns: r is the row below, m what is doubled
    const r7 = turn(s0, shiftRows1), m7 = xor(turn(s0, shiftRows), r7)
    const r6 = turn(s1, shiftRows1), m6 = xor(turn(s1, shiftRows), r6)
    const r5 = turn(s2, shiftRows1), m5 = xor(turn(s2, shiftRows), r5)
    const r4 = turn(s3, shiftRows1), m4 = xor(turn(s3, shiftRows), r4)
    const r3 = turn(s4, shiftRows1), m3 = xor(turn(s4, shiftRows), r3)
    const r2 = turn(s5, shiftRows1), m2 = xor(turn(s5, shiftRows), r2)
    const r1 = turn(s6, shiftRows1), m1 = xor(turn(s6, shiftRows), r1)
    const r0 = turn(s7, shiftRows1), m0 = xor(turn(s7, shiftRows), r0)

    x0 = xor(xor(r7, turn(m7, turn2)), m6)
    x1 = xor(xor(r6, turn(m6, turn2)), m5)
    x2 = xor(xor(r5, turn(m5, turn2)), m4)
    x3 = xor(xor(xor(r4, turn(m4, turn2)), m3), m7)
    x4 = xor(xor(xor(r3, turn(m3, turn2)), m2), m7)
    x5 = xor(xor(r2, turn(m2, turn2)), m1)
    x6 = xor(xor(xor(r1, turn(m1, turn2)), m0), m7)
    x7 = xor(xor(r0, turn(m0, turn2)), m7)
  }
}
