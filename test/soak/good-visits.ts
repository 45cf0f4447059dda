import { equals } from 'uint8arrays/equals'
import { disconnect, openCapability, pingPeer } from '../../src/index.ts'
import { rlpxAddress } from '../fixtures/libp2p-nodes.ts'
import { incompressible } from '../fixtures/p2p-raw-peer.ts'
import type { Tally } from './tally.ts'
import type { CapabilityMessages } from '../../src/index.ts'
import type { ComposedNode } from '../fixtures/composition-nodes.ts'
import type { Node } from '../fixtures/libp2p-nodes.ts'
import type { SeededRandom } from '../fixtures/seeded-random.ts'
import type { Connection } from '@libp2p/interface'

const MESSAGES = 12

/** Most messages are small, some are not. */
const SIZES = [1, 100, 1_000, 1_000, 20_000, 100_000]

type End = (connection: Connection, hangUp: () => Promise<void>) => Promise<void>

/** How a connection may end, by either side. */
const ENDS: End[] = [
  async (connection) => connection.close(),
  async (connection) => { connection.abort(new Error('had enough')) },
  async (_, hangUp) => hangUp()
]

/** The same for one of devp2p. */
const DEVP2P_ENDS: End[] = [...ENDS, async (connection) => disconnect(connection, 0x04)]

/** By `rlpxTransport`. */
export async function visitNative (visitor: Node, hub: Node, random: SeededRandom, tally: Tally): Promise<void> {
  const connection = await visitor.dial(rlpxAddress(hub))
  const { messages } = await openCapability(connection, 'eth')
  await converse(messages, random, tally)
  await pingPeer(connection)
  await end(connection, pick(DEVP2P_ENDS, random), async () => hub.hangUp(visitor.peerId))
}

/** By `rlpx()`, under a muxer of libp2p's. */
export async function visitEncrypter (visitor: ComposedNode, hub: ComposedNode, random: SeededRandom, tally: Tally): Promise<void> {
  const connection = await visitor.dial(hub.getMultiaddrs())
  await shout(visitor, hub, random, tally)
  await end(connection, pick(ENDS, random), async () => hub.hangUp(visitor.peerId))
}

/** By `devp2p()`, over Noise. */
export async function visitMuxer (visitor: ComposedNode, hub: ComposedNode, random: SeededRandom, tally: Tally): Promise<void> {
  const connection = await visitor.dial(hub.getMultiaddrs())
  const { messages } = await openCapability(connection, 'bulk')
  await converse(messages, random, tally)
  await shout(visitor, hub, random, tally)
  await end(connection, pick(DEVP2P_ENDS, random), async () => hub.hangUp(visitor.peerId))
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
async function shout (visitor: ComposedNode, hub: ComposedNode, random: SeededRandom, tally: Tally): Promise<void> {
  const data = something(random)
  const echoed = await visitor.services.echo.echo(hub.peerId, data)

  if (!equals(echoed.subarray(), data)) {
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

/** Ends a connection, and waits until it is gone. */
async function end (connection: Connection, how: End, hangUp: () => Promise<void>): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    connection.addEventListener('close', () => { resolve() })
  })

  await how(connection, hangUp)
  await closed
}
