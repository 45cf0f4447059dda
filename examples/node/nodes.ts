import { randomBytes } from 'node:crypto'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { ETH_69 } from '../../src/eth/index.ts'
import { rlpxTransport } from '../../src/index.ts'
import type { Identify } from '@libp2p/identify'
import type { Libp2p } from '@libp2p/interface'
import type { Ping } from '@libp2p/ping'

const TCP = '/ip4/127.0.0.1/tcp/0'
const RLPX = '/ip4/127.0.0.1/tcp/0/rlpx'

export type Libp2pNode = Libp2p<{ identify: Identify, ping: Ping }>

/** A node for peers of both kinds: an Ed25519 identity for libp2p's, a key of its own for Ethereum's. */
export async function createNode (): Promise<Libp2pNode> {
  return createLibp2p({
    privateKey: await generateKeyPair('Ed25519'),
    addresses: { listen: [TCP, RLPX] },
    transports: [tcp(), rlpxTransport({ privateKey: randomBytes(32), capabilities: [ETH_69], clientId: 'ours' })],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    // the demo asks when it wants to know: identify would run by itself, and is answered one at a time
    services: { identify: identify({ runOnConnectionOpen: false }), ping: ping() }
  })
}

/** A node that has never heard of RLPx. */
export async function createStockNode (): Promise<Libp2pNode> {
  return createLibp2p({
    addresses: { listen: [TCP] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: { identify: identify(), ping: ping() }
  })
}

/** A node that speaks nothing but RLPx: a secp256k1 identity is its key for Ethereum too. */
export async function createEthereumNode (): Promise<Libp2p> {
  return createLibp2p({
    privateKey: await generateKeyPair('secp256k1'),
    addresses: { listen: [RLPX] },
    transports: [rlpxTransport({ capabilities: [ETH_69], clientId: 'neighbour' })]
  })
}
