/**
 * `@ethereumjs/devp2p` in a process of its own: servers, or a client.
 */

import { once } from 'node:events'
import { RLPx } from '@ethereumjs/devp2p'
import { defaultCrypto } from '../../src/crypto/index.ts'
import { serve } from './serve.ts'
import { timedDials } from './timed-dials.ts'
import type { Peer, RLPxOptions } from '@ethereumjs/devp2p'
import type { Server } from 'node:net'

interface Endpoint {
  id: string
  port: number
}

/** A capability that says nothing. */
class Silent {
  _handleMessage (): void {}
}

/** It asks for less than its types do. */
const OPTIONS = { capabilities: [{ name: 'bulk', version: 1, length: 3, constructor: Silent }], maxPeers: 10_000 } as unknown as RLPxOptions

function createNode (): RLPx {
  const node = new RLPx(Uint8Array.from(defaultCrypto.randomBytes(32)), OPTIONS)

  node.events.on('peer:error', () => {})

  return node
}

async function listen (node: RLPx): Promise<Endpoint> {
  // what it calls its server is private
  const server: Server = (node as any)._server
  node.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()

  return { id: Buffer.from(node.id).toString('hex'), port: typeof address === 'object' ? address?.port ?? 0 : 0 }
}

/** Resolves when the capabilities are agreed, as its dial does earlier. */
async function dial ({ id, port }: Endpoint): Promise<Peer> {
  const connected = new Promise<Peer>((resolve) => {
    const onPeer = (peer: Peer): void => {
      if (Buffer.from(peer.getId() ?? []).toString('hex') === id) {
        dialer.events.off('peer:added', onPeer)
        resolve(peer)
      }
    }

    dialer.events.on('peer:added', onPeer)
  })

  await dialer.connect({ id: Uint8Array.from(Buffer.from(id, 'hex')), address: '127.0.0.1', tcpPort: port })

  return connected
}

/** At once: its own farewell takes 2 s. */
async function drop (peer: Peer): Promise<void> {
  const { _socket: socket } = peer as any
  const closed = once(socket, 'close')
  socket.destroy()
  await closed
}

const dialer = createNode()

await serve({
  listen: async ({ count }) => Promise.all(Array.from({ length: count }, async () => listen(createNode()))),

  /** Milliseconds that so many dials take, some of them at once, each to another address. */
  dial: async (plan) => timedDials({ ...plan, dial, drop })
})
