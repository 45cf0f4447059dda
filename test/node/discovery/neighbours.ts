import { expect } from 'aegir/chai'
import { pEvent } from 'p-event'
import { fromString } from 'uint8arrays/from-string'
import { enodeToMultiaddr, getEnodes } from '../../../src/index.ts'
import { createDiscoveringNode } from '../../fixtures/discovery-nodes.ts'
import { createNode, rlpxAddress, stopNodes } from '../../fixtures/libp2p-nodes.ts'
import type { DiscoveringNode } from '../../fixtures/discovery-nodes.ts'
import type { Node } from '../../fixtures/libp2p-nodes.ts'
import type { IdentifyResult, Libp2p, PeerId, PeerInfo, PeerUpdate } from '@libp2p/interface'

const PROTOCOL = '/test/1.0.0'

describe('a node with mdns, bootstrap, kad-dht and rlpxTransport', function () {
  this.timeout(60_000)

  let serviceTag: string
  let node: DiscoveringNode
  let neighbour: DiscoveringNode
  let caller: Node
  let dialled: Node

  /** The node's, all of them but what RLPx listens on. */
  function announced (): string[] {
    return node.getMultiaddrs().map(address => `${address.decapsulate('/p2p')}`)
  }

  /** Starts the neighbour, has it dial the node as mDNS finds it, and waits until both have identified each other. */
  async function meet (): Promise<PeerInfo> {
    const discovered = pEvent<'peer:discovery', CustomEvent<PeerInfo>>(neighbour, 'peer:discovery')
    const identified = Promise.all([nextIdentified(neighbour, node), nextIdentified(node, neighbour)])
    await neighbour.start()
    const { detail } = await discovered
    await neighbour.dial(detail.id)
    await identified

    return detail
  }

  // peers by RLPx both ways, before there is anybody else
  beforeEach(async () => {
    serviceTag = `_${Math.random().toString(36).slice(2)}._udp.local`
    dialled = await createNode()
    const stranger = await createNode()
    node = await createDiscoveringNode({ serviceTag, rlpx: true, bootstrapList: [rlpxAddress(dialled), rlpxAddress(stranger)] })
    await Promise.all([connected(node, dialled.peerId), connected(node, stranger.peerId)])

    caller = await createNode()
    await caller.dial(enodeToMultiaddr(getEnodes(node)[0]))
    neighbour = await createDiscoveringNode({ serviceTag, start: false })
  })

  afterEach(stopNodes)

  it('is found by mDNS where it speaks TCP alone', async () => {
    const { id, multiaddrs } = await meet()

    expect(id.toString()).to.equal(`${node.peerId}`)
    expect(announced().join()).to.match(/^\/ip4\/127\.0\.0\.1\/tcp\/\d+$/)
    expect(multiaddrs.map(address => `${address}`)).to.deep.equal(announced())
  })

  it('is identified by a stock neighbour, with a signed record of its TCP address alone', async () => {
    const identified = nextIdentified(neighbour, node)
    await meet()
    const { listenAddrs, protocols, signedPeerRecord } = await identified
    const { addresses, protocols: stored } = await neighbour.peerStore.get(node.peerId)

    expect(listenAddrs.map(address => `${address}`)).to.deep.equal(announced())
    expect(signedPeerRecord?.addresses.map(address => `${address}`)).to.deep.equal(announced())
    expect(addresses.map(({ multiaddr, isCertified }) => ({ address: `${multiaddr}`, isCertified })))
      .to.deep.equal(announced().map(address => ({ address, isCertified: true })))
    expect(protocols).to.include('/ipfs/kad/1.0.0')
    expect(stored).to.have.members(protocols)
  })

  it('pushes new protocols to a stock neighbour while RLPx peers are connected, and takes its own', async () => {
    await meet()
    const pushed = Promise.all([nextKnown(neighbour, node, PROTOCOL), nextKnown(node, neighbour, PROTOCOL)])
    await Promise.all([node, neighbour].map(async node => node.handle(PROTOCOL, () => {})))
    await pushed

    expect(await node.services.ping.ping(neighbour.peerId)).to.be.a('number')
    expect(caller.getConnections()).to.have.lengthOf(1)
  })

  it('puts into the DHT what a stock neighbour gets, and gets what that has put', async () => {
    await meet()

    for (const [from, to] of [[node, neighbour], [neighbour, node]]) {
      const key = fromString(`/v/${from.peerId}`)
      await from.contentRouting.put(key, from.peerId.toMultihash().bytes)

      expect(await to.contentRouting.get(key)).to.equalBytes(from.peerId.toMultihash().bytes)
    }

    expect(node.getConnections(dialled.peerId)).to.have.lengthOf(1)
  })

  it('is found in the DHT of a stock neighbour by one who knows that neighbour alone', async () => {
    await meet()
    const third = await createDiscoveringNode({ serviceTag: `_a${serviceTag}`, bootstrapList: neighbour.getMultiaddrs() })
    const { id, multiaddrs } = await third.peerRouting.findPeer(node.peerId)

    expect(id.toString()).to.equal(`${node.peerId}`)
    expect(multiaddrs.map(address => `${address}`)).to.deep.equal(announced())
  })

  it('connects to all of a list with TCP and RLPx addresses', async () => {
    const ethereum = await Promise.all([createNode(), createNode()])
    const stock = await Promise.all(['_a', '_b'].map(async prefix => createDiscoveringNode({ serviceTag: `${prefix}${serviceTag}` })))
    const bootstrapList = [0, 1].flatMap(i => [rlpxAddress(ethereum[i]), ...stock[i].getMultiaddrs()])
    const listed = await createDiscoveringNode({ serviceTag: `_c${serviceTag}`, rlpx: true, bootstrapList })
    await Promise.all([...ethereum, ...stock].map(async ({ peerId }) => connected(listed, peerId)))

    expect(listed.getConnections().map(({ remoteAddr }) => `${remoteAddr}`)).to.have.members(bootstrapList.map(address => `${address}`))
  })
})

/** Once a node is connected to a peer. */
async function connected (node: Libp2p<any>, peerId: PeerId): Promise<void> {
  if (node.getConnections(peerId).length === 0) {
    await pEvent<'peer:connect', CustomEvent<PeerId>>(node, 'peer:connect', { filter: ({ detail }) => detail.equals(peerId) })
  }
}

/** What identify tells a node of another next. */
async function nextIdentified (node: DiscoveringNode, { peerId }: DiscoveringNode): Promise<IdentifyResult> {
  const { detail } = await pEvent<'peer:identify', CustomEvent<IdentifyResult>>(node, 'peer:identify', {
    filter: ({ detail }) => detail.peerId.equals(peerId)
  })

  return detail
}

/** Once a node has been told that another speaks a protocol. */
async function nextKnown (node: DiscoveringNode, { peerId }: DiscoveringNode, protocol: string): Promise<void> {
  await pEvent<'peer:update', CustomEvent<PeerUpdate>>(node, 'peer:update', {
    filter: ({ detail: { peer } }) => peer.id.equals(peerId) && peer.protocols.includes(protocol)
  })
}
