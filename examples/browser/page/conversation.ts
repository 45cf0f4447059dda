import { exchangeStatus, messageName } from '../../../src/eth/index.ts'
import { disconnect, helloOf, openCapability, pingPeer, sessionEndOf, sharedCapabilities } from '../../../src/index.ts'
import type { Status } from '../../../src/eth/index.ts'
import type { CapabilityMessages, Hello, SessionEnd, SharedCapability } from '../../../src/index.ts'
import type { Connection, Libp2p } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

const PING_INTERVAL = 3_000

/** Of a dial, by the names of its progress events. */
const STEPS: Record<string, string> = {
  'websockets:open-connection': 'Opening a WebSocket to the forwarder …',
  'rlpx:encryption-handshake': 'Proving to each other who we are …',
  'rlpx:hello': 'Saying Hello …'
}

export interface Received {
  name: string
  id: number
  payload: Uint8Array
}

/** Hears of a conversation. */
export interface Listener {
  onStep (words: string): void
  onHello (hello: Hello, shared: SharedCapability[]): void
  onStatus (status: Status): void
  onRoundTrip (ms: number): void
  onMessage (message: Received): void
}

/**
 * Dials a node and hears it out, until either side ends it: the node with a Disconnect, we by the signal.
 */
export async function converse (node: Libp2p, address: Multiaddr, listener: Listener, signal: AbortSignal): Promise<SessionEnd> {
  const connection = await node.dial(address, {
    signal,
    onProgress: ({ type }) => {
      if (type in STEPS) {
        listener.onStep(STEPS[type])
      }
    }
  })

  const leave = (): void => { void disconnect(connection) }
  signal.addEventListener('abort', leave)

  try {
    listener.onHello(helloOf(connection), sharedCapabilities(connection))

    const { messages } = await openCapability(connection, 'eth')
    listener.onStatus(await exchangeStatus(messages, 'mirror'))

    const ended = sessionEndOf(connection)
    await Promise.all([pingUntil(ended, connection, listener), read(messages, listener)])

    return await ended
  } finally {
    signal.removeEventListener('abort', leave)
    await disconnect(connection)
  }
}

async function read (messages: CapabilityMessages, listener: Listener): Promise<void> {
  try {
    for await (const { id, payload } of messages) {
      listener.onMessage({ name: messageName(messages.capability, id) ?? `Message ${id}`, id, payload })
    }
  } catch {
    // why it ended is told by how the session ended
  }
}

async function pingUntil (ended: Promise<SessionEnd>, connection: Connection, listener: Listener): Promise<void> {
  for (let over = false; !over;) {
    try {
      listener.onRoundTrip(await pingPeer(connection))
    } catch {
      // the same
    }

    over = await Promise.race([
      ended.then(() => true),
      new Promise<boolean>((resolve) => { setTimeout(resolve, PING_INTERVAL, false) })
    ])
  }
}
