import { encode } from 'rlp'
import { Uint8ArrayList } from 'uint8arraylist'
import { MalformedMessageError } from './errors.ts'
import { uncompress, uncompressedLength } from './snappy.ts'

/** A message: of the whole session, or of one capability, whose ids then begin at 0. */
export interface Message {
  id: number

  /** Usually RLP. */
  payload: Uint8Array
}

/** The bytes that an id may take, behind its prefix. */
const MAX_ID_LENGTH = 4

/** `RLP(id) ‖ payload` */
export function encodeMessage (id: number, payload: Uint8Array): Uint8ArrayList {
  return new Uint8ArrayList(encodeId(id), payload)
}

/** Most ids are their own encoding, for which rlp would go by way of hexadecimal digits. */
function encodeId (id: number): Uint8Array {
  return id > 0 && id < 0x80 ? Uint8Array.of(id) : encode(id)
}

/**
 * Reads the id off a message; id 0 is read as `00` too.
 *
 * @throws {MalformedMessageError}
 */
export function decodeMessage (data: Uint8Array): Message {
  const first = data[0]

  if (first < 0x80) {
    return { id: first, payload: data.subarray(1) }
  }

  const length = first - 0x80
  const end = 1 + length

  if (!(length <= MAX_ID_LENGTH && data.byteLength >= end)) {
    throw new MalformedMessageError('A message has no readable id')
  }

  const id = data.subarray(1, end).reduce((value, byte) => value * 256 + byte, 0)

  // RLP has one form for each integer
  if (data[1] === 0 ? length > 0 : length === 1 && id < 0x80) {
    throw new MalformedMessageError('The id of a message is not a canonical integer')
  }

  return { id, payload: data.subarray(end) }
}

/**
 * The payload of a message that was compressed.
 *
 * @throws {MalformedMessageError}
 */
export function inflate (payload: Uint8Array): Uint8Array {
  return orMalformed(() => uncompress(payload))
}

/**
 * How long the payload of a message is that was compressed, by its own account.
 *
 * @throws {MalformedMessageError}
 */
export function inflatedLength (payload: Uint8Array): number {
  return orMalformed(() => uncompressedLength(payload))
}

function orMalformed <Result> (read: () => Result): Result {
  try {
    return read()
  } catch (err: any) {
    throw new MalformedMessageError(`A message cannot be uncompressed: ${err.message}`)
  }
}
