import { expect } from 'aegir/chai'
import { DisconnectReason } from '../../src/p2p/disconnect.ts'
import { hex } from '../fixtures/hex.ts'
import { abortEnds, openEnds } from '../fixtures/muxer-ends.ts'
import { bytesOf, nextBytes, turn } from '../fixtures/muxer-streams.ts'
import { ETH, SNAP } from '../fixtures/p2p-peers.ts'

const ETH_68 = { ...ETH, version: 68, length: 17 }

describe('a protocol without libp2p/1', () => {
  afterEach(abortEnds)

  for (const protocol of ['/eth/68', '/eth/70', '/les/4', '/ipfs/ping/1.0.0', '/libp2p/1', undefined]) {
    it(`cannot be ${protocol ?? 'a choice'}, and the error names what there is`, async () => {
      const [near] = await openEnds({ capabilities: [ETH_68, ETH, SNAP] })

      await expect(near.open(protocol)).to.eventually.be.rejectedWith('/eth/69, /snap/1').with.property('name', 'UnsupportedProtocolError')
      expect(near.muxer.session.end).to.equal(undefined)
    })
  }

  it('cannot be any where only we speak it', async () => {
    const [near] = await openEnds({ libp2p: true })

    for (const protocol of ['/ipfs/ping/1.0.0', '/libp2p/1', '/eth/70', undefined]) {
      await expect(near.open(protocol)).to.eventually.be.rejected.with.property('name', 'UnsupportedProtocolError')
    }
  })
})

describe('a protocol with libp2p/1', () => {
  afterEach(abortEnds)

  it('can be any, or left open, beside the capabilities', async () => {
    const [near, far] = await openEnds({ libp2p: true }, { libp2p: true, handled: ['/eth/69'] })
    const [stream, eth] = await Promise.all([near.open('/ipfs/ping/1.0.0'), near.open('/eth/69')])
    const undecided = await near.open()
    expect(stream.protocol).to.equal('')

    stream.send(hex('aabbcc'))
    undecided.send(hex('dd'))
    eth.send(bytesOf('02c0'))
    await turn()

    expect(far.protocols).to.deep.equal(['/eth/69', '', ''])
    expect(await nextBytes(far.announced[0])).to.equalBytes(bytesOf('02c0'))
    far.announced[1].addEventListener('message', ({ data }) => { far.announced[1].send(data) })
    expect(await nextBytes(stream)).to.equalBytes(hex('aabbcc'))
  })

  it('cannot be a version of a capability that is not the shared one', async () => {
    const [near] = await openEnds({ libp2p: true }, { libp2p: true })

    await expect(near.open('/eth/68')).to.eventually.be.rejected.with.property('name', 'UnsupportedProtocolError')
  })

  it('cannot become a capability on either side', async () => {
    const [near, far] = await openEnds({ libp2p: true }, { libp2p: true })
    const stream = await near.open()
    stream.send(hex('aa'))
    await turn()

    for (const one of [stream, far.announced[0]]) {
      expect(() => { one.protocol = '/eth/69' }).to.throw().with.property('name', 'UnsupportedProtocolError')
      one.protocol = '/ipfs/ping/1.0.0'
      expect(one.protocol).to.equal('/ipfs/ping/1.0.0')
    }
  })

  it('cannot be libp2p/1 itself', async () => {
    const [near] = await openEnds({ libp2p: true, handled: ['/libp2p/1'] }, { libp2p: true })
    await turn()
    expect(near.protocols).to.deep.equal([])

    await expect(near.open('/libp2p/1')).to.eventually.be.rejectedWith("in use by libp2p's own streams")
      .with.property('name', 'CapabilityInUseError')
  })

  it('ends the session with 0x02 where its bytes make no sense', async () => {
    const [near, far] = await openEnds({ libp2p: true }, { capabilities: [ETH, { name: 'libp2p', version: 1, length: 1 }] })
    const [{ capability }] = [...far.muxer.session.channels].filter(({ capability: { name } }) => name === 'libp2p')
    far.muxer.session.channels.get('libp2p')?.send({ id: 0, payload: new Uint8Array(12).fill(0xff) })

    expect(capability.length).to.equal(1)
    expect(await far.muxer.session.closed).to.include({ by: 'remote', reason: DisconnectReason.breachOfProtocol })
    expect(await near.muxer.session.closed).to.include({ by: 'local', reason: DisconnectReason.breachOfProtocol })
  })
})
