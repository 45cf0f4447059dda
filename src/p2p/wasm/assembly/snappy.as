/**
 * Snappy's raw format. Lengths are checked before anything is copied, and what is copied may run up to 15 bytes past its
 * end, for which there has to be room behind the output. Memory is that of this module alone: no keys are near.
 */

/** A hash of four bytes for each place in a part that may be copied from. */
const TABLE_BITS: u32 = 14
const TABLE = memory.data(32768, 16)

/** Less is not worth a search; this many bytes before the end of a part the search ends, to read eight at a time. */
const MARGIN: usize = 15
const MIN_SEARCHED: usize = 17

/** Where free memory begins. */
export const BASE: usize = __heap_base

/** Copies up to 15 bytes more than it is asked to; the two do not overlap within 16 bytes. */
function copy (to: usize, from: usize, length: usize): void {
  for (const end = to + length; to < end; to += 16, from += 16) {
    v128.store(to, v128.load(from))
  }
}

/** @inline */
function hash (bytes: u32, shift: u32): usize {
  return TABLE + (<usize>((bytes * 0x1e35a7bd) >> shift) << 1)
}

function putLiteral (out: usize, from: usize, length: usize): usize {
  const last = <u32>(length - 1)

  if (last < 60) {
    store<u8>(out, last << 2)
    out += 1
  } else if (last < 256) {
    store<u8>(out, 60 << 2)
    store<u8>(out, last, 1)
    out += 2
  } else {
    store<u8>(out, 61 << 2)
    store<u16>(out, last, 1)
    out += 3
  }

  if (length <= 64) {
    copy(out, from, length)
  } else {
    memory.copy(out, from, length)
  }

  return out + length
}

function putCopy (out: usize, offset: u32, length: u32): usize {
  // what is left of a long one is at least 4, as the short form has it
  while (length >= 68) {
    store<u8>(out, 63 << 2 | 2)
    store<u16>(out, offset, 1)
    out += 3
    length -= 64
  }

  if (length > 64) {
    store<u8>(out, 59 << 2 | 2)
    store<u16>(out, offset, 1)
    out += 3
    length -= 60
  }

  if (length >= 12 || offset >= 2048) {
    store<u8>(out, (length - 1) << 2 | 2)
    store<u16>(out, offset, 1)

    return out + 3
  }

  store<u8>(out, (offset >> 8) << 5 | (length - 4) << 2 | 1)
  store<u8>(out, offset, 1)

  return out + 2
}

/** How far two places are the same, up to `end`. */
function matchEnd (at: usize, from: usize, end: usize): usize {
  while (at + 8 <= end) {
    const difference = load<u64>(at) ^ load<u64>(from)

    if (difference != 0) {
      return at + (<usize>ctz(difference) >> 3)
    }

    at += 8
    from += 8
  }

  while (at < end && load<u8>(at) == load<u8>(from)) {
    at++
    from++
  }

  return at
}

/** Compresses a part of at most 65,536 bytes, without the length that goes before the first; returns the end of the output. */
export function compress (data: usize, length: usize, out: usize): usize {
  const end = data + length
  let literal = data

  if (length >= MIN_SEARCHED) {
    const limit = end - MARGIN
    let bits: u32 = 8

    while (bits < TABLE_BITS && <usize>(1 << bits) < length) {
      bits++
    }

    const shift = 32 - bits
    memory.fill(TABLE, 0, <usize>(2 << bits))

    let at = data + 1
    let next = hash(load<u32>(at), shift)

    let searching = true

    while (searching) {
      // the longer nothing is found, the larger the steps
      let skip: usize = 32
      let ahead = at
      let candidate = data

      while (true) {
        at = ahead
        ahead += skip >> 5
        skip += skip >> 5

        if (ahead > limit) {
          searching = false
          break
        }

        candidate = data + <usize>load<u16>(next)
        store<u16>(next, at - data)
        next = hash(load<u32>(ahead), shift)

        if (load<u32>(at) == load<u32>(candidate)) {
          out = putLiteral(out, literal, at - literal)
          break
        }
      }

      while (searching) {
        const from = at
        at = matchEnd(at + 4, candidate + 4, end)
        out = putCopy(out, <u32>(from - candidate), <u32>(at - from))
        literal = at

        if (at >= limit) {
          searching = false
          break
        }

        // what begins where the copy ends may be a copy too
        const bytes = load<u64>(at - 1)
        store<u16>(hash(<u32>bytes, shift), at - 1 - data)
        const here = hash(<u32>(bytes >> 8), shift)
        candidate = data + <usize>load<u16>(here)
        store<u16>(here, at - data)

        if (<u32>(bytes >> 8) != load<u32>(candidate)) {
          next = hash(<u32>(bytes >> 16), shift)
          at++
          break
        }
      }
    }
  }

  return literal < end ? putLiteral(out, literal, end - literal) : out
}

/** Uncompresses what follows on the length of a block; whether that is whole, and fills the output exactly. */
export function uncompress (block: usize, blockEnd: usize, out: usize, outEnd: usize): bool {
  const begin = out

  while (block < blockEnd) {
    const tag = <u32>load<u8>(block++)
    let length = tag >> 2

    if ((tag & 3) == 0) {
      if (length >= 60) {
        const operand = <usize>(length - 59)

        if (operand > blockEnd - block) {
          return false
        }

        length = load<u32>(block) & (<u32>-1 >> (32 - 8 * <u32>operand))
        block += operand
      }

      // one less than the length, which need not fit 32 bits
      if (<usize>length >= blockEnd - block || <usize>length >= outEnd - out) {
        return false
      }

      if (length < 64) {
        copy(out, block, <usize>length + 1)
      } else {
        memory.copy(out, block, <usize>length + 1)
      }

      out += <usize>length + 1
      block += <usize>length + 1
      continue
    }

    let offset: u32

    if ((tag & 3) == 1) {
      if (block == blockEnd) {
        return false
      }

      offset = (tag >> 5) << 8 | <u32>load<u8>(block++)
      length = 4 + (length & 7)
    } else {
      const operand: usize = (tag & 3) == 2 ? 2 : 4

      if (operand > blockEnd - block) {
        return false
      }

      offset = operand == 2 ? <u32>load<u16>(block) : load<u32>(block)
      block += operand
      length++
    }

    if (offset == 0 || <usize>offset > out - begin || <usize>length > outEnd - out) {
      return false
    }

    const from = out - offset

    if (offset >= 16) {
      copy(out, from, length)
    } else {
      for (let i: usize = 0; i < <usize>length; i++) {
        store<u8>(out + i, load<u8>(from + i))
      }
    }

    out += length
  }

  return out == outEnd
}
