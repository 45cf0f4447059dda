import { expect } from 'aegir/chai'
import { DisconnectReason } from '../../src/p2p/disconnect.ts'
import { hex } from '../fixtures/hex.ts'
import { Clock } from '../fixtures/p2p-clock.ts'
import { openSession } from '../fixtures/p2p-link.ts'
import { channelOf, RecordingOwner } from '../fixtures/p2p-owner.ts'
import { varint } from '../fixtures/p2p-snappy.ts'

// what a message of no bytes takes
const OVERHEAD = 128

describe('the channels of a Session', () => {
  let clock: Clock

  beforeEach(() => {
    clock = new Clock()
  })

  afterEach(() => {
    clock.restore()
  })

  it('take turns with the message ids', () => {
    const { session, link } = openSession()

    for (const id of [16, 33, 34, 41]) {
      link.receiveCompressed(id, Uint8Array.of(id))
    }

    const eth = channelOf(session, 'eth')
    const snap = channelOf(session, 'snap')
    expect([eth.read(), eth.read()]).to.deep.equal([{ id: 0, payload: Uint8Array.of(16) }, { id: 17, payload: Uint8Array.of(33) }])
    expect([snap.read(), snap.read()]).to.deep.equal([{ id: 0, payload: Uint8Array.of(34) }, { id: 7, payload: Uint8Array.of(41) }])
    expect([eth.read(), snap.read()]).to.deep.equal([undefined, undefined])

    eth.send({ id: 17, payload: hex('c0') })
    snap.send({ id: 7, payload: hex('c0') })
    expect(link.sent).to.deep.equal(['210100c0', '290100c0'])
  })

  it('are not there for names that are not shared', () => {
    const { session } = openSession({}, { capabilities: [['eth', 69], ['snap', 2]] })

    expect(session.channels.get('snap')).to.equal(undefined)
    expect(session.channels.get('les')).to.equal(undefined)
    expect([...session.channels].map(({ capability: { name } }) => name)).to.deep.equal(['eth'])
  })

  for (const id of [-1, 18, 0.5, NaN, Infinity]) {
    it(`do not send message ${id} of 18, and go on`, () => {
      const { session, link } = openSession()
      const eth = channelOf(session, 'eth')

      expect(() => eth.send({ id, payload: hex('c0') })).to.throw(`eth/69 has no message ${id}`)
        .with.property('name', 'InvalidMessageError')
      expect(link.sent).to.deep.equal([])
      expect(session.end).to.equal(undefined)
    })
  }

  for (const version of [4, 5]) {
    it(`send 16,777,215 bytes and no more to a peer of version ${version}, and go on`, () => {
      const { session, link } = openSession({}, { version })
      const eth = channelOf(session, 'eth')
      const payload = new Uint8Array(16_777_216)

      expect(() => eth.send({ id: 1, payload })).to.throw('16777216 bytes').with.property('name', 'InvalidMessageError')
      expect(link.sent).to.deep.equal([])
      expect(session.end).to.equal(undefined)

      eth.send({ id: 1, payload: payload.subarray(1) })
      expect(link.sent).to.have.lengthOf(1)
    }).timeout(60_000)
  }

  it('have one owner at a time', () => {
    const { session } = openSession()
    const eth = channelOf(session, 'eth')
    const owner = new RecordingOwner()
    eth.claim(owner)

    expect(() => { eth.claim(new RecordingOwner()) }).to.throw('eth/69 is in use').with.property('name', 'CapabilityInUseError')
    expect(() => { eth.claim(owner) }).to.throw('eth/69 is in use')

    // of one who does not have it
    eth.release(new RecordingOwner())
    expect(() => { eth.claim(new RecordingOwner()) }).to.throw('eth/69 is in use')

    eth.release(owner)
    eth.claim(new RecordingOwner())
  })

  it('keep what comes before an owner does', () => {
    const { session, link } = openSession({ maxBufferedBytes: 3 * OVERHEAD })
    link.receiveCompressed(16, new Uint8Array())
    link.receiveCompressed(17, new Uint8Array())
    link.receiveCompressed(18, new Uint8Array())

    expect(session.end).to.equal(undefined)
    expect(link.paused, 'nobody is slow').to.equal(false)

    const eth = channelOf(session, 'eth')
    eth.claim(new RecordingOwner())
    expect([eth.read()?.id, eth.read()?.id, eth.read()?.id, eth.read()]).to.deep.equal([0, 1, 2, undefined])
  })

  it('keep no more than the bound before an owner comes', async () => {
    const { session, link } = openSession({ maxBufferedBytes: 3 * OVERHEAD })

    for (let i = 0; i < 4; i++) {
      link.receiveCompressed(16, new Uint8Array())
    }

    expect(link.sent).to.deep.equal(['010204c110'])
    link.listener?.onClose()
    expect(await session.closed).to.include({ by: 'local', reason: 0x10 })
      .with.nested.property('error.name', 'UnclaimedCapabilityError')
    expect(clock.pending).to.equal(0)
  })

  it('keep 1 MiB before an owner comes', () => {
    const { session, link } = openSession()
    const payload = new Uint8Array(65_536 - OVERHEAD)

    for (let i = 0; i < 16; i++) {
      link.receiveCompressed(16, payload)
    }

    expect(session.end).to.equal(undefined)
    link.receiveCompressed(16, new Uint8Array())
    expect(session.end).to.have.property('reason', DisconnectReason.subprotocolError)
  })

  it('do not uncompress what they would not keep', () => {
    const { session, link } = openSession({ maxBufferedBytes: 3 * OVERHEAD })

    // there is not even a block behind the length
    link.receive(16, varint(2 * OVERHEAD + 1))
    expect(session.end).to.have.nested.property('error.name', 'UnclaimedCapabilityError')
  })

  it('pause the connection while a reader is behind, and drop nothing', () => {
    const { session, link } = openSession({ maxBufferedBytes: 3 * OVERHEAD })
    const eth = channelOf(session, 'eth')
    const owner = new RecordingOwner()
    eth.claim(owner)

    link.receiveCompressed(16, new Uint8Array(OVERHEAD))
    expect(link.paused).to.equal(false)
    link.receiveCompressed(17, new Uint8Array())
    expect(link.paused).to.equal(true)

    // what was on its way, however large it is
    link.receiveCompressed(18, new Uint8Array(10_000))
    expect(owner.readable).to.equal(3)
    expect(session.end).to.equal(undefined)

    expect(eth.read()?.id).to.equal(0)
    expect(eth.read()?.id).to.equal(1)
    expect(link.paused).to.equal(true)
    expect(eth.read()).to.deep.equal({ id: 2, payload: new Uint8Array(10_000) })
    expect(link.paused).to.equal(false)
    expect(eth.bufferedBytes).to.equal(0)
  })

  it('pause the connection until no reader is behind', () => {
    const { session, link } = openSession({ maxBufferedBytes: OVERHEAD })
    const channels = [...session.channels]
    channels.forEach((channel) => { channel.claim(new RecordingOwner()) })
    link.receiveCompressed(16, new Uint8Array())
    link.receiveCompressed(34, new Uint8Array())
    expect(link.calls.filter(call => call === 'pause')).to.have.lengthOf(1)

    channels[0].read()
    expect(link.paused).to.equal(true)
    channels[1].read()
    expect(link.paused).to.equal(false)
  })

  it('hand on many messages in order', () => {
    const { session, link } = openSession({ maxBufferedBytes: Infinity })
    const eth = channelOf(session, 'eth')
    eth.claim(new RecordingOwner())
    let received = 0
    let read = 0

    // two in, one out, so that the queue is never empty
    while (received < 20_000) {
      link.receiveCompressed(16 + received++ % 18, new Uint8Array())
      link.receiveCompressed(16 + received++ % 18, new Uint8Array())
      expect(eth.read()?.id).to.equal(read++ % 18)
    }

    while (read < received) {
      expect(eth.read()?.id).to.equal(read++ % 18)
    }

    expect(eth.read()).to.equal(undefined)
    expect(eth.bufferedBytes).to.equal(0)
  })

  it('drop what comes after their owner has left, up to the bound', () => {
    const { session, link } = openSession({ maxBufferedBytes: 3 * OVERHEAD })
    const eth = channelOf(session, 'eth')
    const owner = new RecordingOwner()
    eth.claim(owner)
    link.receiveCompressed(16, new Uint8Array(3 * OVERHEAD))
    expect(link.paused).to.equal(true)

    eth.release(owner)
    expect(link.paused).to.equal(false)
    expect(eth.read()).to.equal(undefined)

    for (let i = 0; i < 3; i++) {
      link.receiveCompressed(16, new Uint8Array())
    }

    expect(eth.read()).to.equal(undefined)
    expect(session.end).to.equal(undefined)
    link.receiveCompressed(16, new Uint8Array())
    expect(session.end).to.have.nested.property('error.name', 'UnclaimedCapabilityError')
    expect(link.sent).to.deep.equal(['010204c110'])
    expect(owner.readable).to.equal(1)
  })

  it('begin anew with another owner', () => {
    const { session, link } = openSession({ maxBufferedBytes: 3 * OVERHEAD })
    const eth = channelOf(session, 'eth')
    const first = new RecordingOwner()
    eth.claim(first)
    eth.release(first)
    link.receiveCompressed(16, new Uint8Array(OVERHEAD))

    const second = new RecordingOwner()
    eth.claim(second)
    expect(eth.read()).to.equal(undefined)
    link.receiveCompressed(17, new Uint8Array(2 * OVERHEAD))

    expect(second.readable).to.equal(1)
    expect(eth.read()?.id).to.equal(1)

    eth.release(second)
    link.receiveCompressed(16, new Uint8Array(2 * OVERHEAD))
    expect(session.end).to.equal(undefined)
  })

  it('tell every owner that there is room again', () => {
    const { session, link } = openSession()
    const owners = [...session.channels].map((channel) => {
      const owner = new RecordingOwner()
      channel.claim(owner)

      return owner
    })

    expect(channelOf(session, 'eth').send({ id: 0, payload: hex('c0') })).to.equal(true)
    link.writable = false
    expect(channelOf(session, 'eth').send({ id: 0, payload: hex('c0') })).to.equal(false)
    link.listener?.onDrain()

    expect(owners.map(({ drains }) => drains)).to.deep.equal([1, 1])
  })

  it('tell their owner of the end, once, and keep what came before it', () => {
    const { session, link } = openSession()
    const eth = channelOf(session, 'eth')
    const owner = new RecordingOwner()
    eth.claim(owner)
    link.receiveCompressed(16, hex('c0'))
    link.receiveCompressed(1, hex('c104'))
    link.listener?.onEnd()
    link.listener?.onClose()

    expect(owner.ends).to.have.lengthOf(1)
    expect(owner.ends[0]).to.include({ by: 'remote', reason: 4 })
    expect(eth.read()).to.deep.equal({ id: 0, payload: hex('c0') })
    expect(() => eth.send({ id: 0, payload: hex('c0') })).to.throw('has ended')
  })

  it('tell an owner of the end who comes after it', () => {
    const { session, link } = openSession()
    const eth = channelOf(session, 'eth')
    link.receiveCompressed(16, hex('c0'))
    link.receiveCompressed(1, hex('c104'))
    const owner = new RecordingOwner()
    eth.claim(owner)

    expect(owner.ends).to.have.lengthOf(1)
    expect(eth.read()).to.deep.equal({ id: 0, payload: hex('c0') })
    eth.release(owner)
    expect(eth.read()).to.equal(undefined)
  })
})
