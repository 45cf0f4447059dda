import { LengthPrefixedDecoder } from '@libp2p/utils'
import { encode } from 'it-length-prefixed'
import { MAX_FRAME_SIZE } from '../frame/index.ts'
import { decodeMessage, encodeMessage } from '../p2p/message.ts'
import { readLength } from './length-prefix.ts'
import type { Message } from '../p2p/message.ts'
import type { Uint8ArrayList } from 'uint8arraylist'

/** The largest message, with its id and its prefix, takes no more than this. */
export const MAX_DATA_LENGTH = MAX_FRAME_SIZE + 16

/** A message as bytes of a stream: unsigned varint, RLP message id, payload. */
export function toBytes ({ id, payload }: Message): Uint8ArrayList {
  return encode.single(encodeMessage(id, payload), { maxDataLength: MAX_DATA_LENGTH })
}

/** Finds messages in bytes, however those are cut. It finds those too that are somewhat too large to be sent. */
export class MessageBytesDecoder {
  readonly #decoder = new LengthPrefixedDecoder({ lengthDecoder: readLength, maxBufferSize: Infinity, maxDataLength: 2 * MAX_DATA_LENGTH })

  /**
   * Those that are complete now, undecoded: also those before what cannot be read.
   *
   * @throws {InvalidLengthPrefixError} where there is no telling where a message ends
   * @throws {InvalidMessageLengthError} where a length is none that a message has
   */
  decode (data: Uint8Array | Uint8ArrayList): Iterable<Uint8Array> {
    return contiguous(this.#decoder.decode(data))
  }
}

function * contiguous (messages: Iterable<Uint8ArrayList>): Generator<Uint8Array> {
  for (const message of messages) {
    yield message.subarray()
  }
}

/** Sends messages, those too that are behind one that cannot be sent, and then throws why that cannot be. */
export function sendEach (messages: Iterable<Uint8Array>, send: (message: Message) => void): void {
  const errors: Error[] = []

  for (const message of messages) {
    try {
      send(decodeMessage(message))
    } catch (err: any) {
      errors.push(err)
    }
  }

  if (errors.length > 0) {
    throw errors[0]
  }
}
