import { multiaddrConnectionPair } from '@libp2p/utils'
import { expect } from 'aegir/chai'
import { TypedEventEmitter } from 'main-event'
import { devp2p } from '../../src/muxer/index.ts'
import { CapabilityMuxer } from '../../src/muxer/muxer.ts'
import { DisconnectReason } from '../../src/p2p/disconnect.ts'
import { DisconnectError } from '../../src/p2p/errors.ts'
import { abortEnds, createEnds, openEnds } from '../fixtures/muxer-ends.ts'
import { bytesOf, closesOf, turn } from '../fixtures/muxer-streams.ts'
import { helloPayload, LOCAL_HELLO } from '../fixtures/p2p-hello.ts'
import { startSession } from '../fixtures/p2p-link.ts'
import { ETH } from '../fixtures/p2p-peers.ts'
import type { End } from '../fixtures/muxer-ends.ts'
import type { Libp2pEvents } from '@libp2p/interface'

const LES = { name: 'les', version: 4, length: 23 }

async function endsOf (pair: End[]): Promise<unknown[]> {
  return Promise.all(pair.map(async ({ muxer }) => muxer.session.closed))
}

describe('the end of a muxer', () => {
  afterEach(abortEnds)

  it('tells the other side that it was asked for, and closes streams and connection', async () => {
    const [near, far] = await openEnds()
    const streams = [await near.open('/eth/69'), await far.open('/eth/69')]
    const closes = streams.map(closesOf)
    await near.muxer.close()

    expect(await endsOf([near, far])).to.deep.equal([
      { by: 'local', reason: DisconnectReason.requested, error: undefined },
      { by: 'remote', reason: DisconnectReason.requested, error: undefined }
    ])
    expect(closes).to.deep.equal([[undefined], [undefined]])
    expect([near.muxer.status, near.connection.status]).to.deep.equal(['closed', 'closed'])
    expect([near.muxer.streams, far.muxer.streams]).to.deep.equal([[], []])
  })

  it('comes once, however often and whenever it is asked for', async () => {
    const [near, far] = await openEnds()
    await Promise.all([near.muxer.close(), near.muxer.close(), far.muxer.close()])
    await near.muxer.close()
    near.muxer.abort(new Error('late'))

    expect(near.muxer.status).to.equal('closed')
    expect(await near.muxer.session.closed).to.have.property('error', undefined)
  })

  it('comes during Hello', async () => {
    const [near, far] = createEnds()
    const open = near.open('/eth/69')
    await near.muxer.close()

    await expect(open).to.eventually.be.rejected.with.property('name', 'SessionClosedError')
    expect(await far.muxer.session.closed).to.include({ by: 'remote', reason: DisconnectReason.requested })
  })

  it('comes before there was a Hello, without one', async () => {
    const [near, far] = createEnds()
    near.muxer.abort(new DisconnectError(DisconnectReason.tooManyPeers))

    await expect(far.muxer.session.ready).to.eventually.be.rejected.with.property('reason', DisconnectReason.tooManyPeers)
    await near.muxer.session.closed
  })

  it('waits no longer than it is told, and can still be forced', async () => {
    const [near] = await openEnds({ libp2p: true }, { libp2p: true })
    const [eth] = [await near.open('/eth/69'), await near.open()]
    const closes = closesOf(eth)
    const err = await near.muxer.close({ signal: AbortSignal.abort() }).catch((err: Error) => err)
    expect(err).to.have.property('name', 'AbortError')
    expect(near.muxer.session.end).to.include({ by: 'local', reason: DisconnectReason.requested })

    near.muxer.abort(err as Error)
    expect(near.muxer.status).to.equal('closed')
    expect(closes).to.have.lengthOf(1)
    await near.muxer.session.closed
  })

  it('waits for what was written to a peer that does not read, as long as it is told', async () => {
    const { session, link } = startSession()
    const events = new TypedEventEmitter<Libp2pEvents>()
    const components = { registrar: { getProtocols: () => handled }, events }
    const handled: string[] = []
    const [connection] = multiaddrConnectionPair()
    const muxer = new CapabilityMuxer(connection, { session, capabilities: LOCAL_HELLO.capabilities, components })
    link.receive(0, helloPayload())
    const stream = await muxer.createStream({ protocol: '/eth/69' })
    link.writable = false
    stream.send(bytesOf('02c0'))
    const controller = new AbortController()
    const closing = muxer.close({ signal: controller.signal })
    await turn()
    expect(session.end).to.equal(undefined)

    // nothing new is begun
    handled.push('/snap/1')
    events.safeDispatchEvent('self:peer:update')
    expect(muxer.streams).to.deep.equal([stream])
    await expect(muxer.onCreateStream({ protocol: '/snap/1' })).to.eventually.be.rejected.with.property('name', 'MuxerClosedError')

    controller.abort()
    await expect(closing).to.eventually.be.rejected.with.property('name', 'AbortError')
    expect(session.end).to.include({ by: 'local', reason: DisconnectReason.requested })
    expect(stream.status).to.not.equal('open')
  })

  for (const [title, err, reason] of [
    ['the reason of a DisconnectError', new DisconnectError(DisconnectReason.uselessPeer), DisconnectReason.uselessPeer],
    ['that it was asked for, where there is no other reason', new Error('enough'), DisconnectReason.requested]
  ] as const) {
    it(`tells ${title} when it is aborted`, async () => {
      const [near, far] = await openEnds({ libp2p: true }, { libp2p: true })
      const streams = [await near.open('/eth/69'), await near.open()]
      const closes = streams.map(closesOf)
      near.muxer.abort(err)

      expect(closes).to.deep.equal([[err], [err]])
      expect(near.muxer.session.end).to.deep.equal({ by: 'local', reason, error: err })
      expect(await far.muxer.session.closed).to.include({ by: 'remote', reason })
      expect(await near.muxer.session.closed).to.have.property('error', err)
    })
  }

  it('of the other side closes the connection, with all streams', async () => {
    const [near, far] = await openEnds({ libp2p: true }, { libp2p: true })
    const streams = [await near.open('/eth/69'), await near.open()]
    const [closes] = streams.map(closesOf)
    void far.muxer.session.disconnect(DisconnectReason.tooManyPeers)
    await endsOf([near, far])

    expect(closes).to.have.lengthOf(1).with.nested.property('0.reason', DisconnectReason.tooManyPeers)
    expect(streams.map(({ status }) => status)).to.not.include('open')
    expect([near.connection.status, far.connection.status]).to.deep.equal(['closed', 'closed'])
    expect(near.muxer.status).to.equal('closed')
  })

  it('comes with the end of the connection', async () => {
    const [near] = await openEnds({ libp2p: true }, { libp2p: true })
    const streams = [await near.open('/eth/69'), await near.open()]
    near.connection.abort(new Error('cable cut'))

    expect(await near.muxer.session.closed).to.have.nested.property('error.message').that.includes('cable cut')
    expect(streams.map(({ status }) => status)).to.not.include('open')
    await expect(near.open('/eth/69')).to.eventually.be.rejected.with.property('name', 'MuxerClosedError')
  })

  it('leaves nothing to open while the other side has not closed yet', async () => {
    const [near] = await openEnds({ libp2p: true }, { libp2p: true })
    void near.muxer.session.disconnect(DisconnectReason.requested)

    for (const protocol of ['/eth/69', '/ipfs/ping/1.0.0', undefined]) {
      await expect(near.open(protocol)).to.eventually.be.rejected.with.property('name', 'MuxerClosedError')
    }

    near.handle('/eth/69')
    expect(near.protocols).to.deep.equal([])
  })

  it('comes where nothing is shared, and closes the connection', async () => {
    const [near, far] = createEnds({}, { capabilities: [LES] })
    const open = near.open('/eth/69')

    await expect(open).to.eventually.be.rejected.with.property('name').that.is.oneOf(['UselessPeerError', 'DisconnectError'])
    await endsOf([near, far])
    expect([near.connection.status, far.connection.status]).to.deep.equal(['closed', 'closed'])
    expect(near.muxer.session.end).to.include({ reason: DisconnectReason.uselessPeer })
  })

  it('comes where no Hello does', async () => {
    const [connection] = multiaddrConnectionPair()
    const { session } = devp2p({ capabilities: [ETH], helloTimeout: 1, disconnectGrace: 1 })().createStreamMuxer(connection)

    await expect(session.ready).to.eventually.be.rejected.with.property('name', 'HelloTimeoutError')
    expect(await session.closed).to.include({ by: 'local', reason: DisconnectReason.pingTimeout })
    expect(connection.status).to.equal('closed')
  })

  it('comes where the connection had gone before it began', async () => {
    const [{ connection }] = createEnds()
    await connection.close()
    const muxer = devp2p({ capabilities: [ETH] })().createStreamMuxer(connection)

    await expect(muxer.createStream({ protocol: '/eth/69' })).to.eventually.be.rejected.with.property('name', 'SessionClosedError')
    await muxer.close()
  })

  it('leaves what came before it to be read', async () => {
    const [near, far] = await openEnds()
    const [reader, writer] = [await near.open('/eth/69'), await far.open('/eth/69')]
    writer.send(bytesOf('02c0', '03c0'))
    await far.muxer.session.disconnect(DisconnectReason.tooManyPeers)
    await near.muxer.session.closed

    const read = reader[Symbol.asyncIterator]()
    expect((await read.next()).value.subarray()).to.equalBytes(bytesOf('02c0'))
    expect((await read.next()).value.subarray()).to.equalBytes(bytesOf('03c0'))
    await expect(read.next()).to.eventually.be.rejected.with.property('reason', DisconnectReason.tooManyPeers)
  })

  it('leaves no listeners but those of libp2p', async () => {
    const pair = createEnds({ libp2p: true, handled: ['/eth/69'] }, { libp2p: true })
    await Promise.all(pair.map(async ({ muxer }) => muxer.session.ready))
    await turn()
    const [near] = pair
    expect(near.events.listenerCount('self:peer:update')).to.equal(1)
    await near.muxer.close()

    expect(near.events.listenerCount('self:peer:update')).to.equal(0)

    // one each of libp2p's stream itself and of its muxer
    const left = ['message', 'drain', 'end', 'remoteCloseWrite', 'close'].map(event => near.connection.listenerCount(event))
    expect(left).to.deep.equal([1, 2, 0, 0, 3])
  })
})

describe('devp2p()', () => {
  it('is a muxer by its multistream id', () => {
    expect(devp2p()().protocol).to.equal('/devp2p/5')
  })

  it('refuses what must not be said in Hello', () => {
    expect(() => devp2p({ capabilities: [{ name: 'farTooLong', version: 1, length: 1 }] })()).to.throw()
      .with.property('name', 'InvalidLocalHelloError')
    expect(() => devp2p({ clientId: 'x'.repeat(257) })()).to.throw().with.property('name', 'InvalidLocalHelloError')
  })

  it('says Hello with a random id, and libp2p/1 unless told otherwise', async () => {
    const [near, far] = await openEnds({ libp2p: undefined, clientId: 'near' }, { libp2p: false })
    const { hello } = far.muxer.session

    expect(hello).to.deep.include({ clientId: 'near', listenPort: 0 })
    expect(hello.capabilities.map(({ name }) => name)).to.deep.equal(['eth', 'libp2p', 'snap'])
    expect(hello.id).to.have.lengthOf(64)
    expect(hello.id).to.not.equalBytes(near.muxer.session.hello.id)
    abortEnds()
  })
})
