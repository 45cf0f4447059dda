import { memory } from '@libp2p/memory'
import { plaintext } from '@libp2p/plaintext'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { expect } from 'aegir/chai'
import { createLibp2p } from 'libp2p'
import { capabilityMessages, disconnect, disconnectReasonOf, helloOf, openCapability } from '../../src/muxer/index.ts'
import { devp2p, pingPeer, sessionEndOf, sharedCapabilities } from '../../src/muxer/index.ts'
import { DisconnectReason } from '../../src/p2p/disconnect.ts'
import { DisconnectError, ProtocolBreachError } from '../../src/p2p/errors.ts'
import { ETH, SNAP } from '../fixtures/p2p-peers.ts'
import type { Devp2pInit } from '../../src/muxer/index.ts'
import type { Connection, Libp2p, MessageStreamEvents, StreamMuxerFactory, TypedEventTarget } from '@libp2p/interface'

describe('what a connection of devp2p tells, between nodes of libp2p', () => {
  const nodes: Libp2p[] = []
  let addresses = 0

  async function createNode (muxer: (components: any) => StreamMuxerFactory): Promise<Libp2p> {
    const node = await createLibp2p({
      addresses: { listen: [`/memory/muxer-${++addresses}`] },
      transports: [memory()],
      connectionEncrypters: [plaintext()],
      streamMuxers: [muxer]
    })
    nodes.push(node)

    return node
  }

  async function connect (init: Devp2pInit = {}, muxer = devp2p): Promise<[dialled: Connection, accepted: Connection]> {
    const capabilities = [ETH, SNAP]
    const [dialler, listener] = [
      await createNode(devp2p({ capabilities, ...init })),
      await createNode(muxer({ capabilities, clientId: 'listener' }))
    ]

    const accepted = new Promise<Connection>((resolve) => {
      listener.addEventListener('connection:open', ({ detail }) => { resolve(detail) }, { once: true })
    })

    return Promise.all([dialler.dial(multiaddr(`/memory/muxer-${addresses}`)), accepted])
  }

  /** Resolves with the error of a close. */
  async function closeOf (closing: TypedEventTarget<MessageStreamEvents>): Promise<Error | undefined> {
    return new Promise((resolve) => { closing.addEventListener('close', ({ error }) => { resolve(error) }, { once: true }) })
  }

  afterEach(async () => {
    await Promise.all(nodes.splice(0).map(async node => node.stop()))
  })

  it('is messages of a capability, whichever its version', async () => {
    const [dialled, accepted] = await connect()
    const { version, stream, messages } = await openCapability(dialled, 'eth')
    const other = await openCapability(accepted, 'eth')
    await messages.send({ id: 2, payload: Uint8Array.of(0xc0) })

    expect(version).to.equal(69)
    expect(stream.protocol).to.equal('/eth/69')
    expect(capabilityMessages(stream)).to.equal(messages)
    expect((await other.messages.source.next()).value).to.deep.equal({ id: 2, payload: Uint8Array.of(0xc0) })
  })

  it('is what is shared, and the Hello of the peer', async () => {
    const [dialled] = await connect({ capabilities: [ETH] })
    await dialled.newStream('/eth/69')

    expect(sharedCapabilities(dialled)).to.deep.equal([{ ...ETH, offset: 16 }, { name: 'libp2p', version: 1, length: 1, offset: 34 }])
    expect(helloOf(dialled)).to.deep.include({ clientId: 'listener' })
  })

  it('is who has a capability that is not free, and that another is not shared', async () => {
    const [dialled] = await connect()
    await dialled.newStream('/eth/69')

    await expect(openCapability(dialled, 'eth')).to.eventually.be.rejected.with.property('name', 'CapabilityInUseError')
    await expect(openCapability(dialled, 'les')).to.eventually.be.rejectedWith('les').with.property('name', 'CapabilityNotSharedError')
  })

  it('is nothing of its messages where a stream is of no capability', async () => {
    const [dialled, accepted] = await connect()
    await nodes[1].handle('/echo/1', () => {})
    const stream = await dialled.newStream('/echo/1')

    expect(accepted.status).to.equal('open')
    expect(() => capabilityMessages(stream)).to.throw('/echo/1').with.property('name', 'NotDevp2pError')
  })

  it('is the round-trip time of a Ping', async () => {
    const [dialled, accepted] = await connect()
    await dialled.newStream('/eth/69')
    const { messages } = await openCapability(accepted, 'eth')

    // the first Ping waits for a message of the peer
    await messages.send({ id: 2, payload: Uint8Array.of(0xc0) })
    expect(await pingPeer(dialled)).to.be.at.least(0)
    await expect(pingPeer(dialled, { signal: AbortSignal.abort() })).to.eventually.be.rejected.with.property('name', 'AbortError')
  })

  for (const [title, reason, expected] of [['a reason', DisconnectReason.tooManyPeers, 4], ['none', undefined, 0]] as const) {
    it(`is the end of it, with ${title}`, async () => {
      const [dialled, accepted] = await connect()
      await Promise.all([dialled.newStream('/eth/69'), accepted.newStream('/eth/69')])
      const [stream] = accepted.streams.filter(({ protocol }) => protocol === '/eth/69')
      const error = closeOf(accepted)
      const streamError = closeOf(stream)
      await disconnect(dialled, reason)
      await error

      expect(dialled.status).to.equal('closed')
      expect(await sessionEndOf(dialled)).to.include({ by: 'local', reason: expected })
      expect(await sessionEndOf(accepted)).to.include({ by: 'remote', reason: expected })
      expect(disconnectReasonOf(await streamError)).to.equal(expected === 0 ? undefined : expected)
    })
  }

  it('is not there where the muxer is another', async () => {
    const node = await createNode(yamux())
    const other = await createNode(yamux())
    const connection = await node.dial(other.getMultiaddrs()[0])

    for (const ask of [sharedCapabilities, helloOf]) {
      expect(() => ask(connection)).to.throw('/yamux/1.0.0').with.property('name', 'NotDevp2pError')
    }

    for (const ask of [pingPeer, disconnect, async (connection: Connection) => openCapability(connection, 'eth')]) {
      await expect(ask(connection)).to.eventually.be.rejected.with.property('name', 'NotDevp2pError')
    }
  })
})

describe('the reason of a Disconnect', () => {
  it('is told by errors of either side', () => {
    expect(disconnectReasonOf(new DisconnectError(4, 'remote'))).to.equal(4)
    expect(disconnectReasonOf(new DisconnectError(0x10))).to.equal(0x10)
    expect(disconnectReasonOf(new ProtocolBreachError())).to.equal(2)
  })

  it('is told by no others', () => {
    for (const error of [undefined, null, 4, new Error('4'), { reason: 4 }, new DisconnectError()]) {
      expect(disconnectReasonOf(error)).to.equal(undefined)
    }
  })
})
