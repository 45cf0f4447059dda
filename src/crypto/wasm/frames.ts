import { allocUnsafe } from 'uint8arrays/alloc'
import { DeferredKeccak256 } from '../deferred-keccak.ts'
import { nobleCrypto } from '../noble.ts'
import { sharedArena } from './arena.ts'
import { copy } from './copy.ts'
import { Slot } from './slot.ts'
import type { CreateCipher } from './slot.ts'
import type { Crypto, FrameOpener, FrameSealer, FrameSecrets } from '../types.ts'
import type { Uint8ArrayList } from 'uint8arraylist'

const BLOCK_LENGTH = 16

/** Data from this length on is encrypted in parts, and by a native cipher itself where there is one; below that a window of its key stream is faster. */
export const PARTS_LENGTH = 8 * 1024

/** Gives back the slots of those that were forgotten before they were closed. */
const forgotten = new FinalizationRegistry<Slot>((slot) => { slot.close() })

class WasmFrameSealer implements FrameSealer {
  readonly #slot: Slot

  constructor (slot: Slot) {
    this.#slot = slot
    forgotten.register(this, slot, this)
  }

  seal (header: Uint8Array, data: Uint8Array | Uint8ArrayList): Uint8Array {
    const length = Math.ceil(data.byteLength / BLOCK_LENGTH) * BLOCK_LENGTH
    const keyStream = length < PARTS_LENGTH ? this.#slot.take(BLOCK_LENGTH + length) : undefined

    return keyStream == null ? this.#sealInParts(header, data, length) : this.#sealAtOnce(header, data, length, keyStream)
  }

  close (): void {
    forgotten.unregister(this)
    this.#slot.close()
  }

  #sealAtOnce (header: Uint8Array, data: Uint8Array | Uint8ArrayList, length: number, keyStream: number): Uint8Array {
    const { arena: { bytes, desk, module }, address } = this.#slot
    const begin = desk + 2 * BLOCK_LENGTH

    bytes.set(header, desk)
    put(data, bytes, begin)

    if (length > data.byteLength) {
      bytes.fill(0, begin + data.byteLength, begin + length)
    }

    module.seal(address, desk, length, keyStream)

    return copy(bytes, desk, begin + length + BLOCK_LENGTH)
  }

  #sealInParts (header: Uint8Array, data: Uint8Array | Uint8ArrayList, length: number): Uint8Array {
    const { arena: { bytes, desk, module }, address } = this.#slot
    const frame = allocUnsafe(3 * BLOCK_LENGTH + length)
    const ciphertext = frame.subarray(2 * BLOCK_LENGTH, 2 * BLOCK_LENGTH + length)

    this.#slot.crypt(header, frame)
    bytes.set(frame.subarray(0, BLOCK_LENGTH), desk)
    module.sealHeader(address, desk)
    frame.set(bytes.subarray(desk + BLOCK_LENGTH, desk + 2 * BLOCK_LENGTH), BLOCK_LENGTH)

    this.#slot.encrypt(pad(data, ciphertext), ciphertext)
    module.sealData(address, desk)
    frame.set(bytes.subarray(desk, desk + BLOCK_LENGTH), 2 * BLOCK_LENGTH + length)

    return frame
  }
}

class WasmFrameOpener implements FrameOpener {
  readonly #slot: Slot

  /** The next header is likely to be that of as much data. */
  #inParts = false

  constructor (slot: Slot) {
    this.#slot = slot
    forgotten.register(this, slot, this)
  }

  openHeader (bytes: Uint8Array): Uint8Array | undefined {
    const { arena, address } = this.#slot
    const { desk, module } = arena
    const keyStream = this.#inParts ? undefined : this.#slot.take(BLOCK_LENGTH)

    arena.bytes.set(bytes, desk)

    if (keyStream != null) {
      return module.openHeader(address, desk, keyStream) === 0 ? undefined : arena.header
    }

    if (module.checkHeader(address, desk) === 0) {
      return
    }

    this.#slot.crypt(bytes.subarray(0, BLOCK_LENGTH), arena.header)

    return arena.header
  }

  openData (bytes: Uint8Array, size: number): Uint8Array | undefined {
    const length = bytes.byteLength - BLOCK_LENGTH
    const keyStream = length < PARTS_LENGTH ? this.#slot.take(length) : undefined
    this.#inParts = keyStream == null

    return keyStream == null ? this.#openInParts(bytes, length, size) : this.#openAtOnce(bytes, length, size, keyStream)
  }

  close (): void {
    forgotten.unregister(this)
    this.#slot.close()
  }

  #openAtOnce (bytes: Uint8Array, length: number, size: number, keyStream: number): Uint8Array | undefined {
    const { arena, address } = this.#slot
    const { desk, module } = arena

    arena.bytes.set(bytes, desk)

    return module.openData(address, desk, length, keyStream) === 0 ? undefined : copy(arena.bytes, desk, desk + size)
  }

  #openInParts (bytes: Uint8Array, length: number, size: number): Uint8Array | undefined {
    const { arena, address } = this.#slot
    const { desk, module } = arena
    const ciphertext = bytes.subarray(0, length)

    this.#slot.absorb(ciphertext)
    arena.bytes.set(bytes.subarray(length), desk)

    return module.checkData(address, desk) === 0 ? undefined : this.#slot.decrypt(ciphertext).subarray(0, size)
  }
}

/** Whole blocks: the data itself, or as it is put into these bytes, with zeros behind it. */
function pad (data: Uint8Array | Uint8ArrayList, blocks: Uint8Array): Uint8Array {
  if (data instanceof Uint8Array && data.byteLength === blocks.byteLength) {
    return data
  }

  put(data, blocks, 0)

  return blocks.fill(0, data.byteLength)
}

function put (data: Uint8Array | Uint8ArrayList, target: Uint8Array, offset: number): void {
  if (data instanceof Uint8Array) {
    target.set(data, offset)
    return
  }

  for (const part of data) {
    target.set(part, offset)
    offset += part.byteLength
  }
}

/**
 * Frames by the WebAssembly module, which authenticates them and, where there is no native cipher, encrypts them too.
 * What it makes is `undefined` where there is no such module, or where a hash has begun that cannot be taken over.
 */
export function wasmFrames (createCipher?: CreateCipher): Pick<Required<Crypto>, 'createFrameOpener' | 'createFrameSealer' | 'createKeccak256'> {
  function createSlot (secrets: FrameSecrets): Slot | undefined {
    const arena = sharedArena()

    return arena == null ? undefined : Slot.create(arena, secrets, createCipher)
  }

  return {
    createKeccak256: () => new DeferredKeccak256(nobleCrypto.createKeccak256),
    createFrameOpener: (secrets) => {
      const slot = createSlot(secrets)

      return slot == null ? undefined : new WasmFrameOpener(slot)
    },
    createFrameSealer: (secrets) => {
      const slot = createSlot(secrets)

      return slot == null ? undefined : new WasmFrameSealer(slot)
    }
  }
}
