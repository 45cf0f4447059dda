import { setTimeout as delay } from 'node:timers/promises'
import type { Geth } from './geth.ts'

const SECONDS_PER_BLOCK = 10
const NO_HASH = `0x${'00'.repeat(32)}`
const NO_ADDRESS = `0x${'00'.repeat(20)}`
const POLL = 50

/** What is said of a block that has been built. */
interface BuiltBlock {
  blockHash: string
  timestamp: string
}

/**
 * What a consensus client does: says which block is the head, and what is to follow it
 *
 * @returns what geth makes of it, such as `VALID` or `SYNCING`, and the id of the block that it begins to build
 */
export async function setHead (geth: Geth, head: string, attributes: object | null = null): Promise<{ status: string, payloadId: string }> {
  const { payloadStatus: { status }, payloadId } = await geth.engine<{ payloadStatus: { status: string }, payloadId: string }>('engine_forkchoiceUpdatedV3', [
    { headBlockHash: head, safeBlockHash: head, finalizedBlockHash: head },
    attributes
  ])

  return { status, payloadId }
}

/**
 * Makes geth build so many blocks on top of its chain, and take each for the head
 */
export async function buildBlocks (geth: Geth, count: number): Promise<void> {
  const { hash, timestamp } = await geth.rpc<{ hash: string, timestamp: string }>('eth_getBlockByNumber', ['latest', false])

  for (let i = 0, block: BuiltBlock = { blockHash: hash, timestamp }; i < count; i++) {
    block = await buildBlock(geth, block)
  }
}

async function buildBlock (geth: Geth, parent: BuiltBlock): Promise<BuiltBlock> {
  const { payloadId } = await setHead(geth, parent.blockHash, {
    timestamp: `0x${(Number(parent.timestamp) + SECONDS_PER_BLOCK).toString(16)}`,
    prevRandao: NO_HASH,
    suggestedFeeRecipient: NO_ADDRESS,
    withdrawals: [],
    parentBeaconBlockRoot: NO_HASH
  })
  const { executionPayload, executionRequests } = await geth.engine<{ executionPayload: BuiltBlock, executionRequests: string[] }>('engine_getPayloadV4', [payloadId])

  await geth.engine('engine_newPayloadV4', [executionPayload, [], NO_HASH, executionRequests])
  await setHead(geth, executionPayload.blockHash)

  return executionPayload
}

/**
 * Waits up to `timeout` ms until geth's chain has so many blocks
 */
export async function reachBlock (geth: Geth, number: number, timeout: number): Promise<void> {
  for (const deadline = Date.now() + timeout; await blockNumber(geth) < number; await delay(POLL)) {
    if (Date.now() > deadline) {
      throw new Error(`geth is at block ${await blockNumber(geth)} after ${timeout} ms:\n${geth.log().slice(-2_000)}`)
    }
  }
}

export async function blockNumber (geth: Geth): Promise<number> {
  return Number(await geth.rpc('eth_blockNumber'))
}
