import { fetch } from '@libp2p/fetch'
import { gossipsub } from '@libp2p/gossipsub'
import { kadDHT, passthroughMapper } from '@libp2p/kad-dht'
import { expect } from 'aegir/chai'
import { pEvent } from 'p-event'
import { fromString } from 'uint8arrays/from-string'
import { digest } from '../../fixtures/codec-bulk.ts'
import { createComposed } from '../../fixtures/composition-nodes.ts'
import { stopNodes } from '../../fixtures/libp2p-nodes.ts'
import { seededRandom } from '../../fixtures/seeded-random.ts'
import type { ComposedNode } from '../../fixtures/composition-nodes.ts'
import type { Cell } from '../../fixtures/composition-table.ts'
import type { Fetch } from '@libp2p/fetch'
import type { GossipSub, Message } from '@libp2p/gossipsub'
import type { PeerId, Stream, TypedEventTarget } from '@libp2p/interface'
import type { KadDHT } from '@libp2p/kad-dht'

type PubsubNode = ComposedNode<{ pubsub: GossipSub }>
type DhtNode = ComposedNode<{ dht: KadDHT }>
type FetchNode = ComposedNode<{ fetch: Fetch }>

const CELLS: Array<[title: string, cell: Cell]> = [
  ['rlpx() and yamux', { transport: 'tcp', security: 'rlpx', muxer: 'yamux' }],
  ['noise() and devp2p()', { transport: 'tcp', security: 'noise', muxer: 'devp2p' }],
  ['rlpx() and devp2p()', { transport: 'tcp', security: 'rlpx', muxer: 'devp2p' }]
]

const TOPIC = 'blocks'
const KEY = fromString('/v/block')
const BULK = '/bulk/1.0.0'
const MIB = 1024 * 1024
const SIZE = 16

async function createDht (cell: Cell): Promise<DhtNode> {
  return createComposed<{ dht: KadDHT }>(cell, {
    dht: kadDHT({ clientMode: false, peerInfoMapper: passthroughMapper, validators: { v: () => {} }, selectors: { v: () => 0 } })
  })
}

/** Connects nodes of a DHT, each of which then knows the other. */
async function introduce (near: DhtNode, far: DhtNode): Promise<void> {
  await Promise.all([nextContact(near, far), nextContact(far, near), near.dial(far.getMultiaddrs())])
}

async function nextContact ({ services: { dht } }: DhtNode, { peerId }: DhtNode): Promise<void> {
  // its type tells neither of the routing table nor of the table's events
  const { routingTable } = dht as unknown as { routingTable: TypedEventTarget<{ 'peer:add': CustomEvent<PeerId> }> }

  await pEvent<'peer:add', CustomEvent<PeerId>>(routingTable, 'peer:add', { filter: ({ detail }) => detail.equals(peerId) })
}

async function expectPublished (from: PubsubNode, to: PubsubNode): Promise<void> {
  const data = from.peerId.toMultihash().bytes
  const received = pEvent<'message', CustomEvent<Message>>(to.services.pubsub, 'message')
  await from.services.pubsub.publish(TOPIC, data)

  expect((await received).detail).to.deep.include({ topic: TOPIC, data })
}

/** Messages of 1 MiB, each unlike the others, that cannot be compressed. */
function * noise (seed: number): Generator<Uint8Array> {
  const bytes = seededRandom(seed).bytes(MIB)

  for (let i = 0; i < SIZE; i++) {
    bytes[0] = i
    yield bytes.slice()
  }
}

/** Sends as fast as it is taken, and ends the direction. */
async function send (stream: Stream, seed: number): Promise<void> {
  for (const chunk of noise(seed)) {
    if (!stream.send(chunk)) {
      await pEvent(stream, 'drain', { rejectionEvents: ['close'] })
    }
  }

  await stream.close({ signal: AbortSignal.timeout(60_000) })
}

for (const [title, cell] of CELLS) {
  describe(`nodes that connect with ${title}`, function () {
    this.timeout(60_000)

    afterEach(stopNodes)

    it('hear what the other publishes by gossipsub', async () => {
      const create = async (): Promise<PubsubNode> => createComposed<{ pubsub: GossipSub }>(cell, { pubsub: gossipsub() })
      const [near, far] = await Promise.all([create(), create()])
      const subscribed = Promise.all([near, far].map(async ({ services: { pubsub } }) => pEvent(pubsub, 'subscription-change')))
      near.services.pubsub.subscribe(TOPIC)
      far.services.pubsub.subscribe(TOPIC)
      await near.dial(far.getMultiaddrs())
      await subscribed

      await expectPublished(near, far)
      await expectPublished(far, near)
    })

    it('find what another put into the DHT, by way of a third', async () => {
      const [near, middle, far] = await Promise.all([createDht(cell), createDht(cell), createDht(cell)])
      await introduce(near, middle)
      await near.contentRouting.put(KEY, near.peerId.toMultihash().bytes)
      await introduce(far, middle)

      expect(await far.contentRouting.get(KEY)).to.equalBytes(near.peerId.toMultihash().bytes)
    })

    it('fetch what the other looks up', async () => {
      const create = async (): Promise<FetchNode> => createComposed<{ fetch: Fetch }>(cell, { fetch: fetch() })
      const [near, far] = await Promise.all([create(), create()])
      await near.dial(far.getMultiaddrs())

      for (const [from, to] of [[near, far], [far, near]]) {
        to.services.fetch.registerLookupFunction('/name', async (key) => fromString(`${to.peerId} has ${key.byteLength} bytes`))

        expect(await from.services.fetch.fetch(to.peerId, '/name/of')).to.equalBytes(fromString(`${to.peerId} has 8 bytes`))
      }
    })

    it(`send ${SIZE} MiB each way at once, with equal hashes`, async () => {
      const [near, far] = await Promise.all([createComposed(cell), createComposed(cell)])
      const accepted = new Promise<Stream>((resolve, reject) => { far.handle(BULK, resolve).catch(reject) })
      const connection = await near.dial(far.getMultiaddrs())
      const opened = await connection.newStream(BULK)

      const [answers, requests] = await Promise.all([
        digest(opened),
        accepted.then(digest),
        send(opened, 1),
        accepted.then(async (stream) => send(stream, 2))
      ])

      expect(requests).to.equal(await digest(noise(1)))
      expect(answers).to.equal(await digest(noise(2)))
    })
  })
}
