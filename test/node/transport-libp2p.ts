import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { ping } from '@libp2p/ping'
import { expect } from 'aegir/chai'
import { pEvent } from 'p-event'
import { toString } from 'uint8arrays/to-string'
import { ETH_69 } from '../../src/eth/index.ts'
import { openCapability } from '../../src/index.ts'
import { connectNodes, createNode, handledMessages, stopNodes } from '../fixtures/libp2p-nodes.ts'
import { seededRandom } from '../fixtures/seeded-random.ts'
import type { Capability, CapabilityMessages } from '../../src/index.ts'
import type { Node } from '../fixtures/libp2p-nodes.ts'
import type { Message } from '@libp2p/gossipsub'
import type { IdentifyResult, Peer } from '@libp2p/interface'

const TOPIC = 'blocks'
const PING = '/ipfs/ping/1.0.0'
const TRANSACTIONS = 0x02
const PINGS = 5
const ROUNDS = 5

/** A node with libp2p/1 and services that run on it. */
async function createOwnNode (capabilities: Capability[] = [ETH_69]): Promise<Node> {
  return createNode({
    rlpx: { libp2p: true, capabilities },
    options: { services: { identify: identify(), ping: ping(), pubsub: gossipsub() } }
  })
}

/** What a node knows of a peer, once it knows that the peer speaks a protocol. */
async function knownPeer (node: Node, { peerId }: Node, protocol: string): Promise<Peer> {
  for (;;) {
    const updated = pEvent(node, 'peer:update')
    const peer = await node.peerStore.get(peerId)

    if (peer.protocols.includes(protocol)) {
      updated.cancel()

      return peer
    }

    await updated
  }
}

/** Once identify is through. */
async function nextIdentified (node: Node): Promise<IdentifyResult> {
  const { detail } = await pEvent<'peer:identify', CustomEvent<IdentifyResult>>(node, 'peer:identify', {
    filter: ({ detail: { protocols } }) => protocols.includes(PING)
  })

  return detail
}

/** Once a peer has subscribed, and so can be sent to. */
async function nextSubscription (node: Node): Promise<void> {
  await pEvent(pubsubOf(node), 'subscription-change')
}

async function expectPublished (from: Node, to: Node): Promise<void> {
  const data = from.peerId.toMultihash().bytes
  const received = pEvent<'message', CustomEvent<Message>>(pubsubOf(to), 'message')
  await pubsubOf(from).publish(TOPIC, data)

  const { detail } = await received
  expect(detail.topic).to.equal(TOPIC)
  expect(detail.data).to.equalBytes(data)
}

function pubsubOf ({ services: { pubsub } }: Node): NonNullable<typeof pubsub> {
  if (pubsub == null) {
    throw new Error('The node has no pubsub')
  }

  return pubsub
}

async function expectSent (from: CapabilityMessages, to: CapabilityMessages, seed: number): Promise<void> {
  const random = seededRandom(seed)
  const payloads = Array.from({ length: 50 }, () => random.bytes(random.integer(4096)))

  const send = async (): Promise<void> => {
    for (const payload of payloads) {
      await from.send({ id: TRANSACTIONS, payload })
    }
  }

  const receive = async (): Promise<void> => {
    for (const payload of payloads) {
      const { value } = await to.source.next()
      expect(value).to.have.property('payload').that.equalBytes(payload)
    }
  }

  await Promise.all([send(), receive()])
}

async function expectPings (from: Node, to: Node): Promise<void> {
  for (let i = 0; i < PINGS; i++) {
    expect(await from.services.ping?.ping(to.peerId)).to.be.a('number')
  }
}

