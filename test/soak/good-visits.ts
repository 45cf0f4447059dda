import { TimeoutError } from '@libp2p/interface'
import { pEvent } from 'p-event'
import { equals } from 'uint8arrays/equals'
import { disconnect, openCapability, pingPeer } from '../../src/index.ts'
import { rlpxAddress } from '../fixtures/libp2p-nodes.ts'
import { incompressible } from '../fixtures/p2p-raw-peer.ts'
import { hearEcho } from './echo.ts'
import { PATIENCE } from './places.ts'
import type { Tally } from './tally.ts'
import type { CapabilityMessages } from '../../src/index.ts'
import type { ComposedNode } from '../fixtures/composition-nodes.ts'
import type { Node } from '../fixtures/libp2p-nodes.ts'
import type { SeededRandom } from '../fixtures/seeded-random.ts'
import type { AbortOptions, Connection } from '@libp2p/interface'

const MESSAGES = 12

/** Most messages are small, some are not. */
const SIZES = [1, 100, 1_000, 1_000, 20_000, 100_000]

type End = (connection: Connection, hangUp: (options: AbortOptions) => Promise<void>, options: AbortOptions) => Promise<void>

/** How a connection may end, by either side. */
const ENDS: End[] = [
  async (connection, _, options) => connection.close(options),
  async (connection) => { connection.abort(new Error('had enough')) },
  async (_, hangUp, options) => hangUp(options)
]

/** The same for one of devp2p. */
const DEVP2P_ENDS: End[] = [...ENDS, async (connection) => disconnect(connection, 0x04)]

/** By `rlpxTransport`. */
export async function visitNative (visitor: Node, hub: Node, random: SeededRandom, tally: Tally): Promise<void> {
  const connection = await visitor.dial(rlpxAddress(hub))
  const { messages } = await openCapability(connection, 'eth')
  await converse(messages, random, tally)
  await pingPeer(connection)
  await end(connection, pick(DEVP2P_ENDS, random), async (options) => hub.hangUp(visitor.peerId, options))
}

/** By `rlpx()`, under a muxer of libp2p's. */
export async function visitEncrypter (visitor: ComposedNode, hub: ComposedNode, random: SeededRandom, tally: Tally): Promise<void> {
  const connection = await visitor.dial(hub.getMultiaddrs())
  await shout(connection, random, tally)
  await end(connection, pick(ENDS, random), async (options) => hub.hangUp(visitor.peerId, options))
}

/** By `devp2p()`, over Noise. */
export async function visitMuxer (visitor: ComposedNode, hub: ComposedNode, random: SeededRandom, tally: Tally): Promise<void> {
  const connection = await visitor.dial(hub.getMultiaddrs())
  const { messages } = await openCapability(connection, 'bulk')
  await converse(messages, random, tally)
  await shout(connection, random, tally)
  await end(connection, pick(DEVP2P_ENDS, random), async (options) => hub.hangUp(visitor.peerId, options))
}

/** Says things, and reads that they come back as they are. */
async function converse (messages: CapabilityMessages, random: SeededRandom, tally: Tally): Promise<void> {
  const sent = Array.from({ length: 1 + random.integer(MESSAGES) }, () => something(random))
  const sending = (async () => { for (const payload of sent) { await messages.send({ id: 0, payload }) } })()

  for (const payload of sent) {
    const { value } = await messages.source.next()

    if (value == null || !equals(value.payload, payload)) {
      throw new Error('An echo differs from what was said')
    }

    tally.messages++
  }

  await sending
}

/** The same by a protocol of libp2p's. */
async function shout (connection: Connection, random: SeededRandom, tally: Tally): Promise<void> {
  const data = something(random)

  if (!equals(await hearEcho(connection, data), data)) {
    throw new Error('An echo differs from what was said')
  }

  tally.messages++
}

function something (random: SeededRandom): Uint8Array {
  return incompressible(pick(SIZES, random))
}

function pick <Choice> (choices: Choice[], random: SeededRandom): Choice {
  return choices[random.integer(choices.length)]
}

/** Ends a connection, and waits until it is gone. By default libp2p keeps what it closes for as long as that might have taken. */
async function end (connection: Connection, how: End, hangUp: (options: AbortOptions) => Promise<void>): Promise<void> {
  const controller = new AbortController()
  const options = { signal: controller.signal }
  const timer = setTimeout(() => { controller.abort(new TimeoutError()) }, PATIENCE)

  try {
    const closed = pEvent(connection, 'close', { ...options, rejectionEvents: [] })
    await Promise.all([closed, how(connection, hangUp, options)])
  } finally {
    clearTimeout(timer)
  }
}
