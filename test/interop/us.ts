import { defaultCrypto } from '../../src/crypto/index.ts'
import { disconnect, enodeToMultiaddr, getEnodes, helloOf, openCapability, pingPeer, sessionEndOf, sharedCapabilities } from '../../src/index.ts'
import { createNode } from '../fixtures/libp2p-nodes.ts'
import { Arrivals } from './arrivals.ts'
import { dialEnode, listen } from './peer.ts'
import type { Capability, CapabilityMessages, Hello, SessionEnd, SharedCapability } from '../../src/index.ts'
import type { Peer } from '../../src/p2p/index.ts'
import type { Connection } from '@libp2p/interface'

/** What can be done with a connection, whichever way it was made. */
export interface Conversation {
  hello: Hello
  shared: SharedCapability[]
  ended: Promise<SessionEnd>
  open (name: string): Promise<CapabilityMessages>
  ping (): Promise<number>
  disconnect (reason?: number): Promise<void>
}

/** One of ours, as others see it: a node that dials and is dialled. */
export interface Us {
  enode: string
  dial (enode: string): Promise<Conversation>

  /** The next connection that was opened to us, in the order they came. */
  accepted (): Promise<Conversation>
  stop (): Promise<void>
}

export interface Way {
  name: string
  start (capabilities: Capability[]): Promise<Us>
}

/** All that is true of a peer has to be true both ways. */
export const WAYS: Way[] = [
  { name: 'a libp2p node', start: startNode },
  { name: 'sessions without libp2p', start: startSessions }
]

async function startNode (capabilities: Capability[]): Promise<Us> {
  const node = await createNode({ rlpx: { capabilities } })
  const inbound = new Arrivals<Connection>()

  node.addEventListener('connection:open', ({ detail }) => {
    if (detail.direction === 'inbound') {
      inbound.add(detail)
    }
  })

  return {
    enode: getEnodes(node)[0],
    dial: async (enode) => connectionConversation(await node.dial(enodeToMultiaddr(enode))),
    accepted: async () => connectionConversation(await inbound.next()),
    stop: async () => node.stop()
  }
}

function connectionConversation (connection: Connection): Conversation {
  return {
    hello: helloOf(connection),
    shared: sharedCapabilities(connection),
    ended: sessionEndOf(connection),
    open: async (name) => (await openCapability(connection, name)).messages,
    ping: async () => pingPeer(connection),
    disconnect: async (reason) => disconnect(connection, reason)
  }
}

async function startSessions (capabilities: Capability[]): Promise<Us> {
  const options = { capabilities, privateKey: defaultCrypto.randomBytes(32) }
  const listener = await listen(options)
  const peers = new Set<Peer>()

  function conversation (peer: Peer): Conversation {
    peers.add(peer)

    return {
      hello: peer.hello,
      shared: peer.shared,
      ended: peer.closed,
      open: async (name) => peer.capability(name),
      ping: async () => peer.ping(),
      disconnect: async (reason) => peer.disconnect(reason)
    }
  }

  return {
    enode: listener.enode,
    dial: async (enode) => conversation(await dialEnode(enode, options)),
    accepted: async () => conversation(await listener.accepted()),
    stop: async () => {
      listener.close()
      await Promise.all([...peers].map(async (peer) => peer.disconnect()))
    }
  }
}
