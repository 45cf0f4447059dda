import { expect } from 'aegir/chai'
import { ETH_69, ETH_70, ETH_71, ETH_72, SNAP_1, SNAP_2 } from '../../src/eth/index.ts'
import { getEnodes } from '../../src/index.ts'
import { stopNodes } from '../fixtures/libp2p-nodes.ts'
import { readTestChain } from './chain/chain.ts'
import { createExecutionNode } from './chain/execution-node.ts'
import { readReceipts } from './chain/receipts.ts'
import { runSuite } from './devp2p.ts'
import { startGeth } from './geth.ts'
import type { Chain } from './chain/chain.ts'
import type { Receipts } from './chain/receipts.ts'
import type { Suite } from './devp2p.ts'
import type { TapCase } from './tap.ts'
import type { Capability } from '../../src/index.ts'

/** Those that need no pool of transactions, and nobody who builds blocks. */
const ETH_CASES = [
  'Status', 'MaliciousHandshake', 'BlockRangeUpdateExpired', 'BlockRangeUpdateFuture', 'BlockRangeUpdateInvalid',
  'GetBlockHeaders', 'GetNonexistentBlockHeaders', 'SimultaneousRequests', 'SameRequestID', 'ZeroRequestID',
  'GetBlockBodies', 'GetReceipts', 'GetLargeReceipts'
]

interface Run {
  suite: Suite
  capabilities: Capability[]
  cases: string[]
}

const RUNS: Run[] = [
  // there the receipts of a block are never too large for one answer, and the case asks for none
  { suite: 'eth-test', capabilities: [ETH_69], cases: ETH_CASES.filter(name => name !== 'GetLargeReceipts') },
  { suite: 'eth-test', capabilities: [ETH_69, ETH_70, ETH_71, ETH_72], cases: ETH_CASES },
  // the others are about state, which no node of ours has
  { suite: 'snap-test', capabilities: [ETH_69, SNAP_1], cases: ['Status'] },
  { suite: 'snap2-test', capabilities: [ETH_69, ETH_70, SNAP_2], cases: ['Status', 'GetBlockAccessLists', 'TrieNodesRemoved'] }
]

describe("geth's own test suites, of a libp2p node", function () {
  this.timeout(180_000)

  let chain: Chain
  let receipts: Receipts

  before(async () => {
    const geth = await startGeth()

    try {
      chain = await readTestChain()
      receipts = await readReceipts(geth.enode, chain)
    } finally {
      await geth.stop()
    }
  })

  after(stopNodes)

  RUNS.forEach((run) => {
    describeRun(run, async () => {
      const [enode] = getEnodes(await createExecutionNode({ capabilities: run.capabilities, chain, receipts }))

      return runSuite(run.suite, enode, run.cases)
    })
  })
})

/** A test of ours for each case of one run. */
function describeRun ({ suite, capabilities, cases }: Run, run: () => Promise<TapCase[]>): void {
  const offer = capabilities.map(({ name, version }) => `${name}/${version}`).join(', ')

  describe(`devp2p rlpx ${suite} of a node with ${offer}`, () => {
    let results: TapCase[]

    before(async () => {
      results = await run()
    })

    it('has these cases', () => {
      expect(results.map(({ name }) => name)).to.deep.equal(cases)
    })

    cases.forEach((name) => {
      it(name, () => {
        const result = results.find(result => result.name === name)
        expect(result?.ok, result?.output).to.equal(true)
      })
    })
  })
}
