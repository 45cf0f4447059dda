import { BINARY } from './binary.ts'
import { instantiate } from './instantiate.ts'
import type { FramesModule } from './module.ts'

const BLOCK_LENGTH = 16
const PAGE = 65_536
const ALIGNMENT = 16

/** Bytes that are worked on at a time, with what goes around them in a frame. */
export const CHUNK_LENGTH = 32 * 1024
const DESK_LENGTH = CHUNK_LENGTH + 64

/** The memory of the one instance that all frames share: a process has room for few instances, but for many slots. */
export class Arena {
  readonly module: FramesModule

  /** All of the memory; another array whenever it has grown. */
  bytes: Uint8Array

  /** Where bytes are worked on, one call at a time. */
  readonly desk: number

  /** The first block there; another array whenever memory has grown. */
  header: Uint8Array
  #end: number

  /** What was given back, by its length. */
  readonly #free = new Map<number, number[]>()

  constructor (module: FramesModule) {
    this.module = module
    this.bytes = new Uint8Array(module.memory.buffer)
    this.desk = align(module.BASE.value)
    this.#end = this.desk + DESK_LENGTH
    this.header = this.bytes.subarray(this.desk, this.desk + BLOCK_LENGTH)
  }

  /** The address of so many zeros; nothing where memory cannot grow any more. */
  allocate (length: number): number | undefined {
    const free = this.#free.get(length)?.pop()

    if (free != null) {
      return free
    }

    const address = this.#end
    const end = align(address + length)

    if (end > this.bytes.byteLength && !this.#grow(end - this.bytes.byteLength)) {
      return
    }

    this.#end = end

    return address
  }

  /** Takes back what was allocated; a WebAssembly memory never shrinks, but all of it is used again. */
  free (address: number, length: number): void {
    this.module.wipe(address, length)
    this.module.wipe(this.desk, DESK_LENGTH)

    const free = this.#free.get(length)

    if (free == null) {
      this.#free.set(length, [address])
    } else {
      free.push(address)
    }
  }

  #grow (length: number): boolean {
    try {
      this.module.memory.grow(Math.ceil(length / PAGE))
    } catch {
      return false
    }

    this.bytes = new Uint8Array(this.module.memory.buffer)
    this.header = this.bytes.subarray(this.desk, this.desk + BLOCK_LENGTH)

    return true
  }
}

let shared: Arena | null | undefined

/** The arena of this process, made when it is first asked for; `null` where there can be none. */
export function sharedArena (): Arena | null {
  if (shared === undefined) {
    const module = instantiate<FramesModule>(BINARY)
    shared = module == null ? null : new Arena(module)
  }

  return shared
}

function align (address: number): number {
  return Math.ceil(address / ALIGNMENT) * ALIGNMENT
}
