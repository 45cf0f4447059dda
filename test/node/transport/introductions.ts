import { generateKeyPair } from '@libp2p/crypto/keys'
import { identify, identifyPush } from '@libp2p/identify'
import { webSockets } from '@libp2p/websockets'
import { expect } from 'aegir/chai'
import { toString } from 'uint8arrays/to-string'
import { ETH_69, SNAP_1 } from '../../../src/eth/index.ts'
import { peerIdFromNodeId } from '../../../src/identity/index.ts'
import { rlpxTransport } from '../../../src/index.ts'
import { nodeId } from '../../fixtures/codec-keys.ts'
import { connectNodes, createNode, rlpxAddress, stockAddress, stopNodes } from '../../fixtures/libp2p-nodes.ts'
import { recordTopology } from '../../fixtures/transport-events.ts'
import { connectRaw, dialledRaw, RAW_KEY } from '../../fixtures/transport-raw.ts'
import type { Node } from '../../fixtures/libp2p-nodes.ts'
import type { IdentifyResult, PeerUpdate } from '@libp2p/interface'

const RAW_PEER = peerIdFromNodeId(nodeId(RAW_KEY))

const libp2p = { rlpx: { libp2p: true }, options: { services: { identify: identify() } } }

function identifyResults (node: Node): IdentifyResult[] {
  const results: IdentifyResult[] = []
  node.addEventListener('peer:identify', ({ detail }) => { results.push(detail) })

  return results
}

async function nextIdentify (node: Node): Promise<IdentifyResult> {
  return new Promise((resolve) => {
    node.addEventListener('peer:identify', ({ detail }) => { resolve(detail) }, { once: true })
  })
}

async function metadata (node: Node): Promise<Record<string, string>> {
  const peer = await node.peerStore.get(RAW_PEER)

  return Object.fromEntries([...peer.metadata].map(([key, value]) => [key, toString(value)]))
}

/** Resolves when a peer's protocols become the ones that are wanted. */
async function nextProtocols (node: Node, other: Node, wanted: (protocols: string[]) => boolean): Promise<void> {
  await new Promise<void>((resolve) => {
    node.addEventListener('peer:update', ({ detail: { peer } }: CustomEvent<PeerUpdate>) => {
      if (peer.id.equals(other.peerId) && wanted(peer.protocols)) {
        resolve()
      }
    })
  })
}

