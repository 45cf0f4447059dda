import { tcp } from '@libp2p/tcp'
import { capabilityMessages, devp2p, rlpx } from '../../src/index.ts'
import { BULK_1 } from '../fixtures/bulk-capability.ts'
import { createComposed } from '../fixtures/composition-nodes.ts'
import { createNode } from '../fixtures/libp2p-nodes.ts'
import { ECHO, echoBytes } from './echo.ts'
import type { ComposedNode } from '../fixtures/composition-nodes.ts'
import type { Node } from '../fixtures/libp2p-nodes.ts'
import type { Libp2p, Libp2pEvents, TypedEventTarget } from '@libp2p/interface'

type Events = TypedEventTarget<Libp2pEvents>
type Transports = Array<(components: any) => any>

/** A node that others come to, and those who do. */
export interface Place<Visitor extends Pick<Libp2p, 'start' | 'stop'>> {
  hub: Visitor
  visitors: Visitor[]
}

export interface Places {
  /** `rlpxTransport`. */
  native: Place<Node>

  /** `rlpx()` under yamux. */
  encrypter: Place<ComposedNode>

  /** `devp2p()` over Noise. */
  muxer: Place<ComposedNode>

  /** Where each hub dispatches its events. */
  events: Events[]
}

const VISITORS = 3

/** Nothing that is good fails because the machine is busy. */
export const PATIENCE = 120_000

/** Bad peers forge handshakes all the time, and come from the address of the good ones. */
const RLPX = { handshakeTimeout: PATIENCE, helloTimeout: PATIENCE, maxForgedHandshakesPerAddress: Infinity }
const OPTIONS = {
  connectionManager: {
    addressDialTimeout: PATIENCE,
    dialTimeout: PATIENCE,
    inboundUpgradeTimeout: PATIENCE,
    inboundStreamProtocolNegotiationTimeout: PATIENCE,
    outboundStreamProtocolNegotiationTimeout: PATIENCE,
    connectionCloseTimeout: PATIENCE,
    inboundConnectionThreshold: 10_000,
    maxIncomingPendingConnections: 1_000
  },

  // its Pings keep what they went to for ten seconds
  connectionMonitor: { enabled: false }
}

/** Three hubs, each of which echoes what it is sent. */
export async function openPlaces (): Promise<Places> {
  const events: Events[] = []

  /** TCP, with a look at what libp2p keeps to itself. */
  const watched = (components: any): ReturnType<ReturnType<typeof tcp>> => {
    events.push(components.events)

    return tcp()(components)
  }

  const native = await createNode({ rlpx: { ...RLPX, transport: watched }, options: OPTIONS })
  const encrypter = await createEncrypting([watched])
  const muxer = await createMuxing([watched])

  await Promise.all([
    native.handle('/eth/69', echo),
    muxer.handle('/bulk/1', echo),
    ...[encrypter, muxer].map(async (hub) => hub.handle(ECHO, echoBytes))
  ])

  return {
    native: { hub: native, visitors: await many(async () => createNode({ rlpx: RLPX, listen: false, options: OPTIONS })) },
    encrypter: { hub: encrypter, visitors: await many(async () => createEncrypting([tcp()])) },
    muxer: { hub: muxer, visitors: await many(async () => createMuxing([tcp()])) },
    events
  }
}

async function createEncrypting (transports: Transports): Promise<ComposedNode> {
  return createComposed({ transport: 'tcp', security: 'rlpx', muxer: 'yamux' }, {}, {
    ...OPTIONS,
    transports,
    connectionEncrypters: [rlpx(RLPX)]
  })
}

async function createMuxing (transports: Transports): Promise<ComposedNode> {
  return createComposed({ transport: 'tcp', security: 'noise', muxer: 'devp2p' }, {}, {
    ...OPTIONS,
    transports,
    streamMuxers: [devp2p({ capabilities: [BULK_1], helloTimeout: PATIENCE })]
  })
}

async function many<Visitor> (create: () => Promise<Visitor>): Promise<Visitor[]> {
  return Promise.all(Array.from({ length: VISITORS }, create))
}

async function echo (stream: Parameters<typeof capabilityMessages>[0]): Promise<void> {
  const messages = capabilityMessages(stream)

  for await (const message of messages) {
    await messages.send(message)
  }
}
