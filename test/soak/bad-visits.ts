import { once } from 'node:events'
import { connect } from 'node:net'
import { defaultCrypto } from '../../src/crypto/index.ts'
import { initiate } from '../../src/handshake/index.ts'
import { nodeIdFromPeerId, peerIdFromNodeId } from '../../src/identity/index.ts'
import { encodeMessage } from '../../src/p2p/message.ts'
import { nodeId, OTHER_KEY } from '../fixtures/codec-keys.ts'
import { rlpxAddress } from '../fixtures/libp2p-nodes.ts'
import { helloPayload } from '../fixtures/p2p-hello.ts'
import { failureOf } from '../fixtures/p2p-peers.ts'
import { incompressible } from '../fixtures/p2p-raw-peer.ts'
import { varint } from '../fixtures/p2p-snappy.ts'
import { handshakeOver } from '../fixtures/p2p-sockets.ts'
import { connectRaw, dialledRaw, dialRaw, listenRaw, openSocket, reasonReceived } from '../fixtures/transport-raw.ts'
import type { FrameEncoder } from '../../src/frame/index.ts'
import type { Node } from '../fixtures/libp2p-nodes.ts'
import type { RawPeer } from '../fixtures/p2p-raw-peer.ts'
import type { SeededRandom } from '../fixtures/seeded-random.ts'
import type { Libp2p } from '@libp2p/interface'
import type { Socket } from 'node:net'

/** Bytes of a message that is cut, and of noise. */
const CUT = 40_000
const NOISE = 3_000

/** The shortest auth, its size included. */
const AUTH = 284

const PAUSE = 100
const PINGS = 40
const FLOOD = 100

export interface BadVisit {
  hub: Node

  /** A node that dials, whose peer is the bad one. */
  visitor: Node

  /** The bad one's. */
  key: Uint8Array
  random: SeededRandom
}

/** What the peers of a native node should not do, by whoever dials; each resolves once its connection is gone. */
export const BAD_VISITS: Record<string, (visit: BadVisit) => Promise<void>> = {
  async silence ({ hub, random }) {
    await leave(await openSocket(hub), random)
  },

  async noise ({ hub, random }) {
    const socket = await openSocket(hub)
    socket.write(incompressible(1 + random.integer(NOISE)))
    await leave(socket, random)
  },

  async 'a part of an auth' ({ hub, key, random }) {
    const socket = await openSocket(hub)
    socket.write(authFor(hub, key).subarray(0, random.integer(AUTH)))
    await leave(socket, random)
  },

  async 'an auth with a bit flipped' ({ hub, key, random }) {
    const socket = await openSocket(hub)
    socket.write(flipBit(authFor(hub, key), random))
    await leave(socket, random)
  },

  async 'no Hello' ({ hub, key, random }) {
    const socket = await openSocket(hub)
    await handshakeOver(socket, key, nodeIdFromPeerId(hub.peerId))
    await leave(socket, random)
  },

  async 'a Hello with a bit flipped' ({ hub, key, random }) {
    const socket = await openSocket(hub)
    const encoder = await handshakeOver(socket, key, nodeIdFromPeerId(hub.peerId))
    socket.write(flipBit(helloFrame(encoder, key), random))
    await gone(socket)
  },

  async 'a part of a message' ({ hub, key, random }) {
    const socket = await openSocket(hub)
    const encoder = await handshakeOver(socket, key, nodeIdFromPeerId(hub.peerId))
    socket.write(helloFrame(encoder, key))
    socket.write(encoder.encode(encodeMessage(16, incompressible(CUT))).subarray(0, random.integer(CUT)))
    await leave(socket, random)
  },

  async 'the identity of another' ({ hub, key }) {
    const raw = await dialRaw(hub, key)
    raw.sendHello({ id: nodeId(OTHER_KEY) })
    await expectReason(raw, 0x09)
  },

  async 'nothing shared' ({ hub, key }) {
    const raw = await dialRaw(hub, key)
    raw.sendHello({ capabilities: [['les', 4]] })
    await expectReason(raw, 0x03)
  },

  async 'a message that nobody has' ({ hub, key, random }) {
    const raw = await connectRaw(hub, key)
    raw.sendCompressed(4 + random.integer(12), Uint8Array.of(0xc0))
    await expectReason(raw, 0x02)
  },

  async 'a snappy bomb' ({ hub, key }) {
    const raw = await connectRaw(hub, key)
    raw.send(16, varint(0x1_00_00_00))
    await expectReason(raw, 0x02)
  },

  async 'Pings without end' ({ hub, key, random }) {
    await drop(await connectRaw(hub, key), random, PINGS, (raw) => { raw.sendCompressed(2, Uint8Array.of(0xc0)) })
  },

  async 'a flood from one that does not read' ({ hub, key, random }) {
    const raw = await connectRaw(hub, key)
    const payload = incompressible(CUT)
    raw.link.pause()
    await drop(raw, random, FLOOD, () => { raw.sendCompressed(16, payload) })
  },

  async 'no ack' ({ visitor, key, random }) {
    const { address, connection } = await listenRaw(key)
    const failure = failureOf(visitor.dial(address))
    const { abort } = await connection
    await pause(random)
    abort?.()
    await failure
  },

  async 'a dial that is given up' ({ visitor, key, random }) {
    const controller = new AbortController()
    const { address, connection } = await listenRaw(key)
    const failure = failureOf(visitor.dial(address, { signal: controller.signal }))
    const { abort } = await connection
    await pause(random)
    controller.abort()
    await failure
    abort?.()
  },

  async 'a Disconnect in place of Hello' ({ visitor, key, random }) {
    const { dial, raw } = await dialledRaw(visitor, key)
    raw.send(1, Uint8Array.of(0xc1, 1 + random.integer(0x10)))
    raw.link.end()
    await failureOf(dial)
    await raw.closed
  },

  async 'a wrong key' ({ visitor, hub }) {
    await failureOf(visitor.dial(rlpxAddress(hub).decapsulate('/p2p').encapsulate(`/p2p/${peerIdFromNodeId(nodeId(OTHER_KEY))}`)))
  },

  async 'a port that nobody listens on' ({ visitor, key }) {
    const { address, close } = await listenRaw(key)
    close()
    await failureOf(visitor.dial(address))
  }
}

