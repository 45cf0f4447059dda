import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { keccak_256 as keccak256 } from '@noble/hashes/sha3.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { encode } from 'rlp'
import { fromString } from 'uint8arrays/from-string'
import { GENESIS, HEAD } from '../test-chain.ts'
import { testdataPath } from '../tools.ts'
import { joinList, splitItems, splitList, toNumber } from './rlp.ts'

/** Where a header has them. */
const NUMBER = 8
const TIME = 11

export interface Block {
  number: number

  /** In seconds. */
  time: number

  /** 32 bytes. */
  hash: Uint8Array

  /** RLP, as is the body: the lists of transactions, uncles and withdrawals. */
  header: Uint8Array
  body: Uint8Array
}

/**
 * Blocks that follow each other from the genesis on, found by number and by hash
 */
export class Chain {
  readonly blocks: Block[]
  readonly #byHash: Map<string, Block>

  constructor (blocks: Block[]) {
    this.blocks = blocks
    this.#byHash = new Map(blocks.map(block => [bytesToHex(block.hash), block]))
  }

  get genesis (): Block {
    return this.blocks[0]
  }

  get head (): Block {
    return this.blocks[this.blocks.length - 1]
  }

  /**
   * A block by its hash, or by its number, whatever that may be
   */
  find (block: Uint8Array | bigint): Block | undefined {
    return typeof block === 'bigint' ? this.blocks[Number(block)] : this.#byHash.get(bytesToHex(block))
  }
}

/**
 * The 600 blocks of the test chain and their genesis
 */
export async function readTestChain (): Promise<Chain> {
  const blocks = splitItems(await readFile(join(await testdataPath(), 'chain.rlp'))).map(cut)
  const chain = new Chain([genesis(), ...blocks])

  if (bytesToHex(chain.genesis.hash) !== GENESIS || bytesToHex(chain.head.hash) !== HEAD) {
    throw new Error(`The test chain goes from ${bytesToHex(chain.genesis.hash)} to ${bytesToHex(chain.head.hash)}`)
  }

  return chain
}

function cut (block: Uint8Array): Block {
  const [header, ...body] = splitList(block)

  return createBlock(header, joinList(body))
}

function createBlock (header: Uint8Array, body: Uint8Array): Block {
  const items = splitList(header)

  return { number: toNumber(items[NUMBER]), time: toNumber(items[TIME]), hash: keccak256(header), header, body }
}

/** What `genesis.json` says, with the root of the state that its accounts make. */
function genesis (): Block {
  const zeros = (length: number): Uint8Array => new Uint8Array(length)
  const hex = (digits: string): Uint8Array => fromString(digits, 'base16')
  const emptyRoot = hex('56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421')

  return createBlock(encode([
    zeros(32), // parent
    hex('1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347'), // no uncles
    zeros(20), // coinbase
    hex('dc43f460541a253c0f64b6943ef83fa3bd601699a255622f088d46f7fde359fc'), // state
    emptyRoot, // transactions
    emptyRoot, // receipts
    zeros(256), // bloom filter
    0x20000, // difficulty
    0, // number
    0x11e1a300, // gas limit
    0, // gas used
    0, // timestamp
    fromString('hivechain'), // extra data
    zeros(32), // mix hash
    zeros(8), // nonce
    1_000_000_000, // base fee
    emptyRoot // withdrawals
  ]), encode([[], [], []]))
}
