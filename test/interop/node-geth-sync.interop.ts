import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { bytesToHex } from '@noble/hashes/utils.js'
import { expect } from 'aegir/chai'
import { pEvent } from 'p-event'
import { decode } from 'rlp'
import { ETH_69 } from '../../src/eth/index.ts'
import { disconnect, disconnectReasonName, disconnectReasonOf, DisconnectReason, enodeToMultiaddr, openCapability, sessionEndOf } from '../../src/index.ts'
import { createNode, stopNodes } from '../fixtures/libp2p-nodes.ts'
import { failureOf } from '../fixtures/p2p-peers.ts'
import { layCable } from './cable.ts'
import { chainAnswers, GET_BLOCK_BODIES } from './chain/answers.ts'
import { Chain, readTestChain } from './chain/chain.ts'
import { joinList, splitList } from './chain/rlp.ts'
import { serveChain } from './chain/serve.ts'
import { blockNumber, reachBlock, setHead } from './engine.ts'
import { shownPeer, startGeth } from './geth.ts'
import { DIRECTIONS, nameOffer, OFFERS } from './meet.ts'
import { HEAD } from './test-chain.ts'
import { testdataPath } from './tools.ts'
import type { Answers } from './chain/answers.ts'
import type { Geth } from './geth.ts'
import type { Message, SessionEnd } from '../../src/p2p/index.ts'
import type { Connection } from '@libp2p/interface'

const LAST = 600
const SYNC_TIMEOUT = 180_000

/** Who tells geth what to synchronise to. */
const DRIVERS = { 'the engine API': driveByEngine, debug_sync: driveByDebug }

/** As a consensus client does: the newest block, which cannot be added to the chain yet, and that it is the head. */
async function driveByEngine (geth: Geth): Promise<void> {
  const payloads = JSON.parse(await readFile(join(await testdataPath(), 'newpayload.json'), 'utf8'))
  const { method, params } = payloads[payloads.length - 1]

  expect(await geth.engine(method, params)).to.have.property('status', 'SYNCING')
  expect(await setHead(geth, `0x${HEAD}`)).to.have.property('status', 'SYNCING')
}

async function driveByDebug (geth: Geth): Promise<void> {
  await geth.rpc('debug_sync', [`0x${HEAD}`])
}

