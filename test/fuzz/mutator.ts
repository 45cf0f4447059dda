import { decode, encode } from 'rlp'
import { concat } from 'uint8arrays/concat'
import type { SeededRandom } from '../fixtures/seeded-random.ts'
import type { NestedUint8Array } from 'rlp'

/**
 * What makes inputs: small changes to good ones, of their bytes, or of their RLP so that what
 * is around the change stays well-formed. It is our own, since what fast-check is good at, to
 * make values of a shape, reaches little here that recorded bytes with a fault in them do not.
 */
export class Mutator {
  readonly #random: SeededRandom
  readonly #corpus: Uint8Array[]

  constructor (random: SeededRandom, corpus: Uint8Array[]) {
    this.#random = random
    this.#corpus = corpus
  }

  next (): Uint8Array {
    let input = this.#pick(this.#corpus)

    // mostly one change, since a decoder stops at the first that it does not like
    for (let changes = 1 + trailingZeros(this.#random.integer(64)); changes > 0; changes--) {
      input = this.#mutate(input)
    }

    return input.byteLength > MAX_LENGTH ? input.subarray(0, MAX_LENGTH) : input
  }

  #mutate (input: Uint8Array): Uint8Array {
    return this.#random.integer(3) === 0 ? this.#mutateRlp(input) : this.#mutateBytes(input)
  }

  #mutateBytes (input: Uint8Array): Uint8Array {
    const { integer, bytes } = this.#random
    const start = integer(input.byteLength + 1)
    const length = Math.min(1 + integer(1 << integer(8)), input.byteLength - start)
    const before = input.subarray(0, start)
    const piece = input.subarray(start, start + length)
    const after = input.subarray(start + length)

    switch (integer(9)) {
      case 0: return concat([before, piece.map((byte, i) => i === 0 ? byte ^ 1 << integer(8) : byte), after])
      case 1: return concat([before, piece.map((byte, i) => i === 0 ? this.#pick(BYTES) : byte), after])
      case 2: return concat([before, piece.map((byte, i) => i === 0 ? byte + (integer(2) === 0 ? 1 : 255) : byte), after])
      case 3: return concat([before, bytes(length), after])
      case 4: return concat([before, after])
      case 5: return before
      case 6: return concat([before, piece, piece, after])
      case 7: return concat([before, this.#pick(INTEGERS), integer(2) === 0 ? piece : EMPTY, after])
      default: return this.#splice(before, after)
    }
  }

  /** With a piece of some other input in the middle. */
  #splice (before: Uint8Array, after: Uint8Array): Uint8Array {
    const other = this.#pick(this.#corpus)
    const start = this.#random.integer(other.byteLength + 1)

    return concat([before, other.subarray(start, start + this.#random.integer(64)), after])
  }

  #mutateRlp (input: Uint8Array): Uint8Array {
    const start = this.#random.integer(4) === 0 ? this.#random.integer(Math.min(input.byteLength, 3) + 1) : 0

    try {
      const { data, remainder } = decode(input.subarray(start), true)

      return concat([input.subarray(0, start), encode(this.#mutateItem(data)), remainder])
    } catch {
      return this.#mutateBytes(input)
    }
  }

  #mutateItem (item: Uint8Array | NestedUint8Array): Uint8Array | NestedUint8Array {
    if (item instanceof Uint8Array) {
      return this.#random.integer(8) === 0 ? [item] : this.#mutateBytes(item)
    }

    const { integer } = this.#random
    const index = integer(item.length + 1)

    switch (integer(8)) {
      case 0: return item.toSpliced(index, 1)
      case 1: return item.toSpliced(index, 0, item[integer(item.length)] ?? EMPTY)
      case 2: return item.toSpliced(index, 1, this.#pick(INTEGERS))
      case 3: return item.toSpliced(index, 1, nested(1 << integer(1 + integer(11))))
      case 4: return Array.from({ length: 1 << integer(1 + integer(9)) }, () => item[index] ?? EMPTY)
      default: return index === item.length ? [...item, EMPTY] : item.with(index, this.#mutateItem(item[index]))
    }
  }

  #pick <T> (values: T[]): T {
    return values[this.#random.integer(values.length)]
  }
}

/** The longest input. */
export const MAX_LENGTH = 131_072

const EMPTY = new Uint8Array()

/** Where RLP, varints, snappy and text have their edges. */
const BYTES = [0x00, 0x01, 0x04, 0x0a, 0x1f, 0x20, 0x2f, 0x3a, 0x40, 0x7f, 0x80, 0x81, 0xb7, 0xb8, 0xbf, 0xc0, 0xc1, 0xf7, 0xf8, 0xfa, 0xfb, 0xfe, 0xff]

const INTEGERS = [
  [0], [1], [0x7f], [0x80], [0xff], [0, 0], [1, 0], [0xff, 0xff], [0x08, 0x00], [0xff, 0xff, 0xff], [0, 0, 1],
  [0xff, 0xff, 0xff, 0x7f], [0xff, 0xff, 0xff, 0xff], [0x80, 0x80, 0x80, 0x08], [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0xbb, 0xff, 0xff, 0xff, 0xff], [0xfb, 0xff, 0xff, 0xff, 0xff], [0xbf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [0x80, 0, 0, 0, 0, 0, 0, 0], new Array(32).fill(0xff), new Array(33).fill(1)
].map(bytes => Uint8Array.from(bytes))

function trailingZeros (value: number): number {
  return value === 0 ? 6 : 31 - Math.clz32(value & -value)
}

function nested (depth: number): NestedUint8Array {
  let list: NestedUint8Array = []

  for (let i = 0; i < depth; i++) {
    list = [list]
  }

  return list
}
