import { bytesToHex } from '@noble/hashes/utils.js'
import { decode, encode } from 'rlp'
import { ETH_70, exchangeStatus } from '../../../src/eth/index.ts'
import { dialEnode } from '../peer.ts'
import { MAX_ANSWER_BYTES } from './answers.ts'
import { joinList, splitList } from './rlp.ts'
import type { Answers } from './answers.ts'
import type { Chain } from './chain.ts'
import type { CapabilityMessages } from '../../../src/p2p/index.ts'

const GET_RECEIPTS = 0x0f
const RECEIPTS = 0x10

/** The first version of eth that asks for receipts from one within a block on. */
const FIRST_PARTIAL_VERSION = 70

/** RLP: of a request id, of what is no number, of false and of true. */
const REQUEST_ID = Uint8Array.of(1)
const FALSE = Uint8Array.of(0x80)
const TRUE = Uint8Array.of(1)

/**
 * The receipts of blocks, each as RLP, as they are from eth/69 on, by the blocks' hashes in hex
 */
export type Receipts = Map<string, Uint8Array[]>

/**
 * Reads the receipts of a whole chain from a node that has it, over a session without libp2p
 */
export async function readReceipts (enode: string, chain: Chain): Promise<Receipts> {
  const peer = await dialEnode(enode, { capabilities: [ETH_70] })
  const messages = peer.capability('eth')
  await exchangeStatus(messages, 'mirror')

  const hashes = Array.from({ length: chain.head.number + 1 }, (_, number) => chain.find(BigInt(number))?.hash ?? new Uint8Array())
  const blocks = hashes.map((): Uint8Array[] => [])

  for (let number = 0; number < hashes.length;) {
    const { incomplete, lists } = await request(messages, blocks[number].length, hashes.slice(number))
    lists.forEach((list, i) => { blocks[number + i].push(...list) })
    number += lists.length - (incomplete ? 1 : 0)
  }

  await peer.disconnect()

  return new Map(hashes.map((hash, number) => [bytesToHex(hash), blocks[number]]))
}

async function request (messages: CapabilityMessages, first: number, hashes: Uint8Array[]): Promise<{ incomplete: boolean, lists: Uint8Array[][] }> {
  await messages.send({ id: GET_RECEIPTS, payload: joinList([REQUEST_ID, encode(first), encode(hashes)]) })

  for (let next = await messages.source.next(); next.done !== true; next = await messages.source.next()) {
    if (next.value.id === RECEIPTS) {
      const [, incomplete, lists] = splitList(next.value.payload)

      return { incomplete: incomplete[0] === TRUE[0], lists: splitList(lists).map(splitList) }
    }
  }

  throw new Error('The messages ended before the receipts')
}

/**
 * Answers GetReceipts, from eth/70 on from the receipt of the first block on that is asked for, and up to what an answer
 * holds
 */
export function receiptsAnswers (receipts: Receipts, version: number): Answers {
  const find = (hash: Uint8Array): Uint8Array[] => receipts.get(bytesToHex(hash)) ?? []

  if (version < FIRST_PARTIAL_VERSION) {
    return { [GET_RECEIPTS]: ([hashes]) => [joinList((decode(hashes) as Uint8Array[]).map(hash => joinList(find(hash))))] }
  }

  return {
    [GET_RECEIPTS]: ([first, hashes]) => {
      const [firstHash, ...others] = decode(hashes) as Uint8Array[]
      const { lists, incomplete } = fill([find(firstHash).slice(Number(`0x0${bytesToHex(decode(first) as Uint8Array)}`)), ...others.map(find)])

      return [incomplete ? TRUE : FALSE, joinList(lists.map(joinList))]
    }
  }
}

/** The first of the receipts, up to what an answer holds. */
function fill (blocks: Uint8Array[][]): { lists: Uint8Array[][], incomplete: boolean } {
  const lists: Uint8Array[][] = []
  let bytes = 0

  for (const block of blocks) {
    const list: Uint8Array[] = []
    lists.push(list)

    for (const receipt of block) {
      if (bytes >= MAX_ANSWER_BYTES) {
        return { lists, incomplete: true }
      }

      list.push(receipt)
      bytes += receipt.byteLength
    }
  }

  return { lists, incomplete: false }
}
