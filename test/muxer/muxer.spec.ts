import { expect } from 'aegir/chai'
import { abortEnds, createEnds, openEnds } from '../fixtures/muxer-ends.ts'
import { bytesOf, largeBytesOf, nextBytes, turn } from '../fixtures/muxer-streams.ts'
import { incompressible } from '../fixtures/p2p-raw-peer.ts'
import type { CapabilityStream } from '../../src/muxer/capability-stream.ts'

describe('the capabilities of a connection as streams', () => {
  afterEach(abortEnds)

  it('go to their handlers, each once and inbound, on both sides', async () => {
    const pair = await openEnds({ handled: ['/eth/69', '/snap/1'] }, { handled: ['/eth/69', '/les/4'] })
    await turn()

    expect(pair.map(({ protocols }) => protocols)).to.deep.equal([['/eth/69', '/snap/1'], ['/eth/69']])
    expect(pair[0].announced[0]).to.include({ direction: 'inbound', status: 'open' })

    pair[0].announced[0].send(bytesOf('02c0'))
    expect(await nextBytes(pair[1].announced[0])).to.equalBytes(bytesOf('02c0'))
  })

  it('are announced to those who listen late', async () => {
    const [near] = await openEnds({ handled: ['/eth/69', '/snap/1'], listen: false })
    await turn()
    near.listen()
    await turn()

    expect(near.protocols).to.deep.equal(['/eth/69', '/snap/1'])
  })

  it('are not announced where nobody handles them', async () => {
    const [near] = await openEnds({ handled: ['/snap/2', '/ipfs/ping/1.0.0'] })
    near.update()
    await turn()

    expect(near.protocols).to.deep.equal([])
    expect(near.muxer.streams).to.deep.equal([])
  })

  it('need neither a registrar nor events', async () => {
    const [near, far] = await openEnds({ components: { registrar: undefined, events: undefined } })
    const stream = await near.open('/eth/69')
    stream.send(bytesOf('02c0'))

    expect(await nextBytes(await far.open('/eth/69'))).to.equalBytes(bytesOf('02c0'))
  })

  it('go to a handler that comes later, once', async () => {
    const [near] = await openEnds()
    near.handle('/eth/69')
    near.update()

    expect(near.protocols).to.deep.equal(['/eth/69'])
  })

  it('do not go to a handler that comes when somebody has claimed them', async () => {
    const [near] = await openEnds()
    const stream = await near.open('/eth/69')
    near.handle('/eth/69')
    await stream.close()
    near.update()

    expect(near.protocols).to.deep.equal([])
  })

  it('are not handed out again when something else changes', async () => {
    const [near] = await openEnds({ handled: ['/eth/69'] })
    await turn()
    await near.announced[0].close()
    near.update()
    near.handle('/snap/1')

    expect(near.protocols).to.deep.equal(['/eth/69', '/snap/1'])
  })

  it('are handed out again to a handler that was registered again', async () => {
    const [near] = await openEnds({ handled: ['/eth/69'] })
    await turn()
    await near.announced[0].close()
    near.unhandle('/eth/69')
    near.handle('/eth/69')

    expect(near.protocols).to.deep.equal(['/eth/69', '/eth/69'])
  })

  it('are claimed by who asks first, and the second hears by whom', async () => {
    const [near] = await openEnds({ handled: ['/snap/1'] })
    await turn()
    const stream = await near.open('/eth/69')
    expect(stream).to.include({ protocol: '/eth/69', direction: 'outbound' })

    await expect(near.open('/eth/69')).to.eventually.be.rejectedWith(`/eth/69 is in use by a stream that was opened, ${stream.id}`)
      .with.property('name', 'CapabilityInUseError')
    await expect(near.open('/snap/1')).to.eventually.be.rejectedWith(`/snap/1 is in use by its handler, ${near.announced[0].id}`)
      .with.property('name', 'CapabilityInUseError')
  })

  it('have one holder where two ask at a time', async () => {
    const [near] = createEnds()
    const [first, second] = await Promise.allSettled([near.open('/eth/69'), near.open('/eth/69')])

    expect(first).to.have.property('status', 'fulfilled')
    expect(second).to.have.nested.property('reason.message').that.includes('in use by a stream that was opened')
  })

  it('have one holder where a handler comes while somebody asks, at any moment', async () => {
    for (let moments = 0; moments < 8; moments++) {
      const [near] = await openEnds()
      const open = near.open('/eth/69').then(() => 1, () => 0)

      for (let i = 0; i < moments; i++) {
        await Promise.resolve()
      }

      near.handle('/eth/69')
      expect(await open + near.protocols.length).to.equal(1)
    }
  })

  it('can be claimed again once they were given back', async () => {
    const [near, far] = await openEnds()
    const first = await near.open('/eth/69')
    await first.close()
    const second = await near.open('/eth/69')
    const other = await far.open('/eth/69')
    other.send(bytesOf('02c0'))

    expect(second.id).to.not.equal(first.id)
    expect(await nextBytes(second)).to.equalBytes(bytesOf('02c0'))
    expect(near.muxer.streams).to.deep.equal([second])
  })

  it('can be claimed again once a handler threw', async () => {
    const [near] = await openEnds({ handled: ['/eth/69'] })
    await turn()
    near.announced[0].abort(new Error('the handler threw'))

    expect(await near.open('/eth/69')).to.have.property('status', 'open')
  })

  it('can be asked for before Hello', async () => {
    const [near] = createEnds()

    expect(await near.open('/eth/69')).to.have.property('protocol', '/eth/69')
  })

  it('can be asked for no longer than one likes', async () => {
    const [near] = createEnds()

    await expect(near.muxer.createStream({ protocol: '/eth/69', signal: AbortSignal.abort() })).to.eventually.be.rejected
      .with.property('name', 'AbortError')
    expect(near.muxer.session.end).to.equal(undefined)
  })

  it('are all there at once, each for itself', async () => {
    const capabilities = Array.from({ length: 64 }, (_, i) => ({ name: `c${String(i).padStart(2, '0')}`, version: 1, length: 1 + i % 5 }))
    const protocols = capabilities.map(({ name }) => `/${name}/1`)
    const [near, far] = await openEnds({ capabilities, handled: protocols, listen: false }, { capabilities: capabilities.toReversed() })
    near.listen()
    await turn()
    expect(near.protocols).to.deep.equal(protocols)

    const streams = await Promise.all(protocols.map(async protocol => far.open(protocol)))
    let offset = 16

    for (const [i, stream] of streams.entries()) {
      expect((stream as CapabilityStream).capability).to.deep.equal({ ...capabilities[i], offset })
      expect((near.announced[i] as CapabilityStream).capability.offset).to.equal(offset)
      offset += capabilities[i].length
      stream.send(largeBytesOf(capabilities[i].length - 1, Uint8Array.of(i)))
    }

    for (const [i, stream] of near.announced.entries()) {
      const bytes = await nextBytes(stream)
      expect(bytes[bytes.byteLength - 1]).to.equal(i)
    }
  })

  it('pause the peer where nobody reads one of them, and lose nothing', async () => {
    const count = 40
    const [near, far] = await openEnds({ maxBufferedBytes: 4096 })
    const reader = await near.open('/eth/69')
    const writer = (await far.open('/eth/69') as CapabilityStream).messages
    let sent = 0
    const sending = (async () => {
      for (; sent < count; sent++) {
        const payload = incompressible(32 * 1024)
        payload[0] = sent
        await writer.send({ id: 2, payload })
      }
    })()

    await turn()
    await turn()
    expect(sent).to.be.below(count)
    const { channels } = near.muxer.session
    expect(channels.get('eth')?.bufferedBytes).to.be.below(4096 + 33 * 1024)

    let received = 0

    for await (const bytes of reader) {
      expect(bytes.subarray()[4]).to.equal(received++)

      if (received === count) {
        break
      }
    }

    await sending
  })
})