/** Comes to a hub that is reached by multistream-select, and does not speak as it should. */
export async function visitBadly (hub: Libp2p, random: SeededRandom): Promise<void> {
  const port = Number(hub.getMultiaddrs()[0].getComponents()[1].value)
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true })
  socket.on('error', () => {})
  await once(socket, 'connect')

  const lines = ['/multistream/1.0.0\n', '/rlpx/5\n'].slice(0, random.integer(3))
  socket.write(lines.map(line => `${String.fromCharCode(line.length)}${line}`).join(''))
  socket.write(incompressible(1 + random.integer(NOISE)))
  await leave(socket, random)
}

function authFor (node: Node, key: Uint8Array): Uint8Array {
  const { opening } = initiate({ privateKey: defaultCrypto.importPrivateKey(key), remoteId: nodeIdFromPeerId(node.peerId) })

  return opening ?? new Uint8Array()
}

function helloFrame (encoder: FrameEncoder, key: Uint8Array): Uint8Array {
  return encoder.encode(encodeMessage(0, helloPayload({ id: nodeId(key) })))
}

function flipBit (bytes: Uint8Array, random: SeededRandom): Uint8Array {
  bytes[random.integer(bytes.byteLength)] ^= 1 << random.integer(8)

  return bytes
}

async function pause (random: SeededRandom): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, random.integer(PAUSE)))
}

/** Goes after a while in one of the ways that TCP has, unless it has been made to. */
async function leave (socket: Socket, random: SeededRandom): Promise<void> {
  await pause(random)

  if (random.integer(2) === 0) {
    socket.resetAndDestroy()
  } else {
    socket.end()
    await gone(socket)
  }
}

/** Waits until the other side has ended the connection. */
async function gone (socket: Socket): Promise<void> {
  if (!socket.readableEnded && !socket.closed) {
    await new Promise(resolve => socket.once('end', resolve).once('close', resolve).resume())
  }

  socket.destroy()
}

/** Does the same many times over, and drops the connection after a while. */
async function drop (raw: RawPeer, random: SeededRandom, times: number, act: (raw: RawPeer) => void): Promise<void> {
  for (let i = 0; i < times; i++) {
    act(raw)
  }

  await pause(random)
  raw.link.destroy()
  await raw.closed
}

async function expectReason (raw: RawPeer, reason: number): Promise<void> {
  const received = await reasonReceived(raw)

  if (received !== reason) {
    throw new Error(`The Disconnect had the reason ${received}, and not ${reason}`)
  }
}