describe('libp2p/1 between nodes with rlpxTransport', function () {
  this.timeout(30_000)

  afterEach(stopNodes)

  it('carries identify, ping and gossipsub while eth/69 messages flow both ways', async () => {
    const [near, far] = await Promise.all([createOwnNode(), createOwnNode()])
    const handled = handledMessages(far, '/eth/69')
    const pair = [near, far]
    pair.forEach(node => { pubsubOf(node).subscribe(TOPIC) })

    const subscribed = Promise.all(pair.map(nextSubscription))
    const identified = Promise.all(pair.map(nextIdentified))
    const [connection] = await connectNodes(near, far)
    const opened = (await openCapability(connection, 'eth')).messages

    for (const { agentVersion } of await identified) {
      expect(agentVersion).to.match(/^js-libp2p\//)
    }

    for (const [node, other] of [[near, far], [far, near]]) {
      const { metadata, protocols } = await knownPeer(node, other, '/eth/69')
      expect(protocols).to.include(PING)
      expect(toString(metadata.get('AgentVersion') ?? new Uint8Array())).to.match(/^js-libp2p\//)
      expect(toString(metadata.get('Devp2pClientId') ?? new Uint8Array())).to.equal('libp2p-rlpx')
    }

    await subscribed
    await Promise.all([
      expectSent(opened, await handled, 1),
      expectSent(await handled, opened, 2),
      expectPings(near, far),
      expectPings(far, near),
      expectPublished(near, far).then(async () => expectPublished(far, near))
    ])
  })

  it('resets a stream on which the peer negotiates the name of a capability', async () => {
    const [near, far] = await Promise.all([createOwnNode([]), createOwnNode()])
    let handled = 0
    await far.handle('/eth/69', () => { handled++ })
    const [dialled, accepted] = await connectNodes(near, far)

    // the reset may overtake the answer to what was negotiated
    const outcome = dialled.newStream('/eth/69').then(async (stream) => {
      if (stream.status === 'open') {
        await pEvent(stream, 'close')
      }

      return stream.status
    }, ({ name }) => name)

    expect(await outcome).to.be.oneOf(['reset', 'StreamResetError'])
    expect(handled).to.equal(0)
    expect(accepted.status).to.equal('open')
    await expectPings(near, far)
  })

  it('resets a stream on which the name of a capability is chosen from a list', async () => {
    const [near, far] = await Promise.all([createOwnNode(), createOwnNode()])
    await far.handle('/eth/69', () => {})
    const [dialled] = await connectNodes(near, far)

    await expect(dialled.newStream(['/eth/69', '/eth/68'])).to.eventually.be.rejected.with.property('name', 'UnsupportedProtocolError')
    expect(dialled.streams.map(({ protocol }) => protocol)).to.not.include('/eth/69')
    expect(dialled.status).to.equal('open')
    await expectPings(near, far)
  })
})

describe('a node that has libp2p/1, and a peer that has not', function () {
  this.timeout(30_000)

  afterEach(stopNodes)

  it('open nothing to each other but what they share', async () => {
    const [own, plain] = await Promise.all([createOwnNode(), createNode()])

    for (const connection of await connectNodes(own, plain)) {
      for (const protocols of [PING, [PING, '/eth/69'], ['/eth/68', '/eth/69'], '/eth/68', '/libp2p/1']) {
        await expect(connection.newStream(protocols)).to.eventually.be.rejected.with.property('name', 'UnsupportedProtocolError')
      }

      expect(connection.status).to.equal('open')
      expect((await openCapability(connection, 'eth')).version).to.equal(69)
    }
  })

  it("are left alone by libp2p's connection monitor", async () => {
    const [own, plain, other] = await Promise.all([
      createNode({ rlpx: { libp2p: true }, options: { connectionMonitor: { pingInterval: 100 } } }),
      createNode(),
      createNode({ rlpx: { libp2p: true } })
    ])

    // the monitor pings all connections in each round, which only this one hears
    const pinged = Promise.withResolvers<void>()
    let rounds = 0
    await other.handle(PING, async (stream) => {
      if (++rounds === ROUNDS) {
        pinged.resolve()
      }

      for await (const bytes of stream) {
        stream.send(bytes)
      }
    })

    const [connection] = await connectNodes(own, plain)
    await connectNodes(own, other)
    await pinged.promise

    expect(connection.status).to.equal('open')
    expect(connection.rtt).to.be.a('number')
    expect(own.getConnections()).to.have.lengthOf(2)
    expect((await openCapability(connection, 'eth')).version).to.equal(69)
  })
})
