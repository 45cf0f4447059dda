/**
 * AES-256 of one block by vector permutes (Hamburg, CHES 2009): no address and no branch depends on a secret. A byte
 * of GF(256) is held as two of GF(16): i * t + (i + k) * t^16, with i in the high and k in the low four bits, where
 * an inverse takes six look-ups in registers. 0x80 stands for what has none: a swizzle gives 0 for it.
 */

export const ROUNDS: usize = 14

/** Bytes of the 15 round keys. */
export const KEYS_LENGTH: usize = 15 * 16

/** 1 / x, and a / x where a = 1 / t^17. */
const INVERSE = memory.data<u8>([0x80, 0x01, 0x09, 0x0e, 0x0d, 0x0b, 0x07, 0x06, 0x0f, 0x02, 0x0c, 0x05, 0x0a, 0x04, 0x03, 0x08], 16)
const INVERSE_A = memory.data<u8>([0x80, 0x05, 0x0b, 0x03, 0x0c, 0x01, 0x08, 0x0d, 0x06, 0x0a, 0x09, 0x02, 0x04, 0x07, 0x0f, 0x0e], 16)

/** From the two halves of an inverse to the S-box, less its constant: as a byte of AES, as one of ours, as twice that. */
const SBOX_I = memory.data<u8>([0x00, 0x4b, 0x9f, 0x89, 0x61, 0x3c, 0x16, 0x5d, 0xc2, 0xa3, 0x2a, 0xb5, 0x77, 0xfe, 0xe8, 0xd4], 16)
const SBOX_J = memory.data<u8>([0x00, 0x54, 0xb6, 0xa6, 0xe3, 0xa7, 0x10, 0x44, 0xf2, 0x11, 0xb7, 0x01, 0xf3, 0x55, 0x45, 0xe2], 16)
const ONCE_I = memory.data<u8>([0x00, 0x55, 0x5f, 0x3a, 0xae, 0x9e, 0x65, 0x30, 0x6f, 0xc1, 0xfb, 0xa4, 0xcb, 0xf1, 0x94, 0x0a], 16)
const ONCE_J = memory.data<u8>([0x00, 0xf4, 0x26, 0xa5, 0xc2, 0xb5, 0x83, 0x77, 0x51, 0x93, 0x36, 0x10, 0x41, 0xe4, 0x67, 0xd2], 16)
const TWICE_I = memory.data<u8>([0x00, 0x9b, 0xd9, 0xc4, 0x6f, 0xe9, 0x1d, 0x86, 0x5f, 0x30, 0xf4, 0x2d, 0x72, 0xb6, 0xab, 0x42], 16)
const TWICE_J = memory.data<u8>([0x00, 0x97, 0xcb, 0x76, 0xce, 0xe4, 0xbd, 0x2a, 0xe1, 0x2f, 0x59, 0x92, 0x73, 0x05, 0xb8, 0x5c], 16)

/** From the two halves of a byte of AES to one of ours. */
const ENTER_LOW = memory.data<u8>([0x00, 0x10, 0x92, 0x82, 0x74, 0x64, 0xe6, 0xf6, 0xd4, 0xc4, 0x46, 0x56, 0xa0, 0xb0, 0x32, 0x22], 16)
const ENTER_HIGH = memory.data<u8>([0x00, 0x83, 0xbd, 0x3e, 0x03, 0x80, 0xbe, 0x3d, 0xfe, 0x7d, 0x43, 0xc0, 0xfd, 0x7e, 0x40, 0xc3], 16)

/** ShiftRows, and ShiftRows with each column turned by 1, 2 and 3 rows. */
export const SHIFT_ROWS = memory.data<u8>([0, 5, 10, 15, 4, 9, 14, 3, 8, 13, 2, 7, 12, 1, 6, 11], 16)
export const SHIFT_ROWS_1 = memory.data<u8>([5, 10, 15, 0, 9, 14, 3, 4, 13, 2, 7, 8, 1, 6, 11, 12], 16)
const SHIFT_ROWS_2 = memory.data<u8>([10, 15, 0, 5, 14, 3, 4, 9, 2, 7, 8, 13, 6, 11, 12, 1], 16)
const SHIFT_ROWS_3 = memory.data<u8>([15, 0, 5, 10, 3, 4, 9, 14, 7, 8, 13, 2, 11, 12, 1, 6], 16)

/** The word of a key that goes before, from the last four bytes: as it is, or turned by a byte. */
const LAST_WORD = memory.data<u8>([12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15], 16)
const LAST_WORD_TURNED = memory.data<u8>([13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15, 12], 16)

/** @inline */
function enter (block: v128): v128 {
  const low = v128.and(block, i8x16.splat(15))
  const high = v128.and(i16x8.shr_u(block, 4), i8x16.splat(15))

  return v128.xor(i8x16.swizzle(v128.load(ENTER_LOW), low), i8x16.swizzle(v128.load(ENTER_HIGH), high))
}

