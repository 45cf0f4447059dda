import { expect } from 'aegir/chai'
import { toString } from 'uint8arrays/to-string'
import { DisconnectReason, encodeDisconnect } from '../../src/p2p/disconnect.ts'
import { encodeHello } from '../../src/p2p/hello.ts'
import { Session } from '../../src/p2p/session.ts'
import { atOddOffset } from '../fixtures/chunks.ts'
import { hex } from '../fixtures/hex.ts'
import { Clock } from '../fixtures/p2p-clock.ts'
import { helloPayload, LOCAL_HELLO, LOCAL_ID, REMOTE_ID } from '../fixtures/p2p-hello.ts'
import { openSession, RecordingLink, startSession } from '../fixtures/p2p-link.ts'
import { literal } from '../fixtures/p2p-snappy.ts'
import type { Running } from '../fixtures/p2p-link.ts'

/** What goes out and comes in as Hello. */
const OURS = `80${toString(encodeHello(LOCAL_HELLO), 'base16')}`

describe('Session and Hello', () => {
  let clock: Clock

  beforeEach(() => {
    clock = new Clock()
  })

  afterEach(() => {
    clock.restore()
  })

  /** The other side is told the reason, once, and nothing of the session is left when the link is gone. */
  async function expectRefusal ({ session, link }: Running, name: string, ...sent: string[]): Promise<void> {
    await expect(session.ready).to.eventually.be.rejected.with.property('name', name)
    expect(link.sent).to.deep.equal([OURS, ...sent])
    expect(session.end).to.have.nested.property('error.name', name)

    // whatever else is wrong is no second fault
    link.receive(4)
    link.receiveBytes(new Uint8Array())
    expect(link.sent).to.have.lengthOf(1 + sent.length)

    link.listener?.onClose()
    expect(clock.pending).to.equal(0)
    expect(await session.closed).to.have.nested.property('error.name', name)
  }

  it('sends Hello first, uncompressed, and reads on', () => {
    const { link } = startSession()

    expect(link.sent).to.deep.equal([OURS])
    expect(link).to.include({ paused: false, maxMessageSize: 2049 })
  })

  it('is ready with the Hello of the other side', async () => {
    const { session, link } = startSession()
    expect(() => session.hello).to.throw('no Hello').with.property('name', 'SessionClosedError')

    link.receive(0, atOddOffset(helloPayload({ clientId: 'Geth/v1', listenPort: 30304 })))
    await session.ready

    expect(session.hello).to.deep.equal({
      version: 5,
      clientId: 'Geth/v1',
      capabilities: [{ name: 'eth', version: 69 }, { name: 'snap', version: 1 }],
      listenPort: 30304,
      id: REMOTE_ID
    })
    expect(session.channels.capabilities).to.deep.equal([
      { name: 'eth', version: 69, length: 18, offset: 16 },
      { name: 'snap', version: 1, length: 8, offset: 34 }
    ])
    expect(link.maxMessageSize).to.equal(0xffffff)
    expect(session.end).to.equal(undefined)
  })

  it('takes a Hello whose id is written 00', async () => {
    const { session, link } = startSession()
    link.receiveBytes(Uint8Array.of(0, ...helloPayload()))

    await session.ready
  })

  it('takes any node id where none is expected', async () => {
    const { session, link } = startSession({ remoteId: undefined })
    link.receive(0, helloPayload({ id: LOCAL_ID }))
    await session.ready

    expect(session.hello.id).to.equalBytes(LOCAL_ID)
  })

  for (const version of [5, 6, 1000]) {
    it(`compresses everything after a Hello of version ${version}`, async () => {
      const { session, link } = openSession({}, { version })
      link.receiveCompressed(2, hex('c0'))
      session.channels.get('eth')?.send({ id: 1, payload: hex('c0') })
      link.receiveCompressed(0x10, hex('c101'))
      void session.disconnect(DisconnectReason.quitting)

      expect(link.sent).to.deep.equal(['030100c0', '110100c0', '010204c108'])
      expect(session.channels.get('eth')?.read()).to.deep.equal({ id: 0, payload: hex('c101') })
    })
  }

  for (const version of [0, 4]) {
    it(`compresses nothing after a Hello of version ${version}`, async () => {
      const { session, link } = openSession({}, { version })
      link.receive(2, hex('c0'))
      session.channels.get('eth')?.send({ id: 1, payload: hex('c0') })
      link.receive(0x10, hex('c101'))
      void session.disconnect(DisconnectReason.quitting)

      expect(link.sent).to.deep.equal(['03c0', '11c0', '01c108'])
      expect(session.channels.get('eth')?.read()).to.deep.equal({ id: 0, payload: hex('c101') })
    })
  }

  // geth, p2p/transport_test.go TestProtocolHandshakeErrors, has 0x989898
  for (const id of [2, 3, 4, 15, 16, 0x80, 0x989898]) {
    it(`refuses message ${id} before Hello`, async () => {
      const running = startSession()
      running.link.receive(id, hex('01'))

      await expectRefusal(running, 'ProtocolBreachError', '01c102')
    })
  }

  for (const bytes of ['', '81', '8100', 'c0']) {
    it(`refuses the message ${bytes === '' ? 'of no bytes' : bytes} before Hello`, async () => {
      const running = startSession()
      running.link.receiveBytes(hex(bytes))

      await expectRefusal(running, 'MalformedMessageError', '01c102')
    })
  }

  const payloads: Array<[string, Uint8Array, string, string]> = [
    ['that is no list', hex('83010203'), 'InvalidHelloError', '01c102'],
    ['of no bytes', new Uint8Array(), 'InvalidHelloError', '01c102'],
    ['that is compressed', literal(helloPayload()), 'InvalidHelloError', '01c102'],
    ['of 2049 bytes', new Uint8Array(2049), 'ProtocolBreachError', '01c102'],
    ['of version 3 without a node id', helloPayload({ version: 3, id: new Uint8Array() }), 'InvalidHelloError', '01c107'],
    ['with a node id of zeros', helloPayload({ id: new Uint8Array(64) }), 'InvalidHelloError', '01c107'],
    ['with the node id of another', helloPayload({ id: LOCAL_ID }), 'UnexpectedIdentityError', '010204c109'],
    ['with the node id of another, uncompressed', helloPayload({ id: LOCAL_ID, version: 4 }), 'UnexpectedIdentityError', '01c109'],
    ['without capabilities', helloPayload({ capabilities: [] }), 'UselessPeerError', '010204c103'],
    ['with other capabilities', helloPayload({ capabilities: [['eth', 68], ['ETH', 69]] }), 'UselessPeerError', '010204c103'],
    ['with other capabilities, uncompressed', helloPayload({ capabilities: [['les', 4]], version: 4 }), 'UselessPeerError', '01c103']
  ]

  for (const [title, payload, name, sent] of payloads) {
    it(`refuses a Hello ${title}`, async () => {
      const running = startSession()
      running.link.receive(0, payload)

      await expectRefusal(running, name, sent)
    })
  }

  it('waits 10 seconds for Hello', async () => {
    const running = startSession()
    clock.tick(9_999)
    expect(running.session.end).to.equal(undefined)
    clock.tick(1)

    await expectRefusal(running, 'HelloTimeoutError', '01c10b')
  })

  it('waits for Hello as long as it is told to', async () => {
    const running = startSession({ helloTimeout: 5 })
    clock.tick(5)

    await expectRefusal(running, 'HelloTimeoutError', '01c10b')
  })

  it('waits for nothing once Hello is there', async () => {
    const { session } = openSession({ pingInterval: 1_000_000 })
    clock.tick(500_000)

    expect(session.end).to.equal(undefined)
  })

  const disconnects: Record<string, Uint8Array> = {
    'a list': encodeDisconnect(4),
    'an integer': hex('04'),
    'a list, compressed': literal(hex('c104')),
    'an integer, compressed': literal(hex('04'))
  }

  for (const [title, payload] of Object.entries(disconnects)) {
    it(`is told why there is no Hello, in ${title}`, async () => {
      const { session, link } = startSession()
      link.receive(1, payload)

      await expect(session.ready).to.eventually.be.rejectedWith('The peer disconnected in place of Hello: too many peers (0x04)')
        .and.include({ name: 'DisconnectError', reason: 4, by: 'remote' })
      expect(session.end).to.deep.include({ by: 'remote', reason: 4 })
      expect(link.sent).to.deep.equal([OURS])
      expect(() => session.hello).to.throw('no Hello')
    })
  }

  for (const [title, payload] of Object.entries({ requested: hex('c180'), quitting: hex('c108'), nothing: hex('') })) {
    it(`is not ready where the other side says ${title} in place of Hello`, async () => {
      const { session, link } = startSession()
      link.receive(1, payload)

      await expect(session.ready).to.eventually.be.rejected.with.property('name', 'DisconnectError')
      expect(session.end).to.have.property('error', undefined)
    })
  }

  it('is not ready where the other side ends the connection', async () => {
    const running = startSession()
    running.link.listener?.onEnd()

    await expectRefusal(running, 'SessionClosedError')
  })

  it('sends no Hello where it is refused before', async () => {
    const link = new RecordingLink()
    const session = new Session({ link, hello: LOCAL_HELLO, remoteId: REMOTE_ID })
    const closed = session.disconnect(DisconnectReason.tooManyPeers)
    link.receive(0, helloPayload())
    link.listener?.onClose()
    await closed

    expect(link.sent).to.deep.equal(['01c104'])
    expect(session.end).to.include({ by: 'local', reason: 4 })
    await expect(session.ready).to.eventually.be.rejected.with.property('name', 'SessionClosedError')
  })

  it('begins nothing where the link is gone before', async () => {
    const link = new RecordingLink()
    const session = new Session({ link, hello: LOCAL_HELLO, remoteId: REMOTE_ID })
    link.listener?.onClose()
    session.start()

    await expect(session.ready).to.eventually.be.rejected.with.property('name', 'SessionClosedError')
    expect(clock.pending).to.equal(0)
    expect(link.sent).to.deep.equal([])
  })

  it('takes no order before Hello', async () => {
    const { session } = startSession()

    expect(() => session.send(16, new Uint8Array())).to.throw('not begun').with.property('name', 'SessionClosedError')
    await expect(session.ping()).to.eventually.be.rejectedWith('not begun').and.have.property('name', 'SessionClosedError')
  })
})
