import { generateKeyPair } from '@libp2p/crypto/keys'
import { InvalidParametersError, serviceDependencies } from '@libp2p/interface'
import { memory } from '@libp2p/memory'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { webSockets } from '@libp2p/websockets'
import { multiaddr } from '@multiformats/multiaddr'
import { expect } from 'aegir/chai'
import { encode } from 'rlp'
import { ETH_69 } from '../../../src/eth/index.ts'
import { nodeIdFromPeerId, parseEnode, peerIdFromNodeId } from '../../../src/identity/index.ts'
import { disconnect, getEnodes, helloOf, openCapability, rlpxTransport } from '../../../src/index.ts'
import { nodeId, OTHER_KEY } from '../../fixtures/codec-keys.ts'
import { connectNodes, createNode, nextConnection, rlpxAddress, stopNodes } from '../../fixtures/libp2p-nodes.ts'
import { incompressible } from '../../fixtures/p2p-raw-peer.ts'
import { RecordingLogger } from '../../fixtures/transport-logger.ts'
import { CountingMetrics } from '../../fixtures/transport-metrics.ts'
import { connectRaw, dialledRaw, openSocket } from '../../fixtures/transport-raw.ts'
import type { EnodeListener } from '../../../src/index.ts'
import type { NodeInit } from '../../fixtures/libp2p-nodes.ts'
import type { Connection, ConnectionProtector, Listener, MultiaddrConnection, Transport } from '@libp2p/interface'

async function failureToCreate (init: NodeInit): Promise<Error> {
  return createNode(init).then(() => { throw new Error('It was created') }, (err) => err)
}

/** A message from one end of a connection to the other. */
async function exchange (from: Connection, to: Connection): Promise<void> {
  const [sender, receiver] = await Promise.all([openCapability(from, 'eth'), openCapability(to, 'eth')])
  await sender.messages.send({ id: 1, payload: encode(['hello']) })

  expect(await receiver.messages.source.next()).to.have.deep.property('value', { id: 1, payload: encode(['hello']) })
}

/** A transport of which only the name matters. */
function named (tag: string): () => Transport {
  return () => ({ [Symbol.toStringTag]: tag }) as unknown as Transport
}

