import { allocUnsafe } from 'uint8arrays/alloc'
import { free } from '../crypto/free.ts'
import type { Uint8ArrayList } from 'uint8arraylist'

const EMPTY = new Uint8Array(0)

/** Smallest buffer that is made to gather chunks in. */
const MIN_CAPACITY = 1024

/** What comes at once from a socket, at the most: the beginning of what follows may come with an end. */
const CHUNK_LENGTH = 64 * 1024

/** Smaller memory that is not zeroed is a part of a pool, which all of it would hold. */
const MIN_UNSAFE = 64 * 1024

/** Chunks that are given away are copied from this length on, so that their memory can be given back at once. */
const MIN_GIVEN_BACK = 16 * 1024

/** Largest buffer that is kept however little of it is needed. */
const MAX_SPARE_CAPACITY = 256 * 1024

/** Largest buffer that is passed on when it has been emptied: enough for a frame of 1 MiB. */
const MAX_PASSED_ON = 1152 * 1024

/**
 * What one of them has emptied, for the next that needs a buffer: memory that was used just now is
 * much faster than new memory. It is one for all, so that idle connections hold nothing.
 */
let spare: Uint8Array = EMPTY

/**
 * Gathers received bytes and hands them out in contiguous pieces. A piece that lies
 * within one chunk is not copied; what is left of a chunk is, so that waiting for more
 * holds no more memory than (twice) the bytes that have come, however small the chunks.
 */
export class ReceiveBuffer {
  /** Unread bytes are `#buffer[#start, #end)`. */
  #buffer: Uint8Array = EMPTY
  #start = 0
  #end = 0

  /** How many bytes there will be, about, once those that are waited for have come. */
  #wanted = Infinity

  /** Whether `#buffer` is ours to write into, not a chunk of somebody else's. */
  #owned = false

  get byteLength (): number {
    return this.#end - this.#start
  }

  /**
   * @param chunk - bytes as they came
   * @param given - whether the chunk, and the memory that it is all of, is nobody else's any more
   */
  append (chunk: Uint8Array | Uint8ArrayList, given = false): void {
    if (chunk instanceof Uint8Array) {
      this.#appendOne(chunk, given)
      return
    }

    for (const part of chunk) {
      this.#appendOne(part, given)
    }
  }

  /**
   * The next `length` bytes, or `undefined` while they are not all in. They are to be used
   * at once: a later `append`, to any of these, may write over them.
   */
  take (length: number): Uint8Array | undefined {
    this.#wanted = this.byteLength < length ? length + CHUNK_LENGTH : Infinity

    if (this.byteLength < length) {
      if (this.byteLength > 0) {
        this.#own(this.byteLength)
      }

      return
    }

    const piece = this.#buffer.subarray(this.#start, this.#start + length)
    this.#start += length

    if (this.byteLength === 0) {
      // an idle connection holds nothing
      this.#passOn()
      this.clear()
    }

    return piece
  }

  /** Lets go of all that is unread. */
  clear (): void {
    this.#buffer = EMPTY
    this.#start = 0
    this.#end = 0
    this.#owned = false
  }

  #appendOne (chunk: Uint8Array, given: boolean): void {
    const givenBack = given && chunk.byteLength >= MIN_GIVEN_BACK

    if (this.byteLength === 0 && !givenBack) {
      this.#buffer = chunk
      this.#start = 0
      this.#end = chunk.byteLength
      this.#owned = false
      return
    }

    this.#own(this.byteLength + chunk.byteLength)
    this.#buffer.set(chunk, this.#end)
    this.#end += chunk.byteLength

    if (givenBack) {
      free(chunk)
    }
  }

  /** Makes room for that many unread bytes in a buffer of our own. */
  #own (length: number): void {
    const capacity = Math.max(MIN_CAPACITY, length > this.#wanted ? length * 2 : Math.min(length * 2, this.#wanted))

    if (this.#owned && this.#fits(length, capacity)) {
      return
    }

    const { byteLength } = this

    // growing by doubling copies each byte but a few times; nothing is allocated for bytes that are only announced
    const buffer = takeSpare(capacity) ?? (capacity < MIN_UNSAFE ? new Uint8Array(capacity) : allocUnsafe(capacity))
    buffer.set(this.#buffer.subarray(this.#start, this.#end))

    if (this.#buffer.byteLength > spare.byteLength) {
      this.#passOn()
    }

    if (this.#owned && this.#buffer !== spare) {
      free(this.#buffer)
    }

    this.#buffer = buffer
    this.#start = 0
    this.#end = byteLength
    this.#owned = true
  }

  #passOn (): void {
    if (this.#owned && this.#buffer.byteLength >= MIN_UNSAFE && this.#buffer.byteLength <= MAX_PASSED_ON) {
      spare = this.#buffer
    }
  }

  /** Whether there is room, be it that what was read makes some. */
  #fits (length: number, capacity: number): boolean {
    // what a large frame needed is not kept for the few bytes that came behind it
    if (length > this.#buffer.byteLength || this.#buffer.byteLength > Math.max(MAX_SPARE_CAPACITY, capacity * 2)) {
      return false
    }

    if (this.#start + length <= this.#buffer.byteLength) {
      return true
    }

    // no more is moved than was read
    if (this.#start < this.byteLength) {
      return false
    }

    this.#buffer.copyWithin(0, this.#start, this.#end)
    this.#end = this.byteLength
    this.#start = 0

    return true
  }
}

/** The spare, where it is large enough and not far larger. */
function takeSpare (capacity: number): Uint8Array | undefined {
  if (spare.byteLength < capacity || spare.byteLength > capacity * 2) {
    return
  }

  const taken = spare
  spare = EMPTY

  return taken
}
