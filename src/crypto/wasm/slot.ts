import { DeferredKeccak256 } from '../deferred-keccak.ts'
import { free } from '../free.ts'
import { CHUNK_LENGTH } from './arena.ts'
import { KeyStream } from './key-stream.ts'
import type { Arena } from './arena.ts'
import type { KeyStreamInit } from './key-stream.ts'
import type { FrameSecrets } from '../types.ts'

/** The state of the MAC and its keys. Behind them is the key of a native cipher, or a key stream of the module's own. */
const MAC_LENGTH = 464
const KEY_LENGTH = 32
const KEY_STREAM_LENGTH = 2064

/** A native cipher. Without one the module makes the key stream too. */
export type CreateCipher = KeyStreamInit['createCipher']

/** What one direction of a connection has in the shared memory. */
export class Slot {
  readonly arena: Arena
  readonly address: number
  readonly #length: number
  readonly #keyStream?: KeyStream
  #closed = false

  private constructor (arena: Arena, address: number, length: number, keyStream?: KeyStream) {
    this.arena = arena
    this.address = address
    this.#length = length
    this.#keyStream = keyStream
  }

  /** Nothing where there is no memory left, or where the hash cannot be taken over. */
  static create (arena: Arena, { aes, mac, state }: FrameSecrets, createCipher?: CreateCipher): Slot | undefined {
    const length = MAC_LENGTH + (createCipher == null ? KEY_STREAM_LENGTH : KEY_LENGTH)
    const seed = state instanceof DeferredKeccak256 ? state.seed : undefined
    const address = seed == null ? undefined : arena.allocate(length)

    if (seed == null || address == null) {
      return
    }

    const { bytes, desk, module } = arena
    const key = createCipher == null ? desk + KEY_LENGTH : address + MAC_LENGTH

    bytes.set(mac, desk)
    bytes.set(aes, key)
    module.begin(address, desk)

    if (createCipher == null) {
      module.beginKeyStream(address, key)
    }

    bytes.fill(0, desk, desk + 2 * KEY_LENGTH)

    const slot = new Slot(arena, address, length, createCipher == null ? undefined : new KeyStream({ arena, key, createCipher }))
    slot.absorb(seed)
    module.digest(address)

    return slot
  }

  /** Where so much of the key stream is, less than a window of it; nothing where it can only be had in parts. */
  take (length: number): number | undefined {
    return this.#keyStream == null ? 0 : this.#keyStream.take(length)
  }

  /** Puts bytes into the running hash, however many. */
  absorb (data: Uint8Array): void {
    const { bytes, desk, module } = this.arena

    for (let start = 0; start < data.byteLength; start += CHUNK_LENGTH) {
      const chunk = data.subarray(start, start + CHUNK_LENGTH)
      bytes.set(chunk, desk)
      module.absorb(this.address, desk, chunk.byteLength)
    }
  }

  /** Encrypts whole blocks, however many, and puts the ciphertext into the running hash. */
  encrypt (source: Uint8Array, target: Uint8Array): void {
    for (let start = 0; start < source.byteLength; start += CHUNK_LENGTH) {
      const chunk = target.subarray(start, start + CHUNK_LENGTH)
      this.crypt(source.subarray(start, start + CHUNK_LENGTH), chunk)
      this.absorb(chunk)
    }
  }

  /** Decrypts whole blocks, however many. */
  decrypt (data: Uint8Array): Uint8Array {
    if (this.#keyStream?.ready === 0) {
      return this.#keyStream.update(data)
    }

    const plaintext = new Uint8Array(data.byteLength)
    this.crypt(data, plaintext)

    return plaintext
  }

  /** Encrypts or decrypts whole blocks, however many. */
  crypt (source: Uint8Array, target: Uint8Array): void {
    let start = 0

    while (start < source.byteLength) {
      start += this.#cryptPart(source.subarray(start, start + CHUNK_LENGTH), target, start)
    }
  }

  /** Gives a window back that was not used since the last time. */
  rest (): void {
    this.#keyStream?.rest()
  }

  /** Leaves nothing behind. */
  close (): void {
    if (!this.#closed) {
      this.#closed = true
      this.#keyStream?.close()
      this.arena.free(this.address, this.#length)
    }
  }

  /** As much as is ready of a window, or all of it where there is none; says how much that was. */
  #cryptPart (source: Uint8Array, target: Uint8Array, start: number): number {
    if (this.#keyStream?.ready === 0) {
      const crypted = this.#keyStream.update(source)
      target.set(crypted, start)
      free(crypted)

      return source.byteLength
    }

    const { bytes, desk, module } = this.arena
    const part = source.subarray(0, this.#keyStream?.ready)

    bytes.set(part, desk)
    module.addKeyStream(this.address, desk, part.byteLength, this.take(part.byteLength) ?? 0)
    target.set(bytes.subarray(desk, desk + part.byteLength), start)

    return part.byteLength
  }
}
