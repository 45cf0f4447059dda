/* eslint-disable no-loop-func -- the loops make tests, which run one after the other */
import { expect } from 'aegir/chai'
import { hex } from '../fixtures/hex.ts'
import { Clock } from '../fixtures/p2p-clock.ts'
import { openSession, startSession } from '../fixtures/p2p-link.ts'
import { literal } from '../fixtures/p2p-snappy.ts'

const PING = '020100c0'
const PONG = '030100c0'

describe('Session and Ping', () => {
  let clock: Clock

  beforeEach(() => {
    clock = new Clock()
  })

  afterEach(() => {
    clock.restore()
  })

  const payloads: Record<string, string> = {
    'the specified payload': '0100c0',
    'no payload': '',
    'an empty payload, compressed': '00',
    'an empty string': '010080',
    'an uncompressed payload': 'c0',
    'a payload that no compression makes': 'ffffffffffff',
    'a large payload': '00'.repeat(2048)
  }

  for (const [title, payload] of Object.entries(payloads)) {
    it(`answers a Ping with ${title}`, () => {
      const { session, link } = openSession()
      link.receive(2, hex(payload))

      expect(link.sent).to.deep.equal([PONG])
      expect(session.end).to.equal(undefined)
    })

    it(`takes a Pong with ${title}`, async () => {
      const { session, link } = openSession()
      link.receiveCompressed(16, hex('c0'))
      const rtt = session.ping()
      clock.tick(25)
      link.receive(3, hex(payload))

      expect(await rtt).to.equal(25)
      expect(link.sent).to.deep.equal([PING])
    })
  }

  it('answers a burst of Pings one by one', () => {
    const { link } = openSession()

    for (let i = 0; i < 1_000; i++) {
      link.receiveCompressed(2, hex('c0'))
    }

    expect(link.sent).to.deep.equal(new Array(1_000).fill(PONG))
    expect(link.paused).to.equal(false)
  })

  it('passes over a Pong that nobody asked for', () => {
    const { session, link } = openSession()
    link.receiveCompressed(3, hex('c0'))

    expect(link.sent).to.deep.equal([])
    expect(session.end).to.equal(undefined)
  })

  it('sends its first Ping after 15 seconds, then one every 15', () => {
    const { session, link } = openSession()
    clock.tick(14_999)
    expect(link.sent).to.deep.equal([])

    for (let sent = 1; sent <= 3; sent++) {
      clock.tick(1)
      expect(link.sent).to.have.lengthOf(sent)
      link.receiveCompressed(3, hex('c0'))
      clock.tick(14_999)
    }

    expect(new Set(link.sent)).to.deep.equal(new Set([PING]))
    expect(session.end).to.equal(undefined)
  })

  it('holds a Ping that is asked for until the peer has sent a message of a capability', async () => {
    const { session, link } = openSession()
    const rtt = session.ping()
    link.receiveCompressed(2, hex('c0'))
    link.receiveCompressed(3, hex('c0'))
    expect(link.sent).to.deep.equal([PONG])

    link.receiveCompressed(16, hex('c0'))
    expect(link.sent).to.deep.equal([PONG, PING])
    clock.tick(8)
    link.receiveCompressed(3, hex('c0'))
    expect(await rtt).to.equal(8)
  })

  it('sends none before Hello', () => {
    const { link } = startSession({ helloTimeout: 1_000_000 })
    clock.tick(100_000)

    expect(link.sent).to.have.lengthOf(1)
  })

  it('ends with reason 0x0b where there is no Pong', async () => {
    const { session, link } = openSession({ pingInterval: 5_000, pingTimeout: 2_000 })
    const waiting = session.ping()
    clock.tick(7_000)

    await expect(waiting).to.eventually.be.rejected.with.property('name', 'PingTimeoutError')
    expect(link.sent).to.deep.equal([PING, '010204c10b'])
    link.listener?.onClose()
    expect(await session.closed).to.deep.include({ by: 'local', reason: 0x0b }).with.nested.property('error.name', 'PingTimeoutError')
    expect(clock.pending).to.equal(0)
  })

  it('gives those who wait for a Pong the reason of the end', async () => {
    const { session, link } = openSession()
    const waiting = session.ping()
    link.receive(1, literal(hex('c104')))

    await expect(waiting).to.eventually.be.rejected.with.property('name', 'DisconnectError')
  })

  it('gives those who wait for a Pong a SessionClosedError where the end has no fault', async () => {
    const { session } = openSession()
    const waiting = session.ping()
    void session.disconnect(0)

    await expect(waiting).to.eventually.be.rejected.with.property('name', 'SessionClosedError')
  })

  it('waits for no Pong while its own reading is paused, and pings on', () => {
    const { session, link } = openSession({ maxBufferedBytes: 200, pingInterval: 5_000, pingTimeout: 5_000 })
    const eth = session.channels.get('eth')
    eth?.claim({ onReadable: () => {}, onDrain: () => {}, onEnd: () => {} })
    clock.tick(5_000)
    link.receiveCompressed(16, new Uint8Array(200))
    expect(link.paused).to.equal(true)

    clock.tick(60_000)
    expect(link.sent).to.deep.equal(new Array(13).fill(PING))

    eth?.read()
    expect(link.paused).to.equal(false)
    clock.tick(4_999)
    expect(session.end).to.equal(undefined)
    clock.tick(1)
    expect(session.end).to.have.nested.property('error.name', 'PingTimeoutError')
  })

  it('stops reading at 16 Pongs that are not sent, until they are', () => {
    const { link } = openSession()
    link.writable = false

    for (let i = 0; i < 15; i++) {
      link.receiveCompressed(2, hex('c0'))
    }

    expect(link.paused).to.equal(false)
    link.receiveCompressed(2, hex('c0'))
    expect(link.paused).to.equal(true)
    expect(link.sent).to.have.lengthOf(16)

    link.writable = true
    link.listener?.onDrain()
    expect(link.paused).to.equal(false)

    link.receiveCompressed(2, hex('c0'))
    expect(link.sent).to.have.lengthOf(17)
    expect(link.paused).to.equal(false)
  })

  it('counts only Pongs that wait', () => {
    const { link } = openSession()

    for (let i = 0; i < 4; i++) {
      link.writable = false

      for (let i = 0; i < 15; i++) {
        link.receiveCompressed(2, hex('c0'))
      }

      link.writable = true
      link.listener?.onDrain()
    }

    expect(link.calls).to.not.include('pause')
  })

  it('is destroyed after 20 seconds of blocked writes', async () => {
    const { session, link } = openSession()
    link.writable = false
    link.receiveCompressed(2, hex('c0'))
    clock.tick(19_999)
    expect(session.end).to.equal(undefined)
    clock.tick(1)

    expect(link.destroyed).to.equal(true)
    expect(await session.closed).to.include({ by: 'local' }).with.nested.property('error.name', 'WriteTimeoutError')
    expect(link.sent).to.not.include('010204c10b')
    expect(clock.pending).to.equal(0)
  })

  it('outlasts a peer that reads nothing for minutes and pings every 15 seconds, as one whose reader sleeps', () => {
    const { session, link } = openSession()
    link.writable = false

    for (let i = 0; i < 15; i++) {
      link.receiveCompressed(2, hex('c0'))
      clock.tick(15_000)
    }

    expect(session.end).to.equal(undefined)

    // the sixteenth Pong that waits stops the reading, and with it what tells of the peer
    link.receiveCompressed(2, hex('c0'))
    clock.tick(19_999)
    expect(session.end).to.equal(undefined)
    clock.tick(1)
    expect(session.end).to.have.nested.property('error.name', 'WriteTimeoutError')
  })

  it('waits twice as long for the Pong of a peer that pings, and no longer once that falls silent', () => {
    const { session, link } = openSession()
    clock.tick(14_999)
    link.receiveCompressed(2, hex('c0'))
    clock.tick(14_999)
    link.receiveCompressed(2, hex('c0'))
    clock.tick(29_999)
    expect(session.end).to.equal(undefined)
    clock.tick(1)

    expect(session.end).to.have.nested.property('error.name', 'PingTimeoutError')
    expect(link.last.id).to.equal(1)
  })

  it('waits no longer for the Pong of a peer that sends anything but Pings', () => {
    const { session, link } = openSession()

    for (let i = 0; i < 29; i++) {
      clock.tick(1_000)
      link.receiveCompressed(16, hex('c0'))
    }

    expect(session.end).to.equal(undefined)
    clock.tick(1_000)
    expect(session.end).to.have.nested.property('error.name', 'PingTimeoutError')
  })

  it('is destroyed after as long as it was given', async () => {
    const { session, link } = openSession({ writeTimeout: 30 })
    link.writable = false
    link.receiveCompressed(2, hex('c0'))
    clock.tick(30)

    expect(await session.closed).to.have.nested.property('error.name', 'WriteTimeoutError')
  })

  it('goes on where blocked writes are taken in time', () => {
    const { session, link } = openSession({ pingInterval: 1_000_000 })

    for (let i = 0; i < 3; i++) {
      link.writable = false
      link.receiveCompressed(2, hex('c0'))
      clock.tick(19_999)
      link.writable = true
      link.listener?.onDrain()
    }

    clock.tick(100_000)
    expect(session.end).to.equal(undefined)
  })
})
