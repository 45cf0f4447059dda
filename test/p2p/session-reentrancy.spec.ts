import { expect } from 'aegir/chai'
import { DisconnectReason } from '../../src/p2p/disconnect.ts'
import { Session } from '../../src/p2p/session.ts'
import { hex } from '../fixtures/hex.ts'
import { Clock } from '../fixtures/p2p-clock.ts'
import { LOCAL_HELLO, REMOTE_ID } from '../fixtures/p2p-hello.ts'
import { openSession, RecordingLink } from '../fixtures/p2p-link.ts'
import { channelOf, RecordingOwner } from '../fixtures/p2p-owner.ts'
import type { Channel, ChannelOwner } from '../../src/p2p/channel.ts'

interface Owned {
  session: Session
  link: RecordingLink
  eth: Channel
  owner: RecordingOwner
}

/** A session whose eth has an owner who does something from within what it is told. */
function ownedSession (callbacks: (owned: Owned) => Partial<ChannelOwner>): Owned {
  const { session, link } = openSession({ maxBufferedBytes: 1_000 })
  const eth = channelOf(session, 'eth')
  const owned: Partial<Owned> = { session, link, eth }
  const owner = new RecordingOwner(callbacks(owned as Owned))
  eth.claim(owner)

  return Object.assign(owned, { session, link, eth, owner })
}

describe('an owner of a channel', () => {
  let clock: Clock

  beforeEach(() => {
    clock = new Clock()
  })

  afterEach(() => {
    clock.restore()
  })

  it('reads within onReadable, and nothing is paused', () => {
    const read: Array<number | undefined> = []
    const { link, session } = ownedSession(({ eth }) => ({
      onReadable: () => { read.push(eth.read()?.id) }
    }))

    for (let i = 0; i < 5; i++) {
      link.receiveCompressed(16 + i, new Uint8Array(2_000))
    }

    expect(read).to.deep.equal([0, 1, 2, 3, 4])
    expect(link.calls).to.not.include('pause')
    expect(session.end).to.equal(undefined)
  })

  it('answers within onReadable', () => {
    const { link } = ownedSession(({ eth }) => ({
      onReadable: () => { eth.send({ id: 1, payload: eth.read()?.payload ?? new Uint8Array() }) }
    }))

    link.receiveCompressed(16, hex('c101'))
    expect(link.sent).to.deep.equal(['110204c101'])
  })

  it('releases within onReadable', () => {
    const { link, session, eth, owner } = ownedSession(({ eth }) => ({
      onReadable: () => { eth.release(owner) }
    }))

    link.receiveCompressed(16, new Uint8Array(2_000))
    expect(eth.bufferedBytes).to.equal(0)
    expect(link.paused).to.equal(false)
    expect(session.end).to.equal(undefined)

    link.receiveCompressed(16, hex('c0'))
    expect(owner.readable).to.equal(1)
  })

  it('releases and claims again within onReadable', () => {
    const { link, eth, owner } = ownedSession(({ eth }) => ({
      onReadable: () => {
        if (owner.readable === 1) {
          eth.release(owner)
          eth.claim(owner)
        }
      }
    }))

    link.receiveCompressed(16, hex('01'))
    link.receiveCompressed(17, hex('02'))
    expect(owner.readable).to.equal(2)
    expect(eth.read()).to.deep.equal({ id: 1, payload: hex('02') })
  })

  it('disconnects within onReadable', () => {
    const { link, session, owner } = ownedSession(({ session }) => ({
      onReadable: () => { void session.disconnect(DisconnectReason.subprotocolError) }
    }))

    link.receiveCompressed(16, new Uint8Array(2_000))
    link.receiveCompressed(16, new Uint8Array(2_000))
    expect(link.sent).to.deep.equal(['010204c110'])
    expect(link.paused).to.equal(false)
    expect(owner).to.include({ readable: 1 }).with.property('ends').that.has.lengthOf(1)
    expect(session.end).to.include({ by: 'local', reason: 0x10 })
  })

  it('destroys the session within onReadable', async () => {
    const { link, session, owner } = ownedSession(({ session }) => ({
      onReadable: () => { session.destroy() }
    }))

    link.receiveCompressed(16, new Uint8Array(2_000))
    await session.closed
    expect(owner.ends).to.have.lengthOf(1)
    expect(clock.pending).to.equal(0)
  })

  it('sends within onDrain until there is no room again', () => {
    const { link } = ownedSession(({ eth, link }) => ({
      onDrain: () => {
        link.writable = false
        eth.send({ id: 0, payload: hex('c0') })
      }
    }))

    link.listener?.onDrain()
    expect(link.sent).to.deep.equal(['100100c0'])

    // the clock of blocked writes runs for what was sent from within
    clock.tick(20_000)
    expect(link.destroyed).to.equal(true)
  })

  it('disconnects within onDrain', () => {
    const { link, session, owner } = ownedSession(({ session }) => ({
      onDrain: () => { void session.disconnect(DisconnectReason.quitting) }
    }))

    link.listener?.onDrain()
    link.listener?.onDrain()
    expect(link.sent).to.deep.equal(['010204c108'])
    expect(session.end).to.include({ reason: 8 })
    expect(owner.ends).to.have.lengthOf(1)
  })

  it('reads, releases and disconnects within onEnd', async () => {
    const read: Array<number | undefined> = []
    const { link, session, eth, owner } = ownedSession(({ session, eth }) => ({
      onEnd: () => {
        read.push(eth.read()?.id, eth.read()?.id)
        void session.disconnect(DisconnectReason.subprotocolError)
        session.destroy()
        eth.release(owner)
      }
    }))

    link.receiveCompressed(17, new Uint8Array(2_000))
    link.receiveCompressed(1, hex('c108'))

    expect(read).to.deep.equal([1, undefined])
    expect(link.sent).to.deep.equal([])
    expect(session.end).to.include({ by: 'remote', reason: 8 })
    expect(eth.bufferedBytes).to.equal(0)
    await session.closed
    expect(clock.pending).to.equal(0)
  })

  it('sends nothing within onEnd', () => {
    const errors: Error[] = []
    const { link } = ownedSession(({ eth }) => ({
      onEnd: () => {
        try {
          eth.send({ id: 0, payload: hex('c0') })
        } catch (err: any) {
          errors.push(err)
        }
      }
    }))

    link.listener?.onEnd()
    expect(link.sent).to.deep.equal([])
    expect(errors).to.have.lengthOf(1).with.nested.property('[0].name', 'SessionClosedError')
  })
})

