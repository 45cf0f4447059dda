import { randomBytes } from 'node:crypto'
import { KEEP_ALIVE } from '@libp2p/interface'
import { expect } from 'aegir/chai'
import { pEvent } from 'p-event'
import { ETH_69, exchangeStatus } from '../../src/eth/index.ts'
import { enodeToMultiaddr, openCapability, parseEnode, pingPeer, sessionEndOf } from '../../src/index.ts'
import { createNode, nextConnection, stopNodes } from '../fixtures/libp2p-nodes.ts'
import { startGeth } from './geth.ts'
import { expectStatus } from './test-chain.ts'
import type { Geth, GethOptions } from './geth.ts'
import type { Connection } from '@libp2p/interface'

describe('a libp2p node and a geth that it is to keep', function () {
  this.timeout(120_000)

  const geths: Geth[] = []

  afterEach(async () => {
    await stopNodes()
    await Promise.all(geths.splice(0).map(async geth => geth.stop()))
  })

  it('are connected again when geth was killed, and is started again', async () => {
    const nodeKey = randomBytes(32).toString('hex')
    const geth = await start({ nodeKey })
    const address = enodeToMultiaddr(geth.enode)
    const node = await createNode({
      rlpx: { capabilities: [ETH_69] },
      options: { connectionManager: { reconnectRetries: 1_000, reconnectRetryInterval: 200, reconnectBackoffFactor: 1 } }
    })
    const connection = await node.dial(address)
    await node.peerStore.merge(connection.remotePeer, { multiaddrs: [address], tags: { [KEEP_ALIVE]: {} } })
    await expectToTalk(connection)

    const closed = pEvent(connection, 'close')
    geth.kill()
    expect(await sessionEndOf(connection)).to.have.nested.property('error.name', 'SessionClosedError')
    expect(await closed).to.have.nested.property('error.name', 'SessionClosedError')
    expect(node.getConnections()).to.be.empty()

    const [again] = await Promise.all([nextConnection(node), start({ nodeKey, port: parseEnode(geth.enode).tcpPort })])
    expect(again.remoteAddr.equals(address)).to.be.true()
    await expectToTalk(again)
    expect(node.getConnections()).to.deep.equal([again])
  })

  async function start (options: GethOptions): Promise<Geth> {
    const geth = await startGeth(options)
    geths.push(geth)

    return geth
  }
})

async function expectToTalk (connection: Connection): Promise<void> {
  const { messages } = await openCapability(connection, 'eth')
  expectStatus(await exchangeStatus(messages, 'mirror'))
  expect(await pingPeer(connection)).to.be.greaterThan(0)
}
