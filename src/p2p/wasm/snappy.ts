import { concat } from 'uint8arrays/concat'
import { copy } from '../../crypto/wasm/copy.ts'
import { instantiate } from '../../crypto/wasm/instantiate.ts'
import { BINARY } from './binary.ts'

/** What the module has (assembly/snappy.as): all arguments are addresses in its memory and numbers of bytes. */
interface SnappyModule {
  readonly memory: WebAssembly.Memory

  /** Where free memory begins. */
  readonly BASE: WebAssembly.Global<'i32'>
  compress (data: number, length: number, out: number): number
  uncompress (block: number, blockEnd: number, out: number, outEnd: number): number
}

const PAGE = 65_536
const ALIGNMENT = 16

/** What is copied may run past its end by less. */
const SLACK = 16

/** Bytes that are compressed at a time, which is as far back as a copy can be from. */
const PART_LENGTH = 65_536

/** The most that these, and the length before them, are compressed to. */
const MAX_COMPRESSED_PART = 32 + PART_LENGTH + Math.ceil(PART_LENGTH / 6)

/** Bytes that are compressed before the block so far is taken out of the memory. */
const MAX_COMPRESS_LENGTH = 16 * PART_LENGTH

/** Bytes that a block and its content may have together, as a WebAssembly memory never shrinks: enough for 1 MiB. */
export const MAX_UNCOMPRESS_LENGTH = 2.25 * 1024 * 1024

/**
 * Snappy by WebAssembly, in a memory of its own: whatever a hostile block were to do there, it would find no keys.
 */
export class WasmSnappy {
  readonly #module: SnappyModule
  readonly #input: number
  #bytes: Uint8Array

  constructor (module: SnappyModule) {
    this.#module = module
    this.#input = align(module.BASE.value)
    this.#bytes = new Uint8Array(module.memory.buffer)
  }

  /** A whole block of data of any length, which the next call may write over. */
  compress (data: Uint8Array): Uint8Array {
    const first = this.#compressParts(data.subarray(0, MAX_COMPRESS_LENGTH), data.byteLength)

    if (data.byteLength <= MAX_COMPRESS_LENGTH) {
      return first
    }

    const pieces = [first.slice()]

    for (let start = MAX_COMPRESS_LENGTH; start < data.byteLength; start += MAX_COMPRESS_LENGTH) {
      pieces.push(this.#compressParts(data.subarray(start, start + MAX_COMPRESS_LENGTH)).slice())
    }

    return concat(pieces)
  }

  /** The content of a block behind its header; nothing where that is corrupt, or too long for this. */
  uncompress (block: Uint8Array, headerLength: number, length: number): Uint8Array | undefined {
    if (block.byteLength + length > MAX_UNCOMPRESS_LENGTH) {
      return
    }

    const input = this.#input
    const inputEnd = input + block.byteLength
    const output = align(inputEnd + SLACK)

    this.#reserve(output + length + SLACK)
    this.#bytes.set(block, input)

    const whole = this.#module.uncompress(input + headerLength, inputEnd, output, output + length)

    return whole === 0 ? undefined : copy(this.#bytes, output, output + length)
  }

  /** A piece of a block, the first behind the length of the whole. */
  #compressParts (data: Uint8Array, length?: number): Uint8Array {
    const input = this.#input
    const output = input + PART_LENGTH + SLACK

    this.#reserve(output + Math.ceil(data.byteLength / PART_LENGTH) * MAX_COMPRESSED_PART + SLACK)

    let end = length == null ? output : this.#putLength(output, length)

    for (let start = 0; start < data.byteLength; start += PART_LENGTH) {
      const part = data.subarray(start, start + PART_LENGTH)
      this.#bytes.set(part, input)
      end = this.#module.compress(input, part.byteLength, end)
    }

    return this.#bytes.subarray(output, end)
  }

  #putLength (at: number, length: number): number {
    while (length > 0x7f) {
      this.#bytes[at++] = length | 0x80
      length >>>= 7
    }

    this.#bytes[at++] = length

    return at
  }

  #reserve (end: number): void {
    if (end > this.#bytes.byteLength) {
      this.#module.memory.grow(Math.ceil((end - this.#bytes.byteLength) / PAGE))
      this.#bytes = new Uint8Array(this.#module.memory.buffer)
    }
  }
}

let shared: WasmSnappy | null | undefined

/** That of this process, made when it is first asked for; `null` where there can be none. */
export function sharedSnappy (): WasmSnappy | null {
  if (shared === undefined) {
    const module = instantiate<SnappyModule>(BINARY)
    shared = module == null ? null : new WasmSnappy(module)
  }

  return shared
}

function align (address: number): number {
  return Math.ceil(address / ALIGNMENT) * ALIGNMENT
}