describe('the configuration of rlpxTransport', () => {
  afterEach(stopNodes)

  describe('with a key', () => {
    it('takes the one of the node', async () => {
      const node = await createNode()

      expect(parseEnode(getEnodes(node)[0]).id).to.equalBytes(nodeIdFromPeerId(node.peerId))
    })

    for (const [title, own] of [['as bytes', OTHER_KEY], ['as a key of libp2p', undefined]] as const) {
      it(`of its own, ${title}, leaves a node its Ed25519 identity`, async () => {
        const key = await generateKeyPair('secp256k1')
        const node = await createNode({ privateKey: await generateKeyPair('Ed25519'), rlpx: { privateKey: own ?? key } })
        const other = await createNode()
        const [dialled] = await connectNodes(other, node)

        expect(node.peerId.type).to.equal('Ed25519')
        expect(nodeIdFromPeerId(dialled.remotePeer)).to.equalBytes(own == null ? nodeId(key.raw) : nodeId(OTHER_KEY))
      })
    }

    it('of Ed25519 cannot do without', async () => {
      const err = await failureToCreate({ privateKey: await generateKeyPair('Ed25519') })

      expect(err).to.have.property('name', 'InvalidParametersError')
      expect(err.message).to.include("RLPx needs a secp256k1 key, and the node's is Ed25519")
    })

    it('of its own cannot speak for the node, by libp2p/1', async () => {
      const err = await failureToCreate({ rlpx: { privateKey: OTHER_KEY, libp2p: true } })

      expect(err).to.be.an.instanceOf(InvalidParametersError)
      expect(err.message).to.include('libp2p/1 needs the identity of the node')
    })

    it('that is none is refused', async () => {
      expect(await failureToCreate({ rlpx: { privateKey: new Uint8Array(32) } })).to.have.property('name', 'InvalidPrivateKeyError')
    })
  })

  describe('refuses', () => {
    const tags: Array<[tag: string, why: string]> = [
      ['@libp2p/circuit-relay-v2-transport', 'a relay names a peer and no address'],
      ['@libp2p/webrtc', 'it encrypts by itself'],
      ['@libp2p/webrtc-direct', 'it encrypts by itself'],
      ['@libp2p/webtransport', 'it encrypts by itself'],
      ['@chainsafe/libp2p-quic', 'it encrypts by itself']
    ]

    for (const [tag, why] of tags) {
      it(`to run on ${tag}`, async () => {
        const err = await failureToCreate({ rlpx: { transport: named(tag) } })

        expect(err).to.have.property('name', 'UnsupportedTransportError')
        expect(err.message).to.include(tag).and.include(why)
      })
    }

    it('to leave a private network', async () => {
      const connectionProtector = (): ConnectionProtector => ({ protect: async (connection) => connection })
      const err = await failureToCreate({ options: { connectionProtector } })

      expect(err).to.have.property('name', 'UnprotectedTransportError')
      expect(err.message).to.include('allowUnprotected')
    })

    it('a capability that must not be sent', async () => {
      expect(await failureToCreate({ rlpx: { capabilities: [{ name: 'much too long', version: 1, length: 1 }] } }))
        .to.have.property('name', 'InvalidLocalHelloError')
    })

    it('a client id that must not be sent', async () => {
      expect(await failureToCreate({ rlpx: { clientId: 'x'.repeat(257) } })).to.have.property('name', 'InvalidLocalHelloError')
    })
  })

  it('lets a node leave its private network where it is told to', async () => {
    const protector = { connectionProtector: () => ({ protect: async () => { throw new Error('It was asked') } }) }
    const node = await createNode({ rlpx: { allowUnprotected: true }, options: protector })
    const [connection] = await connectNodes(node, await createNode())

    expect(connection.status).to.equal('open')
  })

  describe('for listening', () => {
    it('on port 0 tells the port by its enode, and in Hello', async () => {
      const node = await createNode({ rlpx: { clientId: 'me' } })
      const { host, tcpPort } = parseEnode(getEnodes(node)[0])
      const [dialled] = await connectNodes(await createNode(), node)

      expect(host).to.equal('127.0.0.1')
      expect(tcpPort).to.be.greaterThan(0)
      expect(helloOf(dialled)).to.include({ listenPort: tcpPort, clientId: 'me' })
    })

    it('announces nothing', async () => {
      const node = await createNode()

      expect(node.getMultiaddrs()).to.deep.equal([])
    })

    it('announces its addresses where it is told to', async () => {
      const node = await createNode({ rlpx: { announce: true } })
      const { tcpPort } = parseEnode(getEnodes(node)[0])

      expect(node.getMultiaddrs().map(String)).to.deep.equal([`/ip4/127.0.0.1/tcp/${tcpPort}/rlpx/p2p/${node.peerId}`])
    })

    it('tells of it once the enodes are known, and until it closes', async () => {
      const node = await createNode({ options: { start: false } })
      const listening = new Promise<EnodeListener>((resolve) => {
        node.addEventListener('transport:listening', ({ detail }) => { resolve(detail as EnodeListener) })
      })
      const closed = new Promise((resolve) => { node.addEventListener('transport:close', resolve) })
      await node.start()
      const enodes = (await listening).enodes()

      expect(enodes).to.have.lengthOf(1).and.deep.equal(getEnodes(node))
      await node.stop()
      await closed
      expect(getEnodes(node)).to.deep.equal([])
    })

    it('fails where the port is taken', async () => {
      const { tcpPort } = parseEnode(getEnodes(await createNode())[0])

      await expect(createNode({ options: { addresses: { listen: [`/ip4/127.0.0.1/tcp/${tcpPort}/rlpx`] } } })).to.eventually.be.rejected()
    })

    it('knows no enodes of a node that has none', () => {
      expect(getEnodes({ peerId: peerIdFromNodeId(nodeId(OTHER_KEY)) })).to.deep.equal([])
    })
  })

  describe('on other transports', () => {
    it('has a name of its own for each', async () => {
      const transports = [rlpxTransport({ capabilities: [ETH_69] }), rlpxTransport({ capabilities: [ETH_69], transport: webSockets() })]
      const listen = ['/ip4/127.0.0.1/tcp/0/rlpx', '/ip4/127.0.0.1/tcp/0/ws/rlpx']
      const node = await createNode({ options: { transports, addresses: { listen } } })
      const [connection] = await connectNodes(await createNode(), node)

      expect(connection.status).to.equal('open')
      expect(getEnodes(node)).to.have.lengthOf(1)
    })

    it('connects over WebSockets', async () => {
      const rlpx = { transport: webSockets(), announce: true }
      const node = await createNode({ rlpx, options: { addresses: { listen: ['/ip4/127.0.0.1/tcp/0/ws/rlpx'] } } })
      const other = await createNode({ rlpx, listen: false })
      const accepted = nextConnection(node)
      const [address] = node.getMultiaddrs()
      const dialled = await other.dial(address)

      expect(`${address}`).to.match(/^\/ip4\/127\.0\.0\.1\/tcp\/\d+\/ws\/rlpx\/p2p\//)
      expect(dialled.remoteAddr.equals(address)).to.equal(true)
      await exchange(await accepted, dialled)
      await dialled.close()
      expect(other.getConnections()).to.deep.equal([])
    })

    it('connects in memory', async () => {
      const rlpx = { transport: memory() }
      const node = await createNode({ rlpx, options: { addresses: { listen: ['/memory/a-node/rlpx'] } } })
      const other = await createNode({ rlpx, listen: false })
      const accepted = nextConnection(node)
      const dialled = await other.dial(multiaddr(`/memory/a-node/rlpx/p2p/${node.peerId}`))

      expect(getEnodes(node)).to.deep.equal([])
      expect((await accepted).remoteAddr.toString()).to.match(new RegExp(`/rlpx/p2p/${other.peerId}$`))
      await exchange(dialled, await accepted)
      await dialled.close()
      expect(other.getConnections()).to.deep.equal([])
    })

    it('leaves what the other hands out as it is', async () => {
      const chunks: Uint8Array[] = []
      const transport = (components: any): Transport => {
        const inner = tcp()(components)
        const dial = inner.dial.bind(inner)

        inner.dial = async (address, { upgrader, ...options }: any) => dial(address, {
          ...options,
          upgrader: {
            upgradeOutbound: async (maConn: MultiaddrConnection, options: any) => {
              maConn.addEventListener('message', ({ data }) => { chunks.push(...data instanceof Uint8Array ? [data] : data) })

              return upgrader.upgradeOutbound(maConn, options)
            }
          }
        })

        return inner
      }

      const [node, other] = [await createNode({ rlpx: { transport }, listen: false }), await createNode()]
      const accepted = nextConnection(other)
      const dialled = await node.dial(rlpxAddress(other))
      const [receiver, sender] = await Promise.all([openCapability(dialled, 'eth'), openCapability(await accepted, 'eth')])
      await sender.messages.send({ id: 1, payload: incompressible(200_000) })
      await receiver.messages.source.next()

      expect(chunks.reduce((sum, { buffer, byteLength }) => sum + Math.min(buffer.byteLength, byteLength), 0)).to.be.greaterThan(200_000)
    })

    it('starts, stops and depends as the other does', async () => {
      const calls: string[] = []
      const hooks = ['beforeStart', 'start', 'afterStart', 'beforeStop', 'stop', 'afterStop']
      const transport = (components: any): Transport => Object.assign(
        tcp()(components),
        { [serviceDependencies]: ['@libp2p/connection-encryption'] },
        Object.fromEntries(hooks.map(hook => [hook, () => { calls.push(hook) }]))
      )

      await expect(createNode({ rlpx: { transport } })).to.eventually.be.rejectedWith('@libp2p/connection-encryption')
      const node = await createNode({ rlpx: { transport }, options: { connectionEncrypters: [noise()] } })
      await node.stop()
      expect(calls).to.deep.equal(hooks)
    })

    it('passes on what goes wrong with listening', async () => {
      const listeners: Listener[] = []
      const node = await createNode({
        options: { start: false },
        rlpx: {
          transport: (components) => {
            const inner = tcp()(components)
            const createListener = inner.createListener.bind(inner)
            inner.createListener = (options) => listeners[listeners.push(createListener(options)) - 1]

            return inner
          }
        }
      })
      const listening = new Promise<Listener>((resolve) => {
        node.addEventListener('transport:listening', ({ detail }) => { resolve(detail) })
      })
      await node.start()
      const failed = new Promise<Error>((resolve) => {
        void listening.then((listener) => { listener.addEventListener('error', ({ detail }) => { resolve(detail) }) })
      })
      await listening
      const error = new Error('The network is down')
      listeners[0].safeDispatchEvent('error', { detail: error })

      expect(await failed).to.equal(error)
    })

    it('leaves addresses without /rlpx to others', async () => {
      const [node, stock] = [await createNode(), await createNode({ stock: true, rlpx: null })]

      await expect(node.dial(stock.getMultiaddrs()[0])).to.eventually.be.rejected.with.property('name', 'NoValidAddressesError')
    })
  })

  it('logs what becomes of connections', async () => {
    const logger = new RecordingLogger('libp2p:rlpx')
    const node = await createNode({ options: { logger } })
    const [connection] = await connectNodes(node, await createNode())
    await disconnect(connection, 0x03)
    const { dial, raw } = await dialledRaw(node)
    raw.sendHello({ capabilities: [] })
    await expect(dial).to.eventually.be.rejected()

    expect(logger.lines).to.deep.equal([
      '%s session with %a ended by the %s side - %s: outbound, local, 3',
      'could not set up an %s session with %a - %e: outbound, UselessPeerError'
    ])
  })

  it('counts what becomes of connections', async () => {
    const metrics = new CountingMetrics()
    const node = await createNode({ rlpx: { maxPendingHandshakes: 2 }, options: { metrics: () => metrics } })
    const other = await createNode()
    const [connection] = await connectNodes(node, other)
    await connection.close()
    const raw = await connectRaw(node)
    const closed = new Promise((resolve) => { node.addEventListener('connection:close', resolve) })
    raw.link.end()
    await closed
    await Promise.all([openSocket(node), openSocket(node)])
    const third = await openSocket(node)
    await new Promise((resolve) => { third.resume().once('close', resolve) })
    const stranger = peerIdFromNodeId(nodeId(OTHER_KEY))
    await expect(node.dial(rlpxAddress(other).decapsulate('/p2p').encapsulate(`/p2p/${stranger}`))).to.eventually.be.rejected()

    expect(metrics.groups.get('libp2p_rlpx_set_ups_total')).to.deep.equal({
      'outbound success': 1, 'inbound success': 1, 'inbound TooManyHandshakesError': 1, 'outbound HandshakeClosedError': 1
    })
    expect(metrics.groups.get('libp2p_rlpx_disconnects_total')).to.deep.equal({
      'local disconnect requested': 1, 'remote SessionClosedError': 1
    })
  })
})
