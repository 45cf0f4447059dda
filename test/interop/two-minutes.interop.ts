import { setTimeout as delay } from 'node:timers/promises'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { expect } from 'aegir/chai'
import { pEvent } from 'p-event'
import { exchangeStatus } from '../../src/eth/index.ts'
import { disconnect, enodeToMultiaddr, openCapability, pingPeer } from '../../src/index.ts'
import { Cli } from '../fixtures/cli.ts'
import { createNode, stockAddress, stopNodes } from '../fixtures/libp2p-nodes.ts'
import { CountingMetrics } from '../fixtures/transport-metrics.ts'
import { startGeth } from './geth.ts'
import { meetEachWay } from './meet.ts'
import { ANNOUNCEMENTS, GENESIS, HEAD, hearOf, NETWORK_ID, sendTransaction, TRANSACTIONS } from './test-chain.ts'
import type { Geth, GethPeer } from './geth.ts'
import type { Node } from '../fixtures/libp2p-nodes.ts'
import type { Connection, IdentifyResult } from '@libp2p/interface'

/** Long enough for geth to drop a peer that answers no Ping, and for a dozen rounds of libp2p's connection monitor. */
const TWO_MINUTES = 125_000
const ROUND = 5_000

/** Answers to Pings, every 15 s, in that time. */
const PINGS = 7

async function withGeth (scenario: (geth: Geth) => Promise<void>): Promise<void> {
  const geth = await startGeth()

  try {
    await scenario(geth)
  } finally {
    await geth.stop()
  }
}

/** Peers of the command line, one that dials and one that is dialled. */
async function keepWithoutLibp2p (geth: Geth): Promise<void> {
  const listener = new Cli('listen', '--capabilities', 'eth/69')
  const dialer = new Cli('dial', geth.enode, '--capabilities', 'eth/69')
  const { enode } = await listener.next('listening')
  await geth.rpc('admin_addPeer', [enode])

  expect(await dialer.next('status')).to.include({ genesis: `0x${GENESIS}`, networkId: String(NETWORK_ID) })
  expect(await listener.next('status')).to.include({ head: `0x${HEAD}` })

  for (const [pause, transaction] of [[0, TRANSACTIONS[0]], [TWO_MINUTES, TRANSACTIONS[1]]] as const) {
    await delay(pause)
    await sendTransaction(geth, transaction)

    for (const cli of [dialer, listener]) {
      const message = await cli.next('message', ({ messageId }) => ANNOUNCEMENTS.includes(messageId))
      expect(message.name).to.be.oneOf(['Transactions', 'NewPooledTransactionHashes'])
    }
  }

  expect(await geth.rpc<GethPeer[]>('admin_peers')).to.have.lengthOf(2)
  expect(await dialer.interrupt()).to.equal(0)
  expect(await listener.interrupt()).to.equal(0)
}

/** Nodes of each offer that dial and that are dialled, some with Pings of their own, and some that only answer geth's. */
async function keepNodes (geth: Geth): Promise<void> {
  const metrics: CountingMetrics[] = []

  const pinging = await meetEachWay(geth, {}, {
    options: {
      metrics: () => {
        metrics.push(new CountingMetrics())

        return metrics[metrics.length - 1]
      }
    }
  })

  // geth cuts a peer that sends nothing for 30 s
  const answering = await meetEachWay(geth, { pingInterval: 10 * TWO_MINUTES })
  const meetings = [...pinging, ...answering]

  await delay(TWO_MINUTES)
  await sendTransaction(geth, TRANSACTIONS[0])
  await Promise.all(meetings.map(async ({ messages }) => hearOf(messages, TRANSACTIONS[0])))

  meetings.forEach(({ node, connection }) => { expect(node.getConnections()).to.deep.equal([connection]) })
  metrics.forEach(({ histograms }) => { expect(histograms.get('libp2p_rlpx_ping_seconds')).to.have.lengthOf.at.least(PINGS) })
  expect(metrics).to.have.lengthOf(pinging.length)

  const peers = await geth.rpc<GethPeer[]>('admin_peers')
  expect(peers.map(({ network, protocols }) => `${network.inbound ? 'we' : 'it'} dialled, eth/${protocols.eth.version}`).sort()).to.deep.equal([
    'it dialled, eth/69', 'it dialled, eth/69', 'it dialled, eth/72', 'it dialled, eth/72',
    'we dialled, eth/69', 'we dialled, eth/69', 'we dialled, eth/72', 'we dialled, eth/72'
  ])
}

