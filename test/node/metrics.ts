import { memory } from '@libp2p/memory'
import { prometheusMetrics } from '@libp2p/prometheus-metrics'
import { tcp } from '@libp2p/tcp'
import { expect } from 'aegir/chai'
import { Registry } from 'prom-client'
import { rlpx } from '../../src/encrypter/index.ts'
import { ETH_69, SNAP_1 } from '../../src/eth/index.ts'
import { peerIdFromNodeId } from '../../src/identity/index.ts'
import { disconnect, DisconnectReason, openCapability, pingPeer, rlpxTransport, sessionEndOf } from '../../src/index.ts'
import { devp2p } from '../../src/muxer/index.ts'
import { nodeId, OTHER_KEY } from '../fixtures/codec-keys.ts'
import { connectNodes, createNode, nextConnection, rlpxAddress, stockAddress, stopNodes } from '../fixtures/libp2p-nodes.ts'
import type { Node } from '../fixtures/libp2p-nodes.ts'
import type { Connection } from '@libp2p/interface'

interface MeasuredNode {
  node: Node
  registry: Registry
}

/** A node with all that counts in it: the transport twice, the encrypter and the muxer. */
async function createMeasured (maxPeers?: number): Promise<MeasuredNode> {
  const registry = new Registry()
  const node = await createNode({
    options: {
      addresses: { listen: ['/ip4/127.0.0.1/tcp/0/rlpx', '/ip4/127.0.0.1/tcp/0'] },
      transports: [
        tcp(),
        rlpxTransport({ capabilities: [ETH_69], maxPeers }),
        rlpxTransport({ capabilities: [ETH_69], transport: memory() })
      ],
      connectionEncrypters: [rlpx()],
      streamMuxers: [devp2p({ capabilities: [SNAP_1], libp2p: false })],
      connectionMonitor: { enabled: false },
      metrics: prometheusMetrics({ registry, collectDefaultMetrics: false })
    }
  })

  return { node, registry }
}

/** What of ours is scraped, but for how long things took. */
async function scrape ({ registry }: MeasuredNode): Promise<string[]> {
  const lines = (await registry.metrics()).split('\n')

  return lines.filter(line => /^libp2p_rlpx_/.test(line) && !/^libp2p_rlpx_ping_seconds_(sum|bucket)/.test(line)).sort()
}

/** Sends payloads of so many bytes, and waits for them to be received. */
async function send (from: Connection, to: Connection, name: string, sizes: number[]): Promise<void> {
  const [sender, receiver] = await Promise.all([openCapability(from, name), openCapability(to, name)])

  for (const size of sizes) {
    await sender.messages.send({ id: 1, payload: new Uint8Array(size) })
    await receiver.messages.source.next()
  }

  await Promise.all([sender.stream.close(), receiver.stream.close()])
}

describe('the metrics of a node with @libp2p/prometheus-metrics', () => {
  afterEach(stopNodes)

  it('show sessions of the transport', async () => {
    const [dialer, listener] = [await createMeasured(), await createMeasured()]
    const [dialled, accepted] = await connectNodes(dialer.node, listener.node)
    await send(dialled, accepted, 'eth', [10, 5])
    await send(accepted, dialled, 'eth', [100])
    await pingPeer(dialled)
    await disconnect(dialled, DisconnectReason.quitting)
    await sessionEndOf(accepted)

    expect(await scrape(dialer)).to.deep.equal([
      'libp2p_rlpx_disconnects_total{reason="local quitting"} 1',
      'libp2p_rlpx_ping_seconds_count 1',
      'libp2p_rlpx_received_bytes_total{capability="eth/69"} 100',
      'libp2p_rlpx_received_messages_total{capability="eth/69"} 1',
      'libp2p_rlpx_sent_bytes_total{capability="eth/69"} 15',
      'libp2p_rlpx_sent_messages_total{capability="eth/69"} 2',
      'libp2p_rlpx_set_ups_total{outcome="outbound success"} 1'
    ])
    expect(await scrape(listener)).to.deep.equal([
      'libp2p_rlpx_disconnects_total{reason="remote quitting"} 1',
      'libp2p_rlpx_ping_seconds_count 0',
      'libp2p_rlpx_received_bytes_total{capability="eth/69"} 15',
      'libp2p_rlpx_received_messages_total{capability="eth/69"} 2',
      'libp2p_rlpx_sent_bytes_total{capability="eth/69"} 100',
      'libp2p_rlpx_sent_messages_total{capability="eth/69"} 1',
      'libp2p_rlpx_set_ups_total{outcome="inbound success"} 1'
    ])
  })

  it('show the encrypter and sessions of the muxer in the same place', async () => {
    const [dialer, listener] = [await createMeasured(), await createMeasured()]
    const [native] = await connectNodes(dialer.node, listener.node)
    await disconnect(native)
    const [dialled, accepted] = await Promise.all([dialer.node.dial(stockAddress(listener.node)), nextConnection(listener.node)])
    await send(dialled, accepted, 'snap', [1000])
    await pingPeer(accepted)
    await disconnect(accepted, DisconnectReason.uselessPeer)
    await sessionEndOf(dialled)

    expect(await scrape(dialer)).to.deep.equal([
      'libp2p_rlpx_disconnects_total{reason="local disconnect requested"} 1',
      'libp2p_rlpx_disconnects_total{reason="remote useless peer"} 1',
      'libp2p_rlpx_ping_seconds_count 0',
      'libp2p_rlpx_sent_bytes_total{capability="snap/1"} 1000',
      'libp2p_rlpx_sent_messages_total{capability="snap/1"} 1',
      'libp2p_rlpx_set_ups_total{outcome="outbound success"} 2'
    ])
    expect(await scrape(listener)).to.deep.equal([
      'libp2p_rlpx_disconnects_total{reason="local useless peer"} 1',
      'libp2p_rlpx_disconnects_total{reason="remote disconnect requested"} 1',
      'libp2p_rlpx_ping_seconds_count 1',
      'libp2p_rlpx_received_bytes_total{capability="snap/1"} 1000',
      'libp2p_rlpx_received_messages_total{capability="snap/1"} 1',
      'libp2p_rlpx_set_ups_total{outcome="inbound success"} 2'
    ])
  })

  it('show why there was no session', async () => {
    const [dialer, full] = [await createMeasured(), await createMeasured(0)]
    await expect(dialer.node.dial(rlpxAddress(full.node))).to.eventually.be.rejected()
    const stranger = peerIdFromNodeId(nodeId(OTHER_KEY))
    const address = rlpxAddress(full.node).decapsulate('/p2p').encapsulate(`/p2p/${stranger}`)
    await expect(dialer.node.dial(address)).to.eventually.be.rejected()

    expect(await scrape(dialer)).to.deep.equal([
      'libp2p_rlpx_ping_seconds_count 0',
      'libp2p_rlpx_set_ups_total{outcome="outbound HandshakeClosedError"} 1',
      'libp2p_rlpx_set_ups_total{outcome="outbound remote too many peers"} 1'
    ])

    // the other side knows before the one that refuses is through with it, and nothing tells of that
    while ((await scrape(full)).length < 3) {
      await new Promise(resolve => setImmediate(resolve))
    }

    expect(await scrape(full)).to.deep.equal([
      'libp2p_rlpx_ping_seconds_count 0',
      'libp2p_rlpx_set_ups_total{outcome="inbound HandshakeDecryptionError"} 1',
      'libp2p_rlpx_set_ups_total{outcome="inbound local too many peers"} 1'
    ])
  })
})