describe('a link that ends from within the write of our Disconnect', () => {
  it('leaves the end ours, with its reason, and no timer', async () => {
    const clock = new Clock()

    try {
      const { session, link } = openSession()

      link.send = () => {
        link.listener?.onClose()

        return true
      }

      await session.disconnect(DisconnectReason.tooManyPeers)
      expect(await session.closed).to.include({ by: 'local', reason: DisconnectReason.tooManyPeers })
      expect(clock.pending).to.equal(0)
    } finally {
      clock.restore()
    }
  })
})

describe('a link that answers from within a write', () => {
  let clock: Clock

  beforeEach(() => {
    clock = new Clock()
  })

  afterEach(() => {
    clock.restore()
  })

  it('with its end, and no room, leaves no timer', () => {
    const { session, link } = openSession()

    link.send = () => {
      link.listener?.onClose()

      return false
    }

    channelOf(session, 'eth').send({ id: 0, payload: hex('c0') })
    expect(session.end).to.include({ by: 'remote' })
    expect(clock.pending).to.equal(0)
  })

  it('with a Disconnect, to ours, is sent one', async () => {
    const { session, link } = openSession()
    const { send } = link

    link.send = (message) => {
      link.receiveCompressed(1, hex('c105'))
      link.receiveCompressed(1, hex('c105'))

      return send.call(link, message)
    }

    void session.disconnect(DisconnectReason.tooManyPeers)
    expect(link.sent).to.deep.equal(['010204c104'])
    expect(session.end).to.include({ by: 'local', reason: DisconnectReason.tooManyPeers })
  })

  it('with nonsense, to our Hello, is sent one Disconnect', async () => {
    const link = new RecordingLink()
    const { send } = link
    const session = new Session({ link, hello: LOCAL_HELLO, remoteId: REMOTE_ID })

    link.send = (message) => {
      link.receive(16)

      return send.call(link, message)
    }

    session.start()
    expect(link.sent).to.have.lengthOf(2).with.property('0', '01c102')
    expect(session.end).to.include({ by: 'local', reason: DisconnectReason.breachOfProtocol })
    link.listener?.onClose()
    await session.closed
    expect(clock.pending).to.equal(0)
  })
})
