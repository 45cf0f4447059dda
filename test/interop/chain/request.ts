import { encode } from 'rlp'
import { equals } from 'uint8arrays/equals'
import { messageFrom } from '../test-chain.ts'
import { GET_BLOCK_BODIES, GET_BLOCK_HEADERS, GET_RECEIPTS } from './answers.ts'
import { joinList, splitList } from './rlp.ts'
import type { CapabilityMessages } from '../../../src/p2p/index.ts'

/** As RLP. */
const TRUE = 0x01

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
  const [headers] = await request(messages, GET_BLOCK_HEADERS, [encode([origin, amount, skip, reverse ? 1 : 0])])

  return splitList(headers)
}

/**
 * Asks a peer for the bodies of blocks, as RLP
 */
export async function requestBodies (messages: CapabilityMessages, hashes: Uint8Array[]): Promise<Uint8Array[]> {
  const [bodies] = await request(messages, GET_BLOCK_BODIES, [encode(hashes)])

  return splitList(bodies)
}

export interface ReceiptsAnswer {
  /** A list for each block, from the first on, as many as there was room for. */
  lists: Uint8Array[][]

  /** Whether there are more receipts of the last of them. */
  incomplete: boolean
}

/**
 * Asks a peer for the receipts of blocks, as RLP, without some of the first block's; from eth/70 on
 */
export async function requestReceipts (messages: CapabilityMessages, skip: number, hashes: Uint8Array[]): Promise<ReceiptsAnswer> {
  const [incomplete, lists] = await request(messages, GET_RECEIPTS, [encode(skip), encode(hashes)])

  return { lists: splitList(lists).map(splitList), incomplete: incomplete[0] === TRUE }
}

/** Reads up to the answer, and drops what comes before it. Both are the items behind the request id. */
async function request (messages: CapabilityMessages, id: number, query: Uint8Array[]): Promise<Uint8Array[]> {
  const requestId = encode(++requestIds)
  await messages.send({ id, payload: joinList([requestId, ...query]) })

  const { payload } = await messageFrom(messages, (message) => message.id === id + 1 && equals(splitList(message.payload)[0], requestId))

  return splitList(payload).slice(1)
}
