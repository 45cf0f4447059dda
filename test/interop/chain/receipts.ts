import { bytesToHex } from '@noble/hashes/utils.js'
import { decode } from 'rlp'
import { ETH_70, exchangeStatus } from '../../../src/eth/index.ts'
import { dialEnode } from '../peer.ts'
import { GET_RECEIPTS, MAX_ANSWER_BYTES } from './answers.ts'
import { requestReceipts } from './request.ts'
import { joinList, toNumber } from './rlp.ts'
import type { Answers } from './answers.ts'
import type { Chain } from './chain.ts'
import type { ReceiptsAnswer } from './request.ts'

/** The first version of eth that asks for receipts from one within a block on. */
const FIRST_PARTIAL_VERSION = 70

/** As RLP. */
const FALSE = Uint8Array.of(0x80)
const TRUE = Uint8Array.of(0x01)

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

  const hashes = chain.blocks.map(({ hash }) => hash)
  const receipts = hashes.map((): Uint8Array[] => [])

  for (let number = 0; number < hashes.length;) {
    const { lists, incomplete } = await requestReceipts(messages, receipts[number].length, hashes.slice(number))
    lists.forEach((list, i) => { receipts[number + i].push(...list) })
    number += lists.length - (incomplete ? 1 : 0)
  }

  await peer.disconnect()

  return new Map(hashes.map((hash, number) => [bytesToHex(hash), receipts[number]]))
}

/**
 * Answers GetReceipts: from eth/70 on without some of the first block's, if so asked, and up to what an answer holds
 */
export function receiptsAnswers (receipts: Receipts, version: number): Answers {
  const find = (hash: Uint8Array): Uint8Array[] => receipts.get(bytesToHex(hash)) ?? []

  if (version < FIRST_PARTIAL_VERSION) {
    return { [GET_RECEIPTS]: ([hashes]) => [joinList((decode(hashes) as Uint8Array[]).map(hash => joinList(find(hash))))] }
  }

  return {
    [GET_RECEIPTS]: ([skip, hashes]) => {
      const [firstBlock, ...others] = (decode(hashes) as Uint8Array[]).map(find)
      const { lists, incomplete } = fill([firstBlock.slice(toNumber(skip)), ...others])

      return [incomplete ? TRUE : FALSE, joinList(lists.map(joinList))]
    }
  }
}

/** The first of the receipts, up to what an answer holds. */
function fill (blocks: Uint8Array[][]): ReceiptsAnswer {
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
