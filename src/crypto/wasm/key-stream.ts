import type { Arena } from './arena.ts'
import type { Aes256Ctr } from '../types.ts'

const BLOCK_LENGTH = 16
const KEY_LENGTH = 32

/** Bytes of key stream that are made at a time, and as many zeros to make them of. */
export const WINDOW_LENGTH = 16 * 1024
const ZEROS = new Uint8Array(WINDOW_LENGTH)

/** Those of a first window, which may be all that is ever used: a Hello, or a message now and then. */
export const FIRST_WINDOW_LENGTH = 1024

/** Windows that there are at the most, as a WebAssembly memory never shrinks: 2 MiB of either kind. */
export const MAX_WINDOWS = 128
export const MAX_FIRST_WINDOWS = 2048

/** A window that was not used from one look to the next is given back. */
export const SWEEP_INTERVAL = 1000

/** Those that have a window. */
const attached = new Set<KeyStream>()

/** How many windows of a length there may still be. */
const left = new Map([[FIRST_WINDOW_LENGTH, MAX_FIRST_WINDOWS], [WINDOW_LENGTH, MAX_WINDOWS]])
let timer: ReturnType<typeof setTimeout> | undefined

function sweep (): void {
  timer = undefined

  for (const stream of attached) {
    stream.rest()
  }

  schedule()
}

function schedule (): void {
  if (timer == null && attached.size > 0) {
    timer = setTimeout(sweep, SWEEP_INTERVAL)

    // nothing is kept alive for it; in some places timers are mere numbers
    ;(timer as { unref? (): void }).unref?.()
  }
}

export interface KeyStreamInit {
  arena: Arena

  /** Where in memory the 32 bytes of the key are. */
  key: number

  /** A cipher that begins at a block of the stream. */
  createCipher (key: Uint8Array, block: number): Aes256Ctr
}

/**
 * The key stream of one direction by a native cipher: for small frames from a window of it in memory, made in advance,
 * since each call of the cipher costs about as much as 2 KiB, and for large ones by the cipher itself. There is one
 * position, which both move on.
 */
export class KeyStream {
  readonly #arena: Arena
  readonly #key: number
  readonly #createCipher: KeyStreamInit['createCipher']

  /** Made when it is first needed, and anew after a rest. It stands where the window ends. */
  #cipher?: Aes256Ctr

  /** Bytes up to where the cipher stands. */
  #position = 0

  /** The window, and what of it is unused; 0 where there is none. */
  #window = 0
  #length = 0
  #next = 0
  #end = 0
  #resting = false

  constructor ({ arena, key, createCipher }: KeyStreamInit) {
    this.#arena = arena
    this.#key = key
    this.#createCipher = createCipher
  }

  /** Bytes of the window that have to be used before the cipher is. */
  get ready (): number {
    return this.#end - this.#next
  }

  /** The address of so many bytes of key stream, at most a window; nothing where no window is to be had. */
  take (length: number): number | undefined {
    this.#resting = false

    if (this.ready < length && !this.#fill(length)) {
      return
    }

    const address = this.#next
    this.#next += length

    return address
  }

  /** Encrypts or decrypts whole blocks, once no bytes are ready. */
  update (data: Uint8Array): Uint8Array {
    const result = this.#native().update(data)
    this.#position += data.byteLength

    return result
  }

  /** Gives the window back, unless it was used since the last time. */
  rest (): void {
    if (this.#resting) {
      this.close()
    }

    this.#resting = true
  }

  /** Leaves nothing behind but the position. */
  close (): void {
    this.#position -= this.ready
    this.#cipher = undefined
    this.#detach()
    this.#length = 0
    this.#window = 0
    this.#next = 0
    this.#end = 0
    attached.delete(this)
  }

  #native (): Aes256Ctr {
    if (this.#cipher == null) {
      const key = this.#arena.bytes.slice(this.#key, this.#key + KEY_LENGTH)
      this.#cipher = this.#createCipher(key, this.#position / BLOCK_LENGTH)
      key.fill(0)
    }

    return this.#cipher
  }

  /** Moves what is unused to the front of a window that so many bytes fit into, and makes the rest of it. */
  #fill (length: number): boolean {
    if (this.#length < WINDOW_LENGTH && !this.#attach(length)) {
      return false
    }

    const { ready } = this
    const more = this.update(ZEROS.subarray(ready, this.#length))
    const { bytes } = this.#arena

    bytes.copyWithin(this.#window, this.#next, this.#end)
    bytes.set(more, this.#window + ready)
    more.fill(0)
    this.#next = this.#window
    this.#end = this.#window + this.#length

    return true
  }

  /** Sees to a window that so many bytes fit into: a small one at first, a large one once that is used up, as far as there are any. */
  #attach (length: number): boolean {
    const lengths = this.#length === 0 && length <= FIRST_WINDOW_LENGTH ? [FIRST_WINDOW_LENGTH, WINDOW_LENGTH] : [WINDOW_LENGTH]

    return lengths.some(windowLength => this.#move(windowLength)) || length <= this.#length
  }

  /** Moves what is unused to another window. */
  #move (length: number): boolean {
    const count = left.get(length) ?? 0
    const window = count > 0 ? this.#arena.allocate(length) : undefined

    if (window == null) {
      return false
    }

    const { ready } = this
    left.set(length, count - 1)
    this.#arena.bytes.copyWithin(window, this.#next, this.#end)
    this.#detach()
    this.#window = window
    this.#length = length
    this.#next = window
    this.#end = window + ready
    attached.add(this)
    schedule()

    return true
  }

  #detach (): void {
    if (this.#length > 0) {
      left.set(this.#length, (left.get(this.#length) ?? 0) + 1)
      this.#arena.free(this.#window, this.#length)
    }
  }
}
