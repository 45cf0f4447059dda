import type { Arena } from './arena.ts'
import type { Aes256Ctr } from '../types.ts'

const BLOCK_LENGTH = 16
const KEY_LENGTH = 32

/** Bytes of key stream that are made at a time, and as many zeros to make them of. */
export const WINDOW_LENGTH = 16 * 1024
const ZEROS = new Uint8Array(WINDOW_LENGTH)

/** Windows that there are at the most, as a WebAssembly memory never shrinks: for 4 MiB. */
export const MAX_WINDOWS = 256

/** A window that was not used from one look to the next is given back. */
export const SWEEP_INTERVAL = 1000

/** Those that have a window. */
const attached = new Set<KeyStream>()
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

    if (this.#end - this.#next < length && !this.#fill()) {
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

    if (this.#window !== 0) {
      attached.delete(this)
      this.#arena.free(this.#window, WINDOW_LENGTH)
    }

    this.#window = 0
    this.#next = 0
    this.#end = 0
  }

  #native (): Aes256Ctr {
    if (this.#cipher == null) {
      const key = this.#arena.bytes.slice(this.#key, this.#key + KEY_LENGTH)
      this.#cipher = this.#createCipher(key, this.#position / BLOCK_LENGTH)
      key.fill(0)
    }

    return this.#cipher
  }

  /** Moves what is unused to the front of the window and makes the rest of it. */
  #fill (): boolean {
    if (this.#window === 0 && !this.#attach()) {
      return false
    }

    const { ready } = this
    const more = this.update(ready === 0 ? ZEROS : ZEROS.subarray(ready))
    const { bytes } = this.#arena

    bytes.copyWithin(this.#window, this.#next, this.#end)
    bytes.set(more, this.#window + ready)
    more.fill(0)
    this.#next = this.#window
    this.#end = this.#window + WINDOW_LENGTH

    return true
  }

  #attach (): boolean {
    const window = attached.size < MAX_WINDOWS ? this.#arena.allocate(WINDOW_LENGTH) : undefined

    if (window == null) {
      return false
    }

    this.#window = window
    this.#next = this.#window
    this.#end = this.#window
    attached.add(this)
    schedule()

    return true
  }
}