describe('what rlpxTransport tells libp2p of a peer', () => {
  afterEach(stopNodes)

  it('is known before its connection opens', async () => {
    const node = await createNode()
    const protocols = new Promise((resolve) => {
      node.addEventListener('connection:open', ({ detail: { remotePeer } }) => {
        resolve(node.peerStore.get(remotePeer).then(peer => peer.protocols))
      })
    })
    await connectRaw(node)

    expect(await protocols).to.deep.equal(['/eth/69'])
  })

  it('are the shared capabilities, and none that the peer made up', async () => {
    const node = await createNode({ rlpx: { capabilities: [ETH_69, SNAP_1] } })
    const { dial, raw } = await dialledRaw(node)
    raw.sendHello({ capabilities: [['eth', 69], ['eth', 68], ['snap', 1], ['evil', 1], ['p2p', 4], ['../x', 2]] })
    await dial

    expect((await node.peerStore.get(RAW_PEER)).protocols).to.have.members(['/eth/69', '/snap/1'])
  })

  it('replaces other versions of our capabilities, and nothing else', async () => {
    const node = await createNode()
    await node.peerStore.patch(RAW_PEER, { protocols: ['/eth/68', '/eth/70', '/snap/1', '/ipfs/ping/1.0.0', '/eth/69/extra'] })
    await connectRaw(node)

    expect((await node.peerStore.get(RAW_PEER)).protocols).to.have.members(['/eth/69', '/snap/1', '/ipfs/ping/1.0.0', '/eth/69/extra'])
  })

  it('has what it calls itself', async () => {
    const node = await createNode()
    const { dial, raw } = await dialledRaw(node)
    raw.sendHello({ clientId: 'Geth/v1\n', version: 4 })
    await dial

    expect(await metadata(node)).to.deep.include({ Devp2pClientId: 'Geth/v1\n', Devp2pVersion: '4', AgentVersion: 'Geth/v1\n' })
  })

  it('is one event for each connection, after that of the connection', async () => {
    const node = await createNode()
    const order: string[] = []
    node.addEventListener('connection:open', () => { order.push('connection:open') })
    node.addEventListener('peer:identify', () => { order.push('peer:identify') })
    const identified = nextIdentify(node)
    const raw = await connectRaw(node)
    const { connection, ...rest } = await identified

    expect(connection).to.equal(node.getConnections()[0])
    expect(rest).to.deep.equal({ peerId: connection.remotePeer, protocols: ['/eth/69'], listenAddrs: [], agentVersion: 'remote' })
    raw.link.end()
    await new Promise((resolve) => { node.addEventListener('connection:close', resolve) })
    expect(order).to.deep.equal(['connection:open', 'peer:identify'])
  })

  it('is nothing of a peer that has left before', async () => {
    const node = await createNode()
    const results = identifyResults(node)
    const { dial, raw } = await dialledRaw(node)
    raw.sendHello()
    raw.sendCompressed(1, Uint8Array.of(0xc1, 0x04))
    raw.link.end()

    await expect(dial).to.eventually.be.rejected.with.property('reason', 0x04)
    expect(results).to.deep.equal([])
  })

  describe('reaches topologies once', () => {
    const kinds: Array<[title: string, init: typeof libp2p | undefined, handlers: [boolean, boolean]]> = [
      ['without libp2p/1', undefined, [false, false]],
      ['without libp2p/1, with handlers on both sides', undefined, [true, true]],
      ['with libp2p/1 and identify, with handlers on both sides', libp2p, [true, true]],
      ['with libp2p/1 and identify, with a handler on the dialling side', libp2p, [true, false]],
      ['with libp2p/1 and identify, with a handler on the dialled side', libp2p, [false, true]],
      ['with libp2p/1 and identify, with no handler', libp2p, [false, false]]
    ]

    for (const [title, init, handlers] of kinds) {
      for (const filtered of [true, false]) {
        it(`${title}, ${filtered ? 'and a filter' : 'and no filter'}`, async () => {
          const nodes = [await createNode(init), await createNode(init)] as const
          const topologies = await Promise.all(nodes.map(async (node, i) => {
            if (handlers[i]) {
              await node.handle('/eth/69', () => {})
            }

            return recordTopology(node, '/eth/69', filtered)
          }))

          const connected = topologies.map(async topology => topology.connected)
          const [connection] = await connectNodes(...nodes)
          await Promise.all(connected)
          await connection.close()
          await Promise.all(topologies.map(async topology => topology.disconnected))

          expect(topologies.map(({ calls }) => calls)).to.deep.equal([['connect', 'disconnect'], ['connect', 'disconnect']])
        })
      }
    }

    for (const filtered of [true, false]) {
      it(`for each of two connections, one after the other, ${filtered ? 'with a filter' : 'without a filter'}`, async () => {
        const nodes = [await createNode(libp2p), await createNode(libp2p)] as const
        const calls: string[][] = []

        for (let i = 0; i < 2; i++) {
          const topology = await recordTopology(nodes[0], '/eth/69', filtered)
          const [connection] = await connectNodes(...nodes)
          await topology.connected
          await connection.close()
          await topology.disconnected
          calls.push(topology.calls)
        }

        expect(calls[1]).to.deep.equal(['connect', 'disconnect'])
      })
    }
  })

  it('is told again where identify over another connection has replaced it', async () => {
    const privateKey = await generateKeyPair('secp256k1')
    const [node, other] = [await createNode({ stock: true }), await createNode({ stock: true, privateKey })]
    const introduced = nextIdentify(node)
    await connectNodes(node, other)
    await introduced
    const told: string[][] = []
    const again = new Promise<void>((resolve) => {
      node.addEventListener('peer:identify', ({ detail }) => {
        told.push(detail.protocols)
        told.length === 2 && resolve()
      })
    })
    await node.dial(stockAddress(other), { force: true })
    await again

    expect(told[0]).to.include('/ipfs/id/1.0.0').and.not.include('/eth/69')
    expect(told[1]).to.deep.equal(['/eth/69'])
    await stored(node, other, '/eth/69')
    await stored(node, other, '/ipfs/id/1.0.0')
  })

  it('is not told for ever by two transports that share other capabilities with one peer', async () => {
    const websocket = { transport: webSockets(), announce: true, capabilities: [SNAP_1] }
    const transports = [rlpxTransport({ capabilities: [ETH_69] }), rlpxTransport(websocket)]
    const addresses = { listen: ['/ip4/127.0.0.1/tcp/0/rlpx', '/ip4/127.0.0.1/tcp/0/ws/rlpx'] }
    const node = await createNode({ options: { transports } })
    const other = await createNode({ options: { transports, addresses } })
    const results = identifyResults(node)
    const first = nextIdentify(node)
    await node.dial(rlpxAddress(other))
    await first
    const second = nextIdentify(node)
    await node.dial(other.getMultiaddrs()[0], { force: true })
    await second
    await node.stop()

    expect(results.map(({ protocols }) => protocols)).to.deep.equal([['/eth/69'], ['/snap/1']])
  })

  describe('of ourselves', () => {
    async function selfProtocols (node: Node): Promise<string[]> {
      return (await node.peerStore.get(node.peerId)).protocols
    }

    it('are our capabilities with libp2p/1, handled or not, until the node stops', async () => {
      const node = await createNode({ rlpx: { libp2p: true, capabilities: [ETH_69, SNAP_1] } })
      expect(await selfProtocols(node)).to.have.members(['/eth/69', '/snap/1'])

      await node.handle('/eth/69', () => {})
      const restored = new Promise<void>((resolve) => {
        node.addEventListener('self:peer:update', ({ detail: { peer, previous } }) => {
          previous?.protocols.length === 0 && peer.protocols.length === 2 && resolve()
        })
      })
      await node.unhandle('/eth/69')
      await restored
      expect(await selfProtocols(node)).to.have.members(['/eth/69', '/snap/1'])

      await node.stop()
      expect(await selfProtocols(node)).to.deep.equal([])
    })

    it('are none without it', async () => {
      const node = await createNode({ stock: true })

      expect((await selfProtocols(node)).filter(protocol => protocol.startsWith('/eth'))).to.deep.equal([])
    })
  })

  it('does not wait for ever for an identify that does not come', async () => {
    const [node, other] = [await createNode(libp2p), await createNode({ rlpx: { libp2p: true } })]
    const identified = nextIdentify(node)
    await connectNodes(node, other)

    expect((await identified).protocols).to.deep.equal(['/eth/69'])
  })

  it('leaves identify-push to others as it is', async () => {
    const services = { identify: identify(), identifyPush: identifyPush() }
    const node = await createNode({ stock: true, options: { services } })
    const stock = await createNode({ stock: true, rlpx: null, options: { services } })
    const ethereum = await createNode()
    const identified = nextIdentify(node)
    await node.dial(stockAddress(stock))
    await identified
    await ethereum.dial(rlpxAddress(node))
    const pushed = nextProtocols(stock, node, protocols => protocols.includes('/new/1'))
    await node.handle('/new/1', () => {})

    await pushed
  })
})

async function stored (node: Node, other: Node, protocol: string): Promise<void> {
  while (!(await node.peerStore.get(other.peerId)).protocols.includes(protocol)) {
    await new Promise(resolve => setImmediate(resolve))
  }
}
