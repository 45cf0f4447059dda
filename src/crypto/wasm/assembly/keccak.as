/**
 * Keccak-f[1600] over lanes in locals. Six of the 25 lanes are held inverted (1, 2, 8, 12, 17 and 20), in memory too:
 * that saves most of the negations of chi. Two rounds a turn, from `a` to `e` and back, so that no lane is moved.
 * The order of the statements is of no meaning, but 5 % faster than that of the book.
 */

/** Bytes that are absorbed at a time. */
export const RATE: usize = 136

/** Bytes of a state. */
export const STATE_LENGTH: usize = 200

const ROUND_CONSTANTS = memory.data<u64>([
  0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
  0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
  0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
  0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
  0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
  0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008
], 16)

/** The state of nothing absorbed. */
export function clearState (state: usize): void {
  memory.fill(state, 0, STATE_LENGTH)
  store<u64>(state, -1, 8)
  store<u64>(state, -1, 16)
  store<u64>(state, -1, 64)
  store<u64>(state, -1, 96)
  store<u64>(state, -1, 136)
  store<u64>(state, -1, 160)
}

/** Absorbs `blocks` (at least one) of `RATE` bytes at `data` into the state at `from`, and leaves the result at `to`. */
export function absorbBlocks (from: usize, to: usize, data: usize, blocks: u32): void {
  let a0 = load<u64>(from, 0)
  let a1 = load<u64>(from, 8)
  let a2 = load<u64>(from, 16)
  let a3 = load<u64>(from, 24)
  let a4 = load<u64>(from, 32)
  let a5 = load<u64>(from, 40)
  let a6 = load<u64>(from, 48)
  let a7 = load<u64>(from, 56)
  let a8 = load<u64>(from, 64)
  let a9 = load<u64>(from, 72)
  let a10 = load<u64>(from, 80)
  let a11 = load<u64>(from, 88)
  let a12 = load<u64>(from, 96)
  let a13 = load<u64>(from, 104)
  let a14 = load<u64>(from, 112)
  let a15 = load<u64>(from, 120)
  let a16 = load<u64>(from, 128)
  let a17 = load<u64>(from, 136)
  let a18 = load<u64>(from, 144)
  let a19 = load<u64>(from, 152)
  let a20 = load<u64>(from, 160)
  let a21 = load<u64>(from, 168)
  let a22 = load<u64>(from, 176)
  let a23 = load<u64>(from, 184)
  let a24 = load<u64>(from, 192)
  let e0: u64 = 0, e1: u64 = 0, e2: u64 = 0, e3: u64 = 0, e4: u64 = 0
  let e5: u64 = 0, e6: u64 = 0, e7: u64 = 0, e8: u64 = 0, e9: u64 = 0
  let e10: u64 = 0, e11: u64 = 0, e12: u64 = 0, e13: u64 = 0, e14: u64 = 0
  let e15: u64 = 0, e16: u64 = 0, e17: u64 = 0, e18: u64 = 0, e19: u64 = 0
  let e20: u64 = 0, e21: u64 = 0, e22: u64 = 0, e23: u64 = 0, e24: u64 = 0
  let b0: u64 = 0, b1: u64 = 0, b2: u64 = 0, b3: u64 = 0, b4: u64 = 0
  let c0: u64 = 0, c1: u64 = 0, c2: u64 = 0, c3: u64 = 0, c4: u64 = 0
  let d0: u64 = 0, d1: u64 = 0, d2: u64 = 0, d3: u64 = 0, d4: u64 = 0

  for (; blocks != 0; blocks--) {
    a0 ^= load<u64>(data, 0)
    a1 ^= load<u64>(data, 8)
    a2 ^= load<u64>(data, 16)
    a3 ^= load<u64>(data, 24)
    a4 ^= load<u64>(data, 32)
    a5 ^= load<u64>(data, 40)
    a6 ^= load<u64>(data, 48)
    a7 ^= load<u64>(data, 56)
    a8 ^= load<u64>(data, 64)
    a9 ^= load<u64>(data, 72)
    a10 ^= load<u64>(data, 80)
    a11 ^= load<u64>(data, 88)
    a12 ^= load<u64>(data, 96)
    a13 ^= load<u64>(data, 104)
    a14 ^= load<u64>(data, 112)
    a15 ^= load<u64>(data, 120)
    a16 ^= load<u64>(data, 128)
    data += RATE

    for (let constants = ROUND_CONSTANTS; constants != ROUND_CONSTANTS + 24 * 8; constants += 16) {
      c0 = a0 ^ a5 ^ a10 ^ a15 ^ a20
      c1 = a1 ^ a6 ^ a11 ^ a16 ^ a21
      c2 = a2 ^ a7 ^ a12 ^ a17 ^ a22
      c3 = a3 ^ a8 ^ a13 ^ a18 ^ a23
      c4 = a4 ^ a9 ^ a14 ^ a19 ^ a24
      d0 = c4 ^ rotl<u64>(c1, 1)
      d1 = c0 ^ rotl<u64>(c2, 1)
      d2 = c1 ^ rotl<u64>(c3, 1)
      d3 = c2 ^ rotl<u64>(c4, 1)
      d4 = c3 ^ rotl<u64>(c0, 1)

      b0 = a0 ^ d0
      b1 = rotl<u64>(a6 ^ d1, 44)
      b4 = rotl<u64>(a24 ^ d4, 14)
      e4 = b4 ^ (b0 & b1)
      b3 = rotl<u64>(a18 ^ d3, 21)
      e3 = b3 ^ (b4 | b0)
      b2 = rotl<u64>(a12 ^ d2, 43)
      e2 = b2 ^ (b3 & b4)
      e1 = b1 ^ (~b2 | b3)
      e0 = b0 ^ (b1 | b2) ^ load<u64>(constants)

      b0 = rotl<u64>(a3 ^ d3, 28)
      b1 = rotl<u64>(a9 ^ d4, 20)
      b4 = rotl<u64>(a22 ^ d2, 61)
      e9 = b4 ^ (b0 & b1)
      b3 = rotl<u64>(a16 ^ d1, 45)
      e8 = b3 ^ (b4 | b0)
      b2 = rotl<u64>(a10 ^ d0, 3)
      e7 = b2 ^ (b3 | ~b4)
      e6 = b1 ^ (b2 & b3)
      e5 = b0 ^ (b1 | b2)

      b0 = rotl<u64>(a1 ^ d1, 1)
      b1 = rotl<u64>(a7 ^ d2, 6)
      b4 = rotl<u64>(a20 ^ d0, 18)
      e14 = b4 ^ (b0 & b1)
      b3 = rotl<u64>(a19 ^ d4, 8)
      e13 = ~b3 ^ (b4 | b0)
      b2 = rotl<u64>(a13 ^ d3, 25)
      e12 = b2 ^ (~b3 & b4)
      e11 = b1 ^ (b2 & b3)
      e10 = b0 ^ (b1 | b2)

      b0 = rotl<u64>(a4 ^ d4, 27)
      b1 = rotl<u64>(a5 ^ d0, 36)
      b4 = rotl<u64>(a23 ^ d3, 56)
      e19 = b4 ^ (b0 | b1)
      b3 = rotl<u64>(a17 ^ d2, 15)
      e18 = ~b3 ^ (b4 & b0)
      b2 = rotl<u64>(a11 ^ d1, 10)
      e17 = b2 ^ (~b3 | b4)
      e16 = b1 ^ (b2 | b3)
      e15 = b0 ^ (b1 & b2)

      b0 = rotl<u64>(a2 ^ d2, 62)
      b1 = rotl<u64>(a8 ^ d3, 55)
      b4 = rotl<u64>(a21 ^ d1, 2)
      e24 = b4 ^ (b0 & b1)
      b3 = rotl<u64>(a15 ^ d0, 41)
      e23 = b3 ^ (b4 | b0)
      b2 = rotl<u64>(a14 ^ d4, 39)
      e22 = b2 ^ (b3 & b4)
      e21 = ~b1 ^ (b2 | b3)
      e20 = b0 ^ (~b1 & b2)

      c0 = e0 ^ e5 ^ e10 ^ e15 ^ e20
      c1 = e1 ^ e6 ^ e11 ^ e16 ^ e21
      c2 = e2 ^ e7 ^ e12 ^ e17 ^ e22
      c3 = e3 ^ e8 ^ e13 ^ e18 ^ e23
      c4 = e4 ^ e9 ^ e14 ^ e19 ^ e24
      d0 = c4 ^ rotl<u64>(c1, 1)
      d1 = c0 ^ rotl<u64>(c2, 1)
      d2 = c1 ^ rotl<u64>(c3, 1)
      d3 = c2 ^ rotl<u64>(c4, 1)
      d4 = c3 ^ rotl<u64>(c0, 1)

      b0 = e0 ^ d0
      b1 = rotl<u64>(e6 ^ d1, 44)
      b4 = rotl<u64>(e24 ^ d4, 14)
      a4 = b4 ^ (b0 & b1)
      b3 = rotl<u64>(e18 ^ d3, 21)
      a3 = b3 ^ (b4 | b0)
      b2 = rotl<u64>(e12 ^ d2, 43)
      a2 = b2 ^ (b3 & b4)
      a1 = b1 ^ (~b2 | b3)
      a0 = b0 ^ (b1 | b2) ^ load<u64>(constants, 8)

      b0 = rotl<u64>(e3 ^ d3, 28)
      b1 = rotl<u64>(e9 ^ d4, 20)
      b4 = rotl<u64>(e22 ^ d2, 61)
      a9 = b4 ^ (b0 & b1)
      b3 = rotl<u64>(e16 ^ d1, 45)
      a8 = b3 ^ (b4 | b0)
      b2 = rotl<u64>(e10 ^ d0, 3)
      a7 = b2 ^ (b3 | ~b4)
      a6 = b1 ^ (b2 & b3)
      a5 = b0 ^ (b1 | b2)

      b0 = rotl<u64>(e1 ^ d1, 1)
      b1 = rotl<u64>(e7 ^ d2, 6)
      b4 = rotl<u64>(e20 ^ d0, 18)
      a14 = b4 ^ (b0 & b1)
      b3 = rotl<u64>(e19 ^ d4, 8)
      a13 = ~b3 ^ (b4 | b0)
      b2 = rotl<u64>(e13 ^ d3, 25)
      a12 = b2 ^ (~b3 & b4)
      a11 = b1 ^ (b2 & b3)
      a10 = b0 ^ (b1 | b2)

      b0 = rotl<u64>(e4 ^ d4, 27)
      b1 = rotl<u64>(e5 ^ d0, 36)
      b4 = rotl<u64>(e23 ^ d3, 56)
      a19 = b4 ^ (b0 | b1)
      b3 = rotl<u64>(e17 ^ d2, 15)
      a18 = ~b3 ^ (b4 & b0)
      b2 = rotl<u64>(e11 ^ d1, 10)
      a17 = b2 ^ (~b3 | b4)
      a16 = b1 ^ (b2 | b3)
      a15 = b0 ^ (b1 & b2)

      b0 = rotl<u64>(e2 ^ d2, 62)
      b1 = rotl<u64>(e8 ^ d3, 55)
      b4 = rotl<u64>(e21 ^ d1, 2)
      a24 = b4 ^ (b0 & b1)
      b3 = rotl<u64>(e15 ^ d0, 41)
      a23 = b3 ^ (b4 | b0)
      b2 = rotl<u64>(e14 ^ d4, 39)
      a22 = b2 ^ (b3 & b4)
      a21 = ~b1 ^ (b2 | b3)
      a20 = b0 ^ (~b1 & b2)
    }
  }

  store<u64>(to, a0, 0)
  store<u64>(to, a1, 8)
  store<u64>(to, a2, 16)
  store<u64>(to, a3, 24)
  store<u64>(to, a4, 32)
  store<u64>(to, a5, 40)
  store<u64>(to, a6, 48)
  store<u64>(to, a7, 56)
  store<u64>(to, a8, 64)
  store<u64>(to, a9, 72)
  store<u64>(to, a10, 80)
  store<u64>(to, a11, 88)
  store<u64>(to, a12, 96)
  store<u64>(to, a13, 104)
  store<u64>(to, a14, 112)
  store<u64>(to, a15, 120)
  store<u64>(to, a16, 128)
  store<u64>(to, a17, 136)
  store<u64>(to, a18, 144)
  store<u64>(to, a19, 152)
  store<u64>(to, a20, 160)
  store<u64>(to, a21, 168)
  store<u64>(to, a22, 176)
  store<u64>(to, a23, 184)
  store<u64>(to, a24, 192)
}
