import { privateKeyFromRaw } from '@libp2p/crypto/keys'
/* eslint-disable no-loop-func -- the loops make tests, which run one after the other */
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { expect } from 'aegir/chai'
import { encode } from 'rlp'
import { capabilityMessages, disconnect, DisconnectError, disconnectReasonOf, getEnodes, openCapability } from '../../../src/index.ts'
import { connectNodes, createNode, rlpxAddress, stopNodes } from '../../fixtures/libp2p-nodes.ts'
import { failureOf } from '../../fixtures/p2p-peers.ts'
import { incompressible, openRawPeer } from '../../fixtures/p2p-raw-peer.ts'
import { recordEvents } from '../../fixtures/transport-events.ts'
import { connectRaw, dialledRaw, dialRaw, leave, listenRaw, RAW_KEY, reasonReceived } from '../../fixtures/transport-raw.ts'
import type { Node } from '../../fixtures/libp2p-nodes.ts'
import type { Connection, StreamCloseEvent } from '@libp2p/interface'

const REASONS = [0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x10, 0xff]
const STATUS = 16

function hexOf (reason: number): string {
  return `0x${reason.toString(16).padStart(2, '0')}`
}

/** The close event of a connection, as libp2p has it. */
async function closeEvent (connection: Connection): Promise<StreamCloseEvent> {
  return new Promise((resolve) => {
    connection.addEventListener('close', (event) => { resolve(event as StreamCloseEvent) })
  })
}

describe('the end of a connection of rlpxTransport', () => {
  let node: Node

  beforeEach(async () => {
    node = await createNode()
  })

  afterEach(stopNodes)

  for (const reason of REASONS) {
    it(`by disconnect() tells the peer ${hexOf(reason)}`, async () => {
      const raw = await connectRaw(node)
      await disconnect(node.getConnections()[0], reason)

      expect(await reasonReceived(raw)).to.equal(reason)
      expect(node.getConnections()).to.deep.equal([])
    })

    it(`by abort() with a DisconnectError tells the peer ${hexOf(reason)}`, async () => {
      const raw = await connectRaw(node)
      node.getConnections()[0].abort(new DisconnectError(reason))

      expect(await reasonReceived(raw)).to.equal(reason)
    })

    it(`by a peer that says ${hexOf(reason)} is told in the close event`, async () => {
      const raw = await connectRaw(node)
      const closed = closeEvent(node.getConnections()[0])
      raw.sendCompressed(1, encode([reason]))
      raw.link.end()
      const { error } = await closed

      expect(disconnectReasonOf(error)).to.equal(reason === 0x00 || reason === 0x08 ? undefined : reason)
      expect(error == null).to.equal(reason === 0x00 || reason === 0x08)
    })
  }

  it('by close() tells the peer 0x00, and is no error', async () => {
    const raw = await connectRaw(node)
    const [connection] = node.getConnections()
    const closed = closeEvent(connection)
    await connection.close()

    expect(await reasonReceived(raw)).to.equal(0x00)
    expect(await closed).to.have.property('error', undefined)
    expect(connection.status).to.equal('closed')
  })

  it('by abort() with any other error tells the peer 0x00, and is that error', async () => {
    const raw = await connectRaw(node)
    const [connection] = node.getConnections()
    const closed = closeEvent(connection)
    const error = new Error('mine')
    connection.abort(error)

    expect(await reasonReceived(raw)).to.equal(0x00)
    expect(await closed).to.have.property('error', error)
  })

  it('by a peer that just leaves is an error', async () => {
    const raw = await connectRaw(node)
    const closed = closeEvent(node.getConnections()[0])
    raw.link.end()

    expect((await closed).error).to.have.property('name', 'SessionClosedError')
  })

  it('by a peer that breaks the protocol is answered, and is an error', async () => {
    const raw = await connectRaw(node)
    const closed = closeEvent(node.getConnections()[0])
    raw.sendCompressed(4, encode([]))

    expect(await reasonReceived(raw)).to.equal(0x02)
    expect((await closed).error).to.have.property('name', 'ProtocolBreachError')
  })

  it('by a peer is told after what it said before has been read', async () => {
    const raw = await connectRaw(node)
    const [connection] = node.getConnections()
    const { messages } = await openCapability(connection, 'eth')
    raw.sendCompressed(STATUS, encode([1]))
    raw.sendCompressed(1, encode([0x04]))
    raw.link.end()
    await closeEvent(connection)

    expect(await messages.source.next()).to.have.deep.property('value', { id: 0, payload: encode([1]) })
    expect(disconnectReasonOf(await failureOf(messages.source.next()))).to.equal(0x04)
  })

  it('reaches the peer where there is unread input', async () => {
    const { address, connection } = await listenRaw()
    const dial = node.dial(address)
    const raw = await openRawPeer(await connection, RAW_KEY)
    raw.sendHello({ capabilities: [['eth', 69]] })
    await openCapability(await dial, 'eth')

    for (let i = 0; i < 24; i++) {
      raw.sendCompressed(STATUS, incompressible(60_000))
    }

    await Promise.all([disconnect(await dial, 0x03), leave(raw)])
    expect(await reasonReceived(raw)).to.equal(0x03)
  })
})

