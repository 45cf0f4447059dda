import { encode } from 'it-length-prefixed'
import * as varint from 'uint8-varint'
import { FrameTooLargeError, MAX_SENT_FRAME_SIZE, ReceiveBuffer } from '../frame/index.ts'
import { InvalidLengthPrefixError } from './errors.ts'
import type { MessageDecoder, MessageEncoder } from '../p2p/frame-link.ts'
import type { Uint8ArrayList } from 'uint8arraylist'

/** Bytes of a length prefix: four hold 2^28 - 1. */
const MAX_PREFIX_LENGTH = 4

/** Messages behind their lengths, as unsigned varints: the frames of devp2p where something else encrypts. */
export class LengthPrefixEncoder implements MessageEncoder {
  /** @throws {FrameTooLargeError} for more than 16,777,200 bytes */
  encode (message: Uint8ArrayList): Uint8Array {
    if (message.byteLength > MAX_SENT_FRAME_SIZE) {
      throw new FrameTooLargeError(`A message of ${message.byteLength} bytes cannot be sent, the most is ${MAX_SENT_FRAME_SIZE}`)
    }

    return encode.single(message, { maxDataLength: MAX_SENT_FRAME_SIZE }).subarray()
  }
}

export class LengthPrefixDecoder implements MessageDecoder {
  maxFrameSize: number
  readonly #received = new ReceiveBuffer()

  /** Of the message whose length has begun, or been read. */
  #prefix: number[] = []
  #length?: number

  constructor (maxFrameSize: number) {
    this.maxFrameSize = maxFrameSize
  }

  get partial (): boolean {
    return this.buffered > 0
  }

  get buffered (): number {
    return this.#prefix.length + this.#received.byteLength
  }

  append (chunk: Uint8Array | Uint8ArrayList): void {
    this.#received.append(chunk)
  }

  /**
   * @throws {FrameTooLargeError} for more than `maxFrameSize` bytes, as soon as they are announced
   * @throws {InvalidLengthPrefixError} where a length is none, or not in its shortest form
   */
  read (): Uint8Array | undefined {
    this.#length ??= this.#readLength()
    const message = this.#length == null ? undefined : this.#received.take(this.#length)

    if (message == null) {
      return
    }

    this.#prefix = []
    this.#length = undefined

    // a later chunk may be written over what was taken
    return Uint8Array.from(message)
  }

  /** Lets go of what is unread. */
  close (): void {
    this.#prefix = []
    this.#length = undefined
    this.#received.clear()
  }

  #readLength (): number | undefined {
    while (!isWhole(this.#prefix)) {
      const byte = this.#received.take(1)

      if (byte == null) {
        return
      }

      this.#prefix.push(byte[0])
    }

    const length = readLength(Uint8Array.from(this.#prefix))

    if (length === 0) {
      throw new InvalidLengthPrefixError('A message without any bytes was announced')
    }

    if (length > this.maxFrameSize) {
      throw new FrameTooLargeError(`A message of ${length} bytes was announced, the most that is read is ${this.maxFrameSize}`)
    }

    return length
  }
}

/** Whether a length has no more bytes, be it good or not. */
function isWhole (prefix: number[]): boolean {
  return prefix.length === MAX_PREFIX_LENGTH || (prefix.at(-1) ?? 0x80) < 0x80
}

/**
 * The length that data begins with.
 *
 * @throws {InvalidLengthPrefixError} where it is none, or not in its shortest form
 * @throws {RangeError} where there is more of it to come
 */
export function readLength (data: Uint8Array | Uint8ArrayList): number {
  const prefix = data.subarray(0, Math.min(MAX_PREFIX_LENGTH, data.byteLength))
  const last = prefix.findIndex(byte => byte < 0x80)

  if ((last === -1 && prefix.byteLength === MAX_PREFIX_LENGTH) || (last > 0 && prefix[last] === 0)) {
    throw new InvalidLengthPrefixError()
  }

  return varint.decode(prefix)
}
