import { encode } from 'rlp'
import { equals } from 'uint8arrays/equals'
import { messageFrom } from '../test-chain.ts'
import { GET_BLOCK_BODIES, GET_BLOCK_HEADERS } from './answers.ts'
import { joinList, splitList } from './rlp.ts'
import type { CapabilityMessages } from '../../../src/p2p/index.ts'

let requestIds = 0

export interface HeadersQuery {
  /** A hash, or a number. */
  origin: Uint8Array | number
  amount: number

  /** Blocks between two that are asked for. */
  skip?: number
  reverse?: boolean
}

/**
 * Asks a peer for headers, as RLP
 */
export async function requestHeaders (messages: CapabilityMessages, { origin, amount, skip = 0, reverse = false }: HeadersQuery): Promise<Uint8Array[]> {
  return request(messages, GET_BLOCK_HEADERS, encode([origin, amount, skip, reverse ? 1 : 0]))
}

/**
 * Asks a peer for the bodies of blocks, as RLP
 */
export async function requestBodies (messages: CapabilityMessages, hashes: Uint8Array[]): Promise<Uint8Array[]> {
  return request(messages, GET_BLOCK_BODIES, encode(hashes))
}

/** Reads up to the answer, and drops what comes before it. */
async function request (messages: CapabilityMessages, id: number, query: Uint8Array): Promise<Uint8Array[]> {
  const requestId = encode(++requestIds)
  await messages.send({ id, payload: joinList([requestId, query]) })

  const { payload } = await messageFrom(messages, (message) => message.id === id + 1 && equals(splitList(message.payload)[0], requestId))

  return splitList(splitList(payload)[1])
}