describe('a node with rlpxTransport', () => {
  afterEach(stopNodes)

  it('that stops tells all its peers 0x08, read or not', async () => {
    const node = await createNode()
    const dialler = await connectRaw(node)
    const { dial, raw } = await dialledRaw(node, new Uint8Array(32).fill(8))
    raw.sendHello()
    await openCapability(await dial, 'eth')

    for (let i = 0; i < 24; i++) {
      raw.sendCompressed(STATUS, incompressible(60_000))
    }

    await node.stop()

    expect(await reasonReceived(dialler)).to.equal(0x08)
    expect(await reasonReceived(raw)).to.equal(0x08)
  })

  it('that stops is no error to another', async () => {
    const [node, other] = [await createNode(), await createNode()]
    const [, accepted] = await connectNodes(node, other)
    const closed = closeEvent(accepted)
    await node.stop()

    expect(await closed).to.have.property('error', undefined)
    expect(other.getConnections()).to.deep.equal([])
  })

  it('that stops drops those who have not said Hello', async () => {
    const node = await createNode()
    const raw = await dialRaw(node)
    await raw.message(0)
    await node.stop()

    await raw.closed
  })

  it('that stops takes nobody whose Hello comes then', async () => {
    const node = await createNode()
    const raw = await dialRaw(node)
    await raw.message(0)
    const events = recordEvents(node)
    const stopped = node.stop()
    raw.sendHello()
    await Promise.all([stopped, raw.closed])

    expect(events).to.deep.equal([])
  })

  it('that was stopped starts again', async () => {
    const [node, other] = [await createNode(), await createNode()]
    await connectNodes(other, node)
    await node.stop()
    expect(getEnodes(node)).to.deep.equal([])
    await node.start()
    const [, accepted] = await connectNodes(other, node)

    expect(accepted.remotePeer.equals(other.peerId)).to.equal(true)
    expect(getEnodes(node)).to.have.lengthOf(1)
  })

  it('goes on where a handler throws, and the capability is free again', async () => {
    const node = await createNode({ listen: false })
    const other = await createNode()
    const freed = Promise.withResolvers<unknown>()
    await node.handle('/eth/69', (stream) => {
      stream.addEventListener('close', freed.resolve)
      throw new Error('mine')
    })
    const [connection, accepted] = await connectNodes(node, other)
    await freed.promise
    const { messages } = await openCapability(connection, 'eth')
    const { messages: theirs } = await openCapability(accepted, 'eth')
    await messages.send({ id: 1, payload: encode([1]) })

    expect(await theirs.source.next()).to.have.deep.property('value', { id: 1, payload: encode([1]) })
    expect(connection.status).to.equal('open')
  })

  it('hands a capability to its handler on both sides', async () => {
    const [node, other] = [await createNode(), await createNode()]
    const answers = Promise.withResolvers<Uint8Array | undefined>()
    await node.handle('/eth/69', async (stream) => {
      const messages = capabilityMessages(stream)
      await messages.send({ id: 1, payload: encode([1]) })
      answers.resolve((await messages.source.next()).value?.payload)
    })
    await other.handle('/eth/69', async (stream) => {
      for await (const message of capabilityMessages(stream).source) {
        await capabilityMessages(stream).send({ id: 2, payload: message.payload })
      }
    })
    await connectNodes(node, other)

    expect(await answers.promise).to.deep.equal(encode([1]))
  })
})

describe('a dial of rlpxTransport', () => {
  let node: Node

  beforeEach(async () => {
    node = await createNode()
  })

  afterEach(stopNodes)

  it('is not begun where its signal is aborted', async () => {
    const { address, close } = await listenRaw()

    await expect(node.dial(address, { signal: AbortSignal.abort() })).to.eventually.be.rejected.with.property('name', 'AbortError')
    close()
  })

  it('is given up while the socket opens', async () => {
    const { address, close } = await listenRaw()
    const controller = new AbortController()
    const onProgress = ({ type }: { type: string }): void => { type === 'tcp:open-connection' && controller.abort() }
    const dial = node.dial(address, { signal: controller.signal, onProgress })

    await expect(dial).to.eventually.be.rejected.with.property('name', 'AbortError')
    close()
  })

  it('is given up in the handshake', async () => {
    const { address, connection } = await listenRaw()
    const controller = new AbortController()
    const dial = failureOf(node.dial(address, { signal: controller.signal }))
    const received = (async function * () { yield * (await connection).source })()
    const auth = await received.next()
    controller.abort()

    expect(auth.value?.byteLength).to.be.greaterThan(194)
    expect(await dial).to.have.property('name', 'AbortError')
    await expect(received.next()).to.eventually.be.rejected()
  })

  it('is given up with 0x00 while Hello is awaited', async () => {
    const { address, connection } = await listenRaw()
    const controller = new AbortController()
    const dial = failureOf(node.dial(address, { signal: controller.signal }))
    const raw = await openRawPeer(await connection, RAW_KEY)
    await raw.message(0)
    controller.abort()
    await leave(raw)

    expect(await dial).to.have.property('name', 'AbortError')
    expect(await reasonReceived(raw)).to.equal(0x00)
  })

  it('tells of its stages', async () => {
    const other = await createNode()
    const stages: string[] = []
    await node.dial(rlpxAddress(other), { onProgress: ({ type }) => { stages.push(type) } })

    expect(stages.filter(stage => /^(tcp|rlpx):/.test(stage)))
      .to.deep.equal(['tcp:open-connection', 'rlpx:encryption-handshake', 'rlpx:hello'])
  })

  it('can be made again after it has failed', async () => {
    const other = await createNode({ rlpx: { maxPeers: 0 } })
    const key = privateKeyFromRaw(RAW_KEY)
    await expect(node.dial(rlpxAddress(other))).to.eventually.be.rejected()
    const { dial, raw } = await dialledRaw(node)
    raw.sendHello()

    expect((await dial).remotePeer.equals(peerIdFromPrivateKey(key))).to.equal(true)
  })
})