/** The S-box of 16 bytes, for the key schedule. */
function substitute (block: v128): v128 {
  const x = enter(block)
  const inverse = v128.load(INVERSE)
  const k = v128.and(x, i8x16.splat(15))
  const i = v128.and(i16x8.shr_u(x, 4), i8x16.splat(15))
  const j = v128.xor(i, k)
  const ak = i8x16.swizzle(v128.load(INVERSE_A), k)
  const io = v128.xor(i8x16.swizzle(inverse, v128.xor(i8x16.swizzle(inverse, i), ak)), j)
  const jo = v128.xor(i8x16.swizzle(inverse, v128.xor(i8x16.swizzle(inverse, j), ak)), i)
  const sum = v128.xor(i8x16.swizzle(v128.load(SBOX_I), io), i8x16.swizzle(v128.load(SBOX_J), jo))

  return v128.xor(sum, i8x16.splat(0x63))
}

/** Each word of the next round key is the word before it, added to that of two keys earlier. */
function nextKey (earlier: v128, word: v128): v128 {
  const pairs = v128.xor(earlier, v128.shuffle<u8>(i64x2.splat(0), earlier, 0, 1, 2, 3, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27))
  const sums = v128.xor(pairs, v128.shuffle<u8>(i64x2.splat(0), pairs, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23))

  return v128.xor(sums, word)
}

/**
 * The 15 round keys of the 32 bytes at `key`. The constant of the S-box goes with them, for a column of it is what
 * MixColumns makes of it.
 */
export function expandKey (key: usize, keys: usize): void {
  let even = v128.load(key)
  let odd = v128.load(key, 16)

  v128.store(keys, even)
  v128.store(keys, v128.xor(odd, i8x16.splat(0x63)), 16)

  for (let round: u32 = 1; ; round++) {
    keys += 32
    const turned = i8x16.swizzle(substitute(odd), v128.load(LAST_WORD_TURNED))
    even = nextKey(even, v128.xor(turned, i32x4.splat(1 << (round - 1))))
    v128.store(keys, v128.xor(even, i8x16.splat(0x63)))

    if (round == 7) {
      return
    }

    odd = nextKey(odd, i8x16.swizzle(substitute(even), v128.load(LAST_WORD)))
    v128.store(keys, v128.xor(odd, i8x16.splat(0x63)), 16)
  }
}

/** Makes round keys ready for `encryptBlock`: all but the last in our bytes. */
export function enterKeys (keys: usize): void {
  for (const end = keys + ROUNDS * 16; keys != end; keys += 16) {
    v128.store(keys, enter(v128.load(keys)))
  }
}

export function encryptBlock (block: v128, keys: usize): v128 {
  const inverse = v128.load(INVERSE)
  const inverseA = v128.load(INVERSE_A)
  const onceI = v128.load(ONCE_I)
  const onceJ = v128.load(ONCE_J)
  const twiceI = v128.load(TWICE_I)
  const twiceJ = v128.load(TWICE_J)
  const shiftRows = v128.load(SHIFT_ROWS)
  const shiftRows1 = v128.load(SHIFT_ROWS_1)
  const shiftRows2 = v128.load(SHIFT_ROWS_2)
  const shiftRows3 = v128.load(SHIFT_ROWS_3)
  const low = i8x16.splat(15)
  const end = keys + ROUNDS * 16
  let x = v128.xor(enter(block), v128.load(keys))

  while (true) {
    const k = v128.and(x, low)
    const i = v128.and(i16x8.shr_u(x, 4), low)
    const j = v128.xor(i, k)
    const ak = i8x16.swizzle(inverseA, k)
    const io = v128.xor(i8x16.swizzle(inverse, v128.xor(i8x16.swizzle(inverse, i), ak)), j)
    const jo = v128.xor(i8x16.swizzle(inverse, v128.xor(i8x16.swizzle(inverse, j), ak)), i)

    keys += 16

    if (keys == end) {
      const last = v128.xor(i8x16.swizzle(v128.load(SBOX_I), io), i8x16.swizzle(v128.load(SBOX_J), jo))

      return v128.xor(i8x16.swizzle(last, shiftRows), v128.load(keys))
    }

    // MixColumns: 2a + 3b + c + d
    const once = v128.xor(i8x16.swizzle(onceI, io), i8x16.swizzle(onceJ, jo))
    const twice = v128.xor(i8x16.swizzle(twiceI, io), i8x16.swizzle(twiceJ, jo))
    const ab = v128.xor(i8x16.swizzle(twice, shiftRows), i8x16.swizzle(v128.xor(once, twice), shiftRows1))
    const cd = v128.xor(i8x16.swizzle(once, shiftRows2), i8x16.swizzle(once, shiftRows3))

    x = v128.xor(v128.xor(ab, cd), v128.load(keys))
  }
}
