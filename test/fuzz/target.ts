import { equals } from 'uint8arrays/equals'
import { chunksOf } from '../fixtures/chunks.ts'
import { seededRandom } from '../fixtures/seeded-random.ts'

/** A decoder, as the fuzzer drives it. */
export interface Target {
  name: string

  /** What inputs are made from: good ones, mostly. */
  corpus: Uint8Array[]

  /**
   * Throws where the decoder does not do what it must, and else says what it made of the input:
   * inputs are kept to be mutated further that lead to what no other did.
   */
  check (input: Uint8Array): string
}

/** The decoder did something that it must not. */
export class PropertyError extends Error {
  static name = 'PropertyError'

  constructor (message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'PropertyError'
  }
}

export function assert (holds: boolean, what: string): asserts holds {
  if (!holds) {
    throw new PropertyError(what)
  }
}

export function assertEqual (actual: Uint8Array, expected: Uint8Array, what: string): void {
  assert(equals(actual, expected), what)
}

/** What a decoder gave, or its error, which must be one of these by name. */
export type Outcome <T> = { value: T, error?: undefined } | { value?: undefined, error: Error }

export function attempt <T> (allowed: string[], decode: () => T): Outcome<T> {
  try {
    return { value: decode() }
  } catch (error: any) {
    assertTyped(allowed, error)

    return { error }
  }
}

export function assertTyped (allowed: string[], error: Error): void {
  if (!(error instanceof Error) || !allowed.includes(error.name)) {
    throw new PropertyError(`${error?.name} is none of the errors that are allowed`, { cause: error })
  }
}

/** An outcome in words; numbers, which make too many kinds of the same, are left out. */
export function inWords (outcome: Outcome<unknown>, value: string = 'ok'): string {
  return outcome.error == null ? value : `${outcome.error.name}: ${outcome.error.message.replace(/\d+/g, 'n')}`
}

/** Ways to cut the input: whole, and for some inputs, always the same ones, in a few pieces or byte by byte. */
export function cuts (input: Uint8Array): Uint8Array[][] {
  const random = seededRandom(input.reduce((sum, byte) => sum * 31 + byte | 0, input.byteLength))

  switch (random.integer(4)) {
    case 0: return [[input], [...chunksOf(input, () => 1 + random.integer(1 + input.byteLength / 3 | 0))]]
    case 1: return [[input], [...chunksOf(input.subarray(0, MAX_BYTE_BY_BYTE), () => 1), input.subarray(MAX_BYTE_BY_BYTE)]]
    default: return [[input]]
  }
}

const MAX_BYTE_BY_BYTE = 256

/** Runs a decoder on each way to cut the input, all of which must come to the same. */
export function sameForAllCuts <T> (input: Uint8Array, decode: (chunks: Uint8Array[]) => T, same: (a: T, b: T) => boolean): T {
  const [whole, ...others] = cuts(input).map(decode)
  assert(others.every(other => same(whole, other)), 'It depends on how the input is cut')

  return whole
}

export function sameErrors (a?: Error, b?: Error): boolean {
  return a?.name === b?.name && a?.message === b?.message
}

export function sameBytes (a: Uint8Array[], b: Uint8Array[]): boolean {
  return a.length === b.length && a.every((bytes, i) => equals(bytes, b[i]))
}
