import { compress as compressBlock } from 'snappyjs'
import { sharedSnappy } from './wasm/snappy.ts'

/** The most bytes that a message may have before compression: as many as 24 bits can count (EIP-706). */
export const MAX_UNCOMPRESSED = 16_777_215

/** A longer varint is refused even where its value is small, as golang/snappy does. */
const MAX_HEADER_LENGTH = 5

/** The most that a block can expand: the 3 bytes of a copy stand for up to 64. */
const LARGEST_COPY = { encoded: 3, decoded: 64 }

/** Literals from this length on are copied faster by the engine than by a loop. */
const NATIVE_COPY_LENGTH = 32

/** Literals from this length on are as few as not to be felt. */
const LONG_LITERAL_LENGTH = 1024

/** The two low bits of a tag: a literal, or a copy whose offset takes 1 (and 3 bits of the tag), 2 or 4 bytes. */
const LITERAL = 0
const COPY_1 = 1
const OFFSET_LENGTHS = [0, 1, 2, 4]

/** The bytes are not one whole snappy block. */
export class InvalidSnappyError extends Error {
  static name = 'InvalidSnappyError'

  constructor (reason = 'not one whole block') {
    super(`The snappy block is corrupt: ${reason}`)
    this.name = 'InvalidSnappyError'
  }
}

/** A message is, or claims to be, longer before compression than is allowed. */
export class SnappyTooLongError extends Error {
  static name = 'SnappyTooLongError'

  constructor (length: number, maxLength: number) {
    super(`The message has ${length} bytes before compression, where at most ${maxLength} are allowed`)
    this.name = 'SnappyTooLongError'
  }
}

/**
 * Compresses a message to one snappy block, in the raw format without framing (EIP-706).
 *
 * @param data - at most `MAX_UNCOMPRESSED` bytes
 * @param wasm - what does so faster, or `null`
 * @returns a block that is to be used at once, since the next call may write over it; of random data it is a little longer than `data`
 * @throws {SnappyTooLongError}
 */
export function compress (data: Uint8Array, wasm = sharedSnappy()): Uint8Array {
  if (data.length > MAX_UNCOMPRESSED) {
    throw new SnappyTooLongError(data.length, MAX_UNCOMPRESSED)
  }

  if (wasm != null) {
    return wasm.compress(data)
  }

  // for a Node.js Buffer snappyjs returns a view of more memory than the block needs
  return compressBlock(new Uint8Array(data.buffer, data.byteOffset, data.length))
}

/**
 * Uncompresses one snappy block, in the raw format without framing (EIP-706). Accepts exactly
 * what golang/snappy accepts; an empty block is corrupt.
 *
 * @param block - the whole block and nothing after it, whose memory is given away: the bytes may be a view of it
 * @param maxLength - the most bytes that it may uncompress to
 * @param wasm - what does so faster, or `null`
 * @throws {SnappyTooLongError} before anything is allocated
 * @throws {InvalidSnappyError}
 */
export function uncompress (block: Uint8Array, maxLength: number = MAX_UNCOMPRESSED, wasm = sharedSnappy()): Uint8Array {
  const { length, headerLength } = readAllowedHeader(block, maxLength)

  if (length * LARGEST_COPY.encoded > (block.length - headerLength) * LARGEST_COPY.decoded) {
    throw new InvalidSnappyError('too short for the length it claims')
  }

  return joinLiterals(block, headerLength, length) ?? wasm?.uncompress(block, headerLength, length) ?? decode(block, headerLength, length)
}

/**
 * What a block says that it uncompresses to, in bytes. Only `uncompress` can tell whether that is true.
 *
 * @throws {SnappyTooLongError}
 * @throws {InvalidSnappyError}
 */
export function uncompressedLength (block: Uint8Array): number {
  return readAllowedHeader(block, MAX_UNCOMPRESSED).length
}

/** Where a literal is in a block. */
interface Literal {
  start: number
  end: number
}

/** What could not be compressed is one long literal after the other, which only have to close ranks: nothing where that is not so. */
function joinLiterals (block: Uint8Array, position: number, length: number): Uint8Array | undefined {
  const literals = length > block.length - position ? undefined : findLiterals(block, position, length)

  if (literals == null) {
    return
  }

  const [{ start: begin }] = literals
  let written = begin

  for (const { start, end } of literals) {
    block.copyWithin(written, start, end)
    written += end - start
  }

  // not a Buffer where the block is one
  return new Uint8Array(block.buffer, block.byteOffset + begin, length)
}

