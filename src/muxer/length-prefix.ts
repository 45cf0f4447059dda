import { LengthPrefixedDecoder } from '@libp2p/utils'
import { encode } from 'it-length-prefixed'
import * as varint from 'uint8-varint'
import { Uint8ArrayList } from 'uint8arraylist'
import { FrameTooLargeError, MAX_SENT_FRAME_SIZE } from '../frame/index.ts'
import { InvalidLengthPrefixError } from './errors.ts'
import type { MessageDecoder, MessageEncoder } from '../p2p/frame-link.ts'

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
  readonly #decoder: LengthPrefixedDecoder
  #appended = new Uint8ArrayList()
  #held = 0

  constructor (maxFrameSize: number) {
    this.maxFrameSize = maxFrameSize
    this.#decoder = new LengthPrefixedDecoder({
      lengthDecoder: (data) => this.#readLength(data),
      maxBufferSize: Infinity,
      maxDataLength: Infinity
    })
  }

  get partial (): boolean {
    return this.#held > 0
  }

  get buffered (): number {
    return this.#held
  }

  append (chunk: Uint8Array | Uint8ArrayList): void {
    this.#appended.append(chunk)
    this.#held += chunk.byteLength
  }

  /**
   * @throws {FrameTooLargeError} for more than `maxFrameSize` bytes, as soon as they are announced
   * @throws {InvalidLengthPrefixError} where a length is none, or not in its shortest form
   */
  read (): Uint8Array | undefined {
    const appended = this.#appended
    this.#appended = new Uint8ArrayList()

    const { value } = this.#decoder.decode(appended).next()

    if (value instanceof Uint8ArrayList) {
      this.#held -= varint.encodingLength(value.byteLength) + value.byteLength

      return value.subarray()
    }
  }

  #readLength (data: Uint8Array | Uint8ArrayList): number {
    const length = readLength(data)

    if (length === 0) {
      throw new InvalidLengthPrefixError('A message without any bytes was announced')
    }

    if (length > this.maxFrameSize) {
      throw new FrameTooLargeError(`A message of ${length} bytes was announced, the most that is read is ${this.maxFrameSize}`)
    }

    return length
  }
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
