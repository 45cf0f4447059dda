import { generateKeyPair } from '@libp2p/crypto/keys'
import { webSockets } from '@libp2p/websockets'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { ETH_68, ETH_69 } from '../../../src/eth/index.ts'
import { parseEnode, peerIdFromNodeId, RLPX, rlpxTransport } from '../../../src/index.ts'
import type { Libp2p } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/** A geth whose slots are all taken needs 5 s to accept. */
const DIAL_TIMEOUT = 15_000

/** Thrown for what is no address of a forwarder. */
export class InvalidForwarderError extends Error {
  static name = 'InvalidForwarderError'

  constructor (options?: ErrorOptions) {
    super('Not the address of a forwarder', options)
    this.name = 'InvalidForwarderError'
  }
}

/** The node of this tab, with a key that is made here. */
export async function createPeer (): Promise<Libp2p> {
  return createLibp2p({
    privateKey: await generateKeyPair('secp256k1'),
    transports: [rlpxTransport({ transport: webSockets(), capabilities: [ETH_68, ETH_69], clientId: 'a-browser-tab/libp2p-rlpx' })],
    connectionManager: { addressDialTimeout: DIAL_TIMEOUT, dialTimeout: DIAL_TIMEOUT },
    // by default a page dials no private addresses, and that is where one's own forwarder is
    connectionGater: { denyDialMultiaddr: () => false }
  })
}

/**
 * Where a node is that a forwarder leads to.
 *
 * @throws {InvalidEnodeError}
 * @throws {InvalidForwarderError}
 */
export function addressOf (enode: string, forwarder: string): Multiaddr {
  const { id } = parseEnode(enode)
  const address = parseForwarder(forwarder).encapsulate(`/rlpx/p2p/${peerIdFromNodeId(id)}`)

  if (!RLPX.exactMatch(address)) {
    throw new InvalidForwarderError()
  }

  return address
}

function parseForwarder (forwarder: string): Multiaddr {
  try {
    return multiaddr(forwarder)
  } catch (cause) {
    throw new InvalidForwarderError({ cause })
  }
}
