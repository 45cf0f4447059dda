import { once } from 'node:events'
import { webSockets } from '@libp2p/websockets'
import { multiaddr } from '@multiformats/multiaddr'
import { expect } from 'aegir/chai'
import { WebSocket, WebSocketServer } from 'ws'
import { peerIdFromNodeId } from '../../../src/identity/index.ts'
import { nodeId, OTHER_KEY } from '../../fixtures/codec-keys.ts'
import { createNode, stopNodes } from '../../fixtures/libp2p-nodes.ts'
import { failureOf } from '../../fixtures/p2p-peers.ts'
import type { RlpxTransportInit } from '../../../src/index.ts'
import type { Node } from '../../fixtures/libp2p-nodes.ts'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { AddressInfo } from 'node:net'

const OTHER = peerIdFromNodeId(nodeId(OTHER_KEY))
const GARBAGE = new Uint8Array(500).fill(7)

async function createWebNode (listen: string[], init: RlpxTransportInit = {}): Promise<Node> {
  return createNode({ rlpx: { transport: webSockets(), announce: true, ...init }, options: { addresses: { listen } } })
}

/** A WebSocket to where a node listens. */
async function openWebSocket (node: Node): Promise<WebSocket> {
  const [, { value: port }] = node.getMultiaddrs()[0].getComponents()
  const webSocket = new WebSocket(`ws://127.0.0.1:${port}`)
  webSocket.on('error', () => {})
  await once(webSocket, 'open')

  return webSocket
}

describe('rlpxTransport over WebSockets', () => {
  let server: WebSocketServer
  let address: Multiaddr

  beforeEach(async () => {
    server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
    await once(server, 'listening')
    address = multiaddr(`/ip4/127.0.0.1/tcp/${(server.address() as AddressInfo).port}/ws/rlpx/p2p/${OTHER}`)
  })

  afterEach(async () => {
    await stopNodes()
    server.clients.forEach((webSocket) => { webSocket.terminate() })
    server.close()
  })

  for (const socket of ['ws', 'wss', 'tls/ws', 'tls/sni/example.org/ws']) {
    it(`dials /dns4/…/tcp/…/${socket}/rlpx/p2p/…`, async () => {
      const address = multiaddr(`/dns4/example.org/tcp/443/${socket}/rlpx/p2p/${OTHER}`)

      expect(await (await createWebNode([])).isDialable(address)).to.equal(true)
      expect(await (await createNode()).isDialable(address)).to.equal(false)
    })
  }

  it('leaves no socket open to a peer that answers nonsense', async () => {
    const node = await createWebNode([])
    const closed = new Promise((resolve) => {
      server.on('connection', (webSocket) => {
        webSocket.on('close', resolve)
        webSocket.send(GARBAGE)
      })
    })

    expect(await failureOf(node.dial(address))).to.have.property('name', 'InvalidHandshakeFormatError')
    await closed
  })

  it('leaves no socket open to a peer that opens with nonsense', async () => {
    const node = await createWebNode(['/ip4/127.0.0.1/tcp/0/ws/rlpx'])
    const webSocket = await openWebSocket(node)
    const closed = once(webSocket, 'close')
    webSocket.send(GARBAGE)
    await closed
  })

  it('leaves no socket open to those for whom there is no handshake free', async () => {
    const node = await createWebNode(['/ip4/127.0.0.1/tcp/0/ws/rlpx'], { maxPendingHandshakes: 0 })
    const webSocket = await openWebSocket(node)
    await once(webSocket, 'close')
  })

  it('fails with an error where nobody listens', async () => {
    const node = await createWebNode([])
    server.close()
    await once(server, 'close')
    const failure = await failureOf(node.dial(address))

    expect(failure).to.be.an.instanceOf(Error).with.property('name', 'ConnectionFailedError')
    expect(failure).to.have.property('message').that.includes(`${address}`)
  })
})