/** A node of libp2p with an Ethereum key besides, between a stock peer and geth. */
async function holdBoth (geth: Geth): Promise<void> {
  const stock = await createNode({ stock: true, rlpx: null })
  const privateKey = await generateKeyPair('Ed25519')
  const node = await createNode({ stock: true, privateKey, rlpx: { privateKey: await generateKeyPair('secp256k1') } })
  const toGeth = await node.dial(enodeToMultiaddr(geth.enode))
  const { messages } = await openCapability(toGeth, 'eth')
  await exchangeStatus(messages, 'mirror')
  const toStock = await dialStock(node, stock)

  const closed: Connection[] = []
  node.addEventListener('connection:close', ({ detail }) => { closed.push(detail) })

  for (const end = performance.now() + TWO_MINUTES; performance.now() < end; await delay(ROUND)) {
    expect(node.getConnections()).to.have.members([toGeth, toStock])
    await expectNeighbours(node, stock)
  }

  await sendTransaction(geth, TRANSACTIONS[0])
  await hearOf(messages, TRANSACTIONS[0])
  expect(closed).to.be.empty()

  await Promise.all([toStock.close(), pEvent(node, 'connection:close')])
  expect(node.getConnections()).to.deep.equal([toGeth])
  expect(await pingPeer(toGeth)).to.be.greaterThan(0)

  const again = await dialStock(node, stock)
  await Promise.all([disconnect(toGeth), pEvent(node, 'connection:close')])
  expect(node.getConnections()).to.deep.equal([again])
  await expectNeighbours(node, stock)
}

/** Dials a stock peer and waits for identify, which may run once at a time. */
async function dialStock (node: Node, stock: Node): Promise<Connection> {
  const [connection] = await Promise.all([
    node.dial(stockAddress(stock)),
    pEvent<'peer:identify', CustomEvent<IdentifyResult>>(node, 'peer:identify', { filter: ({ detail }) => detail.peerId.equals(stock.peerId) }),
    pEvent(stock, 'peer:identify')
  ])

  return connection
}

/** Expects identify and ping to work both ways, with no trace of RLPx. */
async function expectNeighbours (node: Node, stock: Node): Promise<void> {
  for (const [near, far] of [[node, stock], [stock, node]]) {
    const [connection] = near.getConnections(far.peerId)
    const identified = await near.services.identify?.identify(connection)

    expect(identified?.peerId.equals(far.peerId)).to.be.true()
    expect(identified?.protocols).to.include.members(['/ipfs/id/1.0.0', '/ipfs/ping/1.0.0'])
    expect(identified?.listenAddrs.map(address => `${address}`)).to.deep.equal([`${stockAddress(far).decapsulate('/p2p')}`])
    expect(await near.services.ping?.ping(far.peerId)).to.be.a('number')
  }
}

describe('two minutes with geth', function () {
  this.timeout(400_000)

  let scenarios: Array<Promise<void>>

  before(() => {
    // side by side, as they mostly wait
    scenarios = [keepWithoutLibp2p, keepNodes, holdBoth].map(withGeth)

    // what fails is told where it is awaited
    void Promise.allSettled(scenarios)
  })

  after(stopNodes)

  it('are kept up by peers without libp2p that say nothing of their own, and see a transaction', async () => {
    await scenarios[0]
  })

  it('are kept up by nodes of each offer that dial and that are dialled, with Pings both ways, and see a transaction', async () => {
    await scenarios[1]
  })

  it('are spent by a node with a stock peer beside it, both connected all the time, and closed one by one', async () => {
    await scenarios[2]
  })
})