describe('a geth that has the genesis only, and a libp2p node that has the chain', function () {
  this.timeout(300_000)

  let chain: Chain
  let hashes: string[]
  let geth: Geth

  before(async () => {
    chain = await readTestChain()
    hashes = chain.blocks.slice(1).map(({ hash }) => bytesToHex(hash))
  })

  beforeEach(async () => {
    geth = await startGeth({ chain: false, flags: ['--syncmode', 'full', '--verbosity', '4'] })
  })

  afterEach(async () => {
    await stopNodes()
    await geth.stop()
  })

  Object.entries(DIRECTIONS).forEach(([direction, meet], i) => {
    OFFERS.forEach((capabilities, j) => {
      // each with each, in half the runs
      const [driver, drive] = Object.entries(DRIVERS)[(i + j) % 2]

      it(`synchronise where ${direction} and we offer ${nameOffer(capabilities)}, driven by ${driver}`, async () => {
        const { connection, messages } = await meet(geth, capabilities)
        const requests: Message[] = []
        const served = serveChain(messages, chain, { onRequest: (message) => { requests.push(message) } })
        await shownPeer(geth)
        await drive(geth)
        await expectSynchronised(geth, served)
        expect(requests.filter(isForBodies).flatMap(hashesOf)).to.have.members(hashes)

        await disconnect(connection)
        await served
      })
    })
  })

  it('synchronise though answers come slowly, and have a few of the bodies only', async () => {
    const { messages } = await DIRECTIONS['it dials'](geth, [ETH_69])
    const answers = withFewBodies(chainAnswers(chain), 10)
    let requests = 0

    const served = serveChain(messages, chain, {
      answers,
      onRequest: async (message) => {
        requests += isForBodies(message) ? 1 : 0
        await delay(100)
      }
    })

    await shownPeer(geth)
    await driveByDebug(geth)
    await expectSynchronised(geth, served)
    expect(requests).to.be.at.least(LAST / 10)
  })

  it('go on where they were when the connection is ended half way, and when the cable is cut', async () => {
    const node = await createNode()
    const answers = withFewBodies(chainAnswers(chain), 30)
    const answered: string[] = []
    await driveByEngine(geth)

    /** Serves a connection up to so many requests for bodies. */
    async function serve (enode: string, most: number, end: (connection: Connection) => void): Promise<{ requests: Message[], served: Promise<SessionEnd> }> {
      const connection = await node.dial(enodeToMultiaddr(enode))
      const { messages } = await openCapability(connection, 'eth')
      const requests: Message[] = []

      const onRequest = (message: Message): void => {
        requests.push(message)

        if (requests.filter(isForBodies).length > most) {
          end(connection)
        } else if (isForBodies(message)) {
          answered.push(...hashesOf(message).slice(0, 30))
        }
      }

      const served = serveChain(messages, chain, { answers, onRequest }).catch(() => {}).then(async () => sessionEndOf(connection))

      return { requests, served }
    }

    const first = await serve(geth.enode, 5, (connection) => { void disconnect(connection) })
    expect(await first.served).to.include({ by: 'local', reason: DisconnectReason.requested })
    expect(await blockNumber(geth)).to.be.below(LAST)

    const cable = await layCable(geth.enode)
    const second = await serve(cable.enode, 5, () => { cable.cut() })
    expect(await second.served).to.have.nested.property('error.name', 'SessionClosedError')
    expect(await blockNumber(geth)).to.be.below(LAST)

    const third = await serve(geth.enode, Infinity, () => {})
    await expectSynchronised(geth, third.served)

    // nothing was asked for twice, but for what was never answered
    expect(answered).to.have.members(hashes)
    expect([...second.requests, ...third.requests].filter(message => !isForBodies(message))).to.be.empty()
  })

  it('part over one body that is another, of which the application hears by name, and go on with who has the right one', async () => {
    const wrong = chain.blocks.map(block => block.number === 300 ? { ...block, body: chain.genesis.body } : block)
    const { connection, messages, node } = await DIRECTIONS['we dial'](geth, [ETH_69])
    const closed = pEvent(connection, 'close')
    const served = failureOf(serveChain(messages, new Chain(wrong)))
    await shownPeer(geth)
    await driveByEngine(geth)

    const end = await sessionEndOf(connection)
    expect(end).to.include({ by: 'remote', reason: DisconnectReason.subprotocolError })
    expect(disconnectReasonName(end.reason)).to.equal('subprotocol error')
    expect(end.error).to.have.property('message', 'The peer disconnected: subprotocol error (0x10)')
    expect(end.error).to.have.property('name', 'DisconnectError')
    expect(await served).to.equal(end.error)
    expect(await closed).to.have.property('error', end.error)
    expect(disconnectReasonOf(end.error)).to.equal(DisconnectReason.subprotocolError)
    expect(node.getConnections()).to.be.empty()
    expect(await blockNumber(geth)).to.be.below(300)

    const honest = await DIRECTIONS['we dial'](geth, [ETH_69])
    await expectSynchronised(geth, serveChain(honest.messages, chain))
  })
})

/** Expects geth to come to the end of the chain, while it is served. */
async function expectSynchronised (geth: Geth, served: Promise<unknown>): Promise<void> {
  const over = served.then(() => { throw new Error('Nobody serves geth any more') })
  await Promise.race([reachBlock(geth, LAST, SYNC_TIMEOUT), over])

  expect(await geth.rpc('eth_getBlockByNumber', ['latest', false])).to.have.property('hash', `0x${HEAD}`)
  expect(await setHead(geth, `0x${HEAD}`)).to.have.property('status', 'VALID')
}

function isForBodies ({ id }: Message): boolean {
  return id === GET_BLOCK_BODIES
}

/** `[request id, hashes]`. */
function hashesOf ({ payload }: Message): string[] {
  const [, hashes] = decode(payload) as [Uint8Array, Uint8Array[]]

  return hashes.map(bytesToHex)
}

/** Answers with the first so many of the bodies that are asked for. */
function withFewBodies (answers: Answers, most: number): Answers {
  const answer = answers[GET_BLOCK_BODIES]

  return { ...answers, [GET_BLOCK_BODIES]: ([hashes]) => answer([joinList(splitList(hashes).slice(0, most))]) }
}
