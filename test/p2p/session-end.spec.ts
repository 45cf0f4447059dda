/* eslint-disable no-loop-func -- the loops make tests, which run one after the other */
import { expect } from 'aegir/chai'
import { DisconnectReason } from '../../src/p2p/disconnect.ts'
import { hex } from '../fixtures/hex.ts'
import { Clock } from '../fixtures/p2p-clock.ts'
import { helloPayload } from '../fixtures/p2p-hello.ts'
import { openSession } from '../fixtures/p2p-link.ts'
import { literal, varint } from '../fixtures/p2p-snappy.ts'

describe('the end of a Session', () => {
  let clock: Clock

  beforeEach(() => {
    clock = new Clock()
  })

  afterEach(() => {
    clock.restore()
  })

  it('tells the other side why, and reads on until it is gone', async () => {
    const { session, link } = openSession()
    link.calls.splice(0)
    const closed = session.disconnect(DisconnectReason.tooManyPeers)

    expect(link.sent).to.deep.equal(['010204c104'])
    expect(link.calls).to.deep.equal(['end', 'resume'])

    link.listener?.onEnd()
    link.listener?.onClose()
    await closed

    expect(await session.closed).to.deep.equal({ by: 'local', reason: 4, error: undefined })
    expect(link.calls).to.deep.equal(['end', 'resume'])
    expect(clock.pending).to.equal(0)
  })

  it('comes after 750 ms where the other side does not leave', async () => {
    const { session, link } = openSession()
    const closed = session.disconnect(DisconnectReason.requested)
    clock.tick(749)
    expect(link.destroyed).to.equal(false)
    clock.tick(1)
    await closed

    expect(link.destroyed).to.equal(true)
    expect(clock.pending).to.equal(0)
  })

  it('comes after the grace that it was given', async () => {
    const { session, link } = openSession({ disconnectGrace: 3 })
    const closed = session.disconnect(DisconnectReason.requested)
    clock.tick(3)
    await closed

    expect(link.destroyed).to.equal(true)
  })

  it('is told once, however often it is asked for', async () => {
    const error = new Error('enough')
    const { session, link } = openSession()
    const all = Promise.all([
      session.disconnect(DisconnectReason.quitting, error),
      session.disconnect(DisconnectReason.tooManyPeers),
      session.disconnect(DisconnectReason.subprotocolError, new Error('more than enough'))
    ])
    link.listener?.onClose(new Error('reset'))
    await all

    expect(link.sent).to.deep.equal(['010204c108'])
    expect(await session.closed).to.deep.equal({ by: 'local', reason: 8, error })
  })

  it('lets nothing through that comes after our Disconnect', async () => {
    const { session, link } = openSession()
    void session.disconnect(DisconnectReason.requested)

    link.receiveCompressed(0x10, hex('c0'))
    link.receiveCompressed(2, hex('c0'))
    link.receiveCompressed(1, hex('c104'))
    link.receive(0, helloPayload())
    link.receive(0x99)
    link.receiveBytes(new Uint8Array())

    expect(session.channels.get('eth')?.read()).to.equal(undefined)
    expect(link.sent).to.deep.equal(['010204c180'])
    expect(session.end).to.include({ by: 'local', reason: 0 })
  })

  it('lets nothing through that comes after their Disconnect', async () => {
    const { session, link } = openSession()
    link.receiveCompressed(0x10, hex('01'))
    link.receiveCompressed(1, hex('c104'))
    link.receiveCompressed(0x10, hex('02'))
    link.receiveCompressed(2, hex('c0'))
    link.receiveCompressed(1, hex('c105'))
    link.receive(0x99)

    expect(session.channels.get('eth')?.read()).to.deep.equal({ id: 0, payload: hex('01') })
    expect(session.channels.get('eth')?.read()).to.equal(undefined)
    expect(link.sent).to.deep.equal([])
    expect(session.end).to.include({ by: 'remote', reason: 4 })
  })

  it('is answered by the end of the connection, not by a Disconnect', async () => {
    const { session, link } = openSession()
    link.calls.splice(0)
    link.receiveCompressed(1, hex('c104'))
    const disconnected = session.disconnect(DisconnectReason.requested)
    link.listener?.onClose()
    await disconnected

    expect(link.calls).to.deep.equal(['end', 'resume'])
    expect(link.sent).to.deep.equal([])
    expect(clock.pending).to.equal(0)
  })

  const forms: Array<[string, Uint8Array, number | undefined]> = [
    ['a list', hex('c104'), 4],
    ['a list, compressed', literal(hex('c104')), 4],
    ['an integer', hex('04'), 4],
    ['an integer, compressed', literal(hex('04')), 4],
    ['255, as geth answers what it cannot read', hex('c281ff'), 255],
    ['255, compressed', literal(hex('c281ff')), 255],
    ['nothing', new Uint8Array(), undefined],
    ['an empty list', hex('c0'), undefined],
    ['an empty list, compressed', literal(hex('c0')), undefined],
    ['requested', literal(hex('c180')), 0],
    ['requested, as an integer', hex('80'), 0],
    ['quitting', literal(hex('c108')), 8]
  ]

  for (const [title, payload, reason] of forms) {
    it(`is told by the other side as ${title}`, async () => {
      const { session, link } = openSession()
      link.receive(1, payload)
      link.listener?.onClose()
      const end = await session.closed

      expect(end).to.include({ by: 'remote', reason })

      // not everything that ends is a fault
      if (reason == null || reason === 0 || reason === 8) {
        expect(end.error).to.equal(undefined)
      } else {
        expect(end.error).to.include({ name: 'DisconnectError', by: 'remote', reason })
      }
    })
  }

  const breaches: Array<[string, number, Uint8Array]> = [
    ['a second Hello', 0, helloPayload()],
    ['a second Hello, compressed', 0, literal(hex('c0'))],
    ...[4, 5, 14, 15].map((id): [string, number, Uint8Array] => [`the reserved id ${id}`, id, literal(hex('c0'))]),
    // eth has 18 ids from 16 on, snap 8 more
    ...[42, 0x80, 0x989898].map((id): [string, number, Uint8Array] => [`the id ${id} past the last capability`, id, literal(hex('c0'))]),
    ...[0, 1, 2, 3].map((id): [string, number, Uint8Array] => [`message ${id} with 2049 bytes`, id, new Uint8Array(2049)])
  ]

  for (const [title, id, payload] of breaches) {
    it(`comes of ${title}, with reason 0x02 once`, async () => {
      const { session, link } = openSession()
      link.receive(id, payload)
      link.receive(id, payload)
      link.listener?.onClose()

      expect(link.sent).to.deep.equal(['010204c102'])
      expect(await session.closed).to.deep.include({ by: 'local', reason: 2 }).with.nested.property('error.name', 'ProtocolBreachError')
      expect(clock.pending).to.equal(0)
    })
  }

  const malformed: Array<[string, string]> = [
    ['an empty message', ''],
    ['an id of 5 bytes', '850100000000'],
    ['an id that is not canonical', '8110'],
    ['a message without the payload that compression makes of none', '10'],
    ['a payload of less than it says', '100204c0'],
    ['a payload of more than it says', '100004c0'],
    ['a payload that refers to what is not there', '100401ff'],
    ['a payload that says it has 2^32 - 1 bytes', '10ffffffff0f00c0'],
    ['a payload that says it has 16,777,216 bytes', '108080800800c0']
  ]

  for (const [title, message] of malformed) {
    it(`comes of ${title}, with reason 0x02 once`, async () => {
      const { session, link } = openSession()
      link.receiveBytes(hex(message))
      link.receiveBytes(hex(message))
      link.listener?.onClose()

      expect(link.sent).to.deep.equal(['010204c102'])
      expect(await session.closed).to.have.nested.property('error.name', 'MalformedMessageError')
      expect(session.channels.get('eth')?.read()).to.equal(undefined)
    })
  }

  it('allocates nothing for a payload that only says that it is large', () => {
    const { Uint8Array: RealUint8Array } = globalThis
    const { session, link } = openSession()
    const bomb = new RealUint8Array([0x10, ...varint(0xffff_ffff), 0x00, 0xc0])
    let allocated = 0

    globalThis.Uint8Array = new Proxy(RealUint8Array, {
      construct: (target, args, newTarget) => {
        allocated += typeof args[0] === 'number' ? args[0] : 0

        return Reflect.construct(target, args, newTarget)
      }
    })

    try {
      link.receiveBytes(bomb)
    } finally {
      globalThis.Uint8Array = RealUint8Array
    }

    expect(session.end).to.have.nested.property('error.name', 'MalformedMessageError')
    expect(allocated).to.be.below(1024)
  })

  it('comes at once, without a Disconnect, of frames that make no sense', async () => {
    const error = new Error('A frame header has a bad MAC')
    const { session, link } = openSession()
    link.listener?.onFail(error)

    expect(link.sent).to.deep.equal([])
    expect(link.destroyed).to.equal(true)
    expect(await session.closed).to.deep.equal({ by: 'local', error })
    expect(clock.pending).to.equal(0)
  })

  it('does not come earlier of frames that make no sense after our Disconnect', async () => {
    const { session, link } = openSession()
    void session.disconnect(DisconnectReason.uselessPeer)
    link.listener?.onFail(new Error('The frame is too large'))
    expect(link.destroyed).to.equal(false)
    clock.tick(750)

    expect(link.destroyed).to.equal(true)
    expect(await session.closed).to.deep.equal({ by: 'local', reason: 3, error: undefined })
  })

  it('comes at once where it is destroyed', async () => {
    const error = new Error('out of memory')
    const { session, link } = openSession()
    session.destroy(error)

    expect(link.calls).to.include('destroy Error')
    expect(link.sent).to.deep.equal([])
    expect(await session.closed).to.deep.equal({ by: 'local', error })
    expect(clock.pending).to.equal(0)
  })

  it('comes of an end of the connection without a Disconnect', async () => {
    const { session, link } = openSession()
    link.listener?.onEnd()
    link.listener?.onClose()

    expect(await session.closed).to.include({ by: 'remote' })
      .with.nested.property('error.name', 'SessionClosedError')
  })

  it('names what the connection failed of', async () => {
    const cause = new Error('read ECONNRESET')
    const { session, link } = openSession()
    link.listener?.onClose(cause)

    expect(await session.closed).to.have.property('error').that.includes({ name: 'SessionClosedError', cause })
      .with.property('message', 'The connection failed (read ECONNRESET) without a Disconnect')
  })

  it('leaves nothing to ask for', async () => {
    const { session } = openSession()
    void session.disconnect(DisconnectReason.requested)

    expect(() => session.send(16, new Uint8Array())).to.throw('has ended').with.property('name', 'SessionClosedError')
    await expect(session.ping()).to.eventually.be.rejectedWith('has ended').and.have.property('name', 'SessionClosedError')
  })
})