/** All the elements of a block, where they are literals of so many bytes together, and not many of them. */
function findLiterals (block: Uint8Array, position: number, length: number): Literal[] | undefined {
  const literals: Literal[] = []
  let left = length

  while (left > 0 && position < block.length) {
    const tag = block[position]
    const operandLength = literalOperandLength(tag)
    const start = position + 1 + operandLength

    if ((tag & 3) !== LITERAL || start > block.length) {
      return
    }

    const found = literalLength(tag, readUint(block, position + 1, operandLength))
    position = start + found

    if (position > block.length || found > left || (found < LONG_LITERAL_LENGTH && found < length)) {
      return
    }

    literals.push({ start, end: position })
    left -= found
  }

  return left === 0 && length > 0 && position === block.length ? literals : undefined
}

/** Takes what is too long for WebAssembly, and says what is wrong with a corrupt block. */
function decode (block: Uint8Array, headerLength: number, length: number): Uint8Array {
  const data = new Uint8Array(length)
  decodeElements(block, headerLength, data)

  return data
}

function readAllowedHeader (block: Uint8Array, maxLength: number): { length: number, headerLength: number } {
  const header = readHeader(block)

  if (header.length > maxLength) {
    throw new SnappyTooLongError(header.length, maxLength)
  }

  return header
}

/** Reads the uncompressed length, a varint that need not be the shortest for its value. */
function readHeader (block: Uint8Array): { length: number, headerLength: number } {
  let length = 0

  for (let i = 0; i < Math.min(block.length, MAX_HEADER_LENGTH); i++) {
    length += (block[i] & 0x7f) * 2 ** (7 * i)

    if (block[i] < 0x80 && length <= 0xff_ff_ff_ff) {
      return { length, headerLength: i + 1 }
    }
  }

  throw new InvalidSnappyError('does not begin with a length of 32 bits')
}

/** Decodes the elements from `position` to the end of the block; they must fill `data` exactly. */
function decodeElements (block: Uint8Array, position: number, data: Uint8Array): void {
  let written = 0

  while (position < block.length) {
    const tag = block[position++]
    const type = tag & 3
    const operandLength = type === LITERAL ? literalOperandLength(tag) : OFFSET_LENGTHS[type]

    if (operandLength > block.length - position) {
      throw new InvalidSnappyError('an element is cut short')
    }

    const operand = readUint(block, position, operandLength)
    position += operandLength

    if (type === LITERAL) {
      const length = literalLength(tag, operand)
      copyLiteral(block, position, data, written, length)
      position += length
      written += length
    } else {
      const length = type === COPY_1 ? 4 + (tag >>> 2 & 7) : 1 + (tag >>> 2)
      const offset = type === COPY_1 ? (tag >>> 5) << 8 | operand : operand
      copyBack(data, written, offset, length)
      written += length
    }
  }

  if (written !== data.length) {
    throw new InvalidSnappyError('ends before the length it claims')
  }
}

/** A short literal has its length in the tag, and no operand. */
function literalOperandLength (tag: number): number {
  return Math.max(0, (tag >>> 2) - 59)
}

function literalLength (tag: number, operand: number): number {
  return 1 + (literalOperandLength(tag) === 0 ? tag >>> 2 : operand)
}

/** Reads an unsigned little-endian integer of 0 to 4 bytes. */
function readUint (bytes: Uint8Array, position: number, length: number): number {
  let value = 0

  for (let i = 0; i < length; i++) {
    value |= bytes[position + i] << (8 * i)
  }

  return value >>> 0
}

/** Takes over `length` bytes that stand in the block as they are. */
function copyLiteral (block: Uint8Array, position: number, data: Uint8Array, written: number, length: number): void {
  if (length > block.length - position) {
    throw new InvalidSnappyError('a literal is cut short')
  }

  if (length > data.length - written) {
    throw new InvalidSnappyError('a literal runs past the length it claims')
  }

  if (length >= NATIVE_COPY_LENGTH) {
    data.set(block.subarray(position, position + length), written)
    return
  }

  for (let i = 0; i < length; i++) {
    data[written + i] = block[position + i]
  }
}

/** Repeats `length` bytes from `offset` bytes back; beyond `offset` bytes the copy repeats itself. */
function copyBack (data: Uint8Array, written: number, offset: number, length: number): void {
  if (offset === 0 || offset > written) {
    throw new InvalidSnappyError('a copy is not from what precedes it')
  }

  if (length > data.length - written) {
    throw new InvalidSnappyError('a copy runs past the length it claims')
  }

  for (let i = written; i < written + length; i++) {
    data[i] = data[i - offset]
  }
}
