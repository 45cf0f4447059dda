import { keccak_256 as keccak256 } from '@noble/hashes/sha3.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { expect } from 'aegir/chai'
import { pEvent } from 'p-event'
import { decode, encode } from 'rlp'
import { fromString } from 'uint8arrays/from-string'
import { ETH_69, exchangeStatus } from '../../src/eth/index.ts'
import { disconnectReasonOf, DisconnectReason, enodeToMultiaddr, getEnodes, sessionEndOf } from '../../src/index.ts'
import { createNode, stopNodes } from '../fixtures/libp2p-nodes.ts'
import { failureOf } from '../fixtures/p2p-peers.ts'
import { readTestChain } from './chain/chain.ts'
import { requestBodies, requestHeaders } from './chain/request.ts'
import { buildBlocks, setHead } from './engine.ts'
import { startGeth } from './geth.ts'
import { DIRECTIONS, meetEachWay } from './meet.ts'
import { HEAD, hearOf, messageFrom, sendTransaction, TRANSACTIONS } from './test-chain.ts'
import type { Chain } from './chain/chain.ts'
import type { Geth } from './geth.ts'
import type { Transaction } from './test-chain.ts'
import type { CapabilityMessages } from '../../src/p2p/index.ts'

const BLOCK_RANGE_UPDATE = 0x11

/** How far the head moves before geth tells of it, and one more. */
const RANGE_STEP = 32
const BLOCKS = RANGE_STEP + 1

describe('libp2p nodes and geth', function () {
  this.timeout(60_000)

  let geth: Geth

  before(async () => {
    // at this level it tells whom it did not take for a peer
    geth = await startGeth({ flags: ['--verbosity', '5'] })
  })

  afterEach(stopNodes)

  after(async () => {
    await geth.stop()
  })

  it('share blocks, which the nodes ask for by number and by hash', async () => {
    const chain = await readTestChain()
    const meetings = await meetEachWay(geth)

    await Promise.all(meetings.map(async ({ messages }) => expectBlocks(messages, chain)))
  })

  it('share a transaction that is new', async () => {
    const meetings = await meetEachWay(geth)
    await sendTransaction(geth, TRANSACTIONS[0])

    await Promise.all(meetings.map(async ({ messages }) => hearOf(messages, TRANSACTIONS[0])))
  })

  it('share a transaction that was there before they met', async () => {
    await sendTransaction(geth, TRANSACTIONS[1])
    const meetings = await meetEachWay(geth)

    await Promise.all(meetings.map(async ({ messages }) => hearOf(messages, TRANSACTIONS[1])))
  })

  it('part without an error where geth is told to remove its peer', async () => {
    const { node, connection } = await DIRECTIONS['it dials'](geth, [ETH_69])
    const closed = pEvent(connection, 'close')
    await geth.rpc('admin_removePeer', getEnodes(node))

    expect(await closed).to.have.property('error', undefined)
    expect(await sessionEndOf(connection)).to.deep.equal({ by: 'remote', reason: DisconnectReason.requested, error: undefined })
  })

  it('do not meet where the node is full, which geth is told in place of Hello', async () => {
    const node = await createNode({ rlpx: { capabilities: [ETH_69], maxPeers: 0 } })
    await geth.dial(getEnodes(node)[0])

    await geth.logged(/Failed p2p handshake .*conn=staticdial err="too many peers"/)
    expect(node.getConnections()).to.be.empty()
  })

  it('do not meet where geth is full, and the dial says so', async () => {
    // it keeps one of two places for peers that it dials
    const full = await startGeth({ flags: ['--maxpeers', '2'] })

    try {
      await DIRECTIONS['we dial'](full, [ETH_69])
      const second = await createNode()
      const err = await failureOf(second.dial(enodeToMultiaddr(full.enode)))

      expect(err).to.have.property('name', 'DisconnectError')
      expect(disconnectReasonOf(err)).to.equal(DisconnectReason.tooManyPeers)
      expect(second.getConnections()).to.be.empty()
    } finally {
      await full.stop()
    }
  })

  it('part where geth finds its peer useless, and the node is told so', async () => {
    const strict = await startGeth()

    try {
      const { node, connection, messages } = await DIRECTIONS['we dial'](strict, [ETH_69])
      await exchangeStatus(messages, 'mirror')
      await setHead(strict, `0x${HEAD}`) // before it hears of a consensus client it does not listen to transactions
      await announceWrongly(messages, TRANSACTIONS[0])

      const end = await sessionEndOf(connection)
      expect(end).to.include({ by: 'remote', reason: DisconnectReason.uselessPeer })
      expect(end.error).to.have.property('name', 'DisconnectError')
      expect(end.error).to.have.property('message', 'The peer disconnected: useless peer (0x03)')
      expect(node.getConnections()).to.be.empty()
    } finally {
      await strict.stop()
    }
  })

  it('share the range of blocks that geth has, where that grows', async () => {
    const meetings = await meetEachWay(geth)
    const updates = Promise.all(meetings.map(async ({ messages }) => messageFrom(messages, ({ id }) => id === BLOCK_RANGE_UPDATE)))
    await buildBlocks(geth, BLOCKS)

    for (const { payload } of await updates) {
      const [earliest, latest, hash] = (decode(payload) as Uint8Array[]).map(bytesToHex)
      const block = await geth.rpc<{ hash: string }>('eth_getBlockByNumber', [`0x${Number(`0x${latest}`).toString(16)}`, false])

      expect(earliest).to.equal('')
      expect(Number(`0x${latest}`)).to.be.within(600 + RANGE_STEP, 600 + BLOCKS)
      expect(block.hash).to.equal(`0x${hash}`)
    }
  })
})

/** Announces a transaction as if it had another size, and sends it then. */
async function announceWrongly (messages: CapabilityMessages, { raw, hash }: Transaction): Promise<void> {
  const transaction = fromString(raw, 'base16')

  await messages.send({ id: 0x08, payload: encode([transaction.subarray(0, 1), [transaction.byteLength + 100], [`0x${hash}`]]) })
  await messages.send({ id: 0x02, payload: encode([transaction]) })
}

/** Asks for blocks in all the ways there are, and expects those of the chain. */
async function expectBlocks (messages: CapabilityMessages, chain: Chain): Promise<void> {
  const { hash } = chain.blocks[300]

  const queries = [
    { query: { origin: 0, amount: 3 }, numbers: [0, 1, 2] },
    { query: { origin: 599, amount: 3 }, numbers: [599, 600] },
    { query: { origin: 600, amount: 3, skip: 99, reverse: true }, numbers: [600, 500, 400] },
    { query: { origin: hash, amount: 2, skip: 9 }, numbers: [300, 310] },
    { query: { origin: hash, amount: 2, reverse: true }, numbers: [300, 299] },
    { query: { origin: keccak256(hash), amount: 2 }, numbers: [] }
  ]

  for (const { query, numbers } of queries) {
    expect(await requestHeaders(messages, query)).to.deep.equal(numbers.map(number => chain.blocks[number].header))
  }

  const blocks = [600, 1, 300].map(number => chain.blocks[number])
  expect(await requestBodies(messages, blocks.map(({ hash }) => hash))).to.deep.equal(blocks.map(({ body }) => body))
}
