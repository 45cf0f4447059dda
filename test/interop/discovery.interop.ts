import { bootstrap } from '@libp2p/bootstrap'
import { expect } from 'aegir/chai'
import { pEvent } from 'p-event'
import { enodeToMultiaddr, helloOf, openCapability } from '../../src/index.ts'
import { createNode, stockAddress, stopNodes } from '../fixtures/libp2p-nodes.ts'
import { exchangeMessages } from './exchange-messages.ts'
import { startGoPeer } from './go-peer.ts'
import type { Node } from '../fixtures/libp2p-nodes.ts'
import type { Multiaddr } from '@multiformats/multiaddr'

const ECHO = { name: 'echo', version: 1, length: 2 }

/** A node that dials a list as soon as it has started, once it is connected to all of it. */
async function createBootstrapped (list: Multiaddr[]): Promise<Node> {
  const node = await createNode({
    stock: true,
    listen: false,
    rlpx: { capabilities: [ECHO] },
    options: { start: false, peerDiscovery: [bootstrap({ list: list.map(address => `${address}`), timeout: 10 })] }
  })

  const connected = Promise.all(list.map(async (_, i) => pEvent(node, 'peer:connect', { filter: () => node.getPeers().length > i })))
  await node.start()
  await connected

  return node
}

describe("a bootstrap list with peers on go-ethereum's p2p.Server", function () {
  this.timeout(60_000)

  afterEach(stopNodes)

  it('gets them connected, beside a libp2p node', async () => {
    const peers = await Promise.all([0, 1, 2].map(async () => startGoPeer({ caps: ['echo/1:2'] })))
    const stock = await createNode({ rlpx: null, stock: true })
    const addresses = peers.map(({ enode }) => enodeToMultiaddr(enode))
    const list = [addresses[0], stockAddress(stock), ...addresses.slice(1)]
    const node = await createBootstrapped(list)

    expect(node.getConnections().map(({ remoteAddr }) => `${remoteAddr}`)).to.have.members(list.map(address => `${address}`))

    for (const [i, go] of peers.entries()) {
      expect((await go.next('hello')).caps).to.deep.equal(['echo/1'])
      const connection = node.getConnections().find(({ remoteAddr }) => remoteAddr.equals(addresses[i]))
      expect(connection).to.exist()

      if (connection != null) {
        expect(helloOf(connection).clientId).to.equal('libp2p-rlpx-interop/v1')
        await exchangeMessages(go, [(await openCapability(connection, 'echo')).messages], [0, 1024])
      }

      await go.stop()
    }

    expect(await node.services.ping?.ping(stock.peerId)).to.be.a('number')
  })
})
