import { expect } from 'aegir/chai'
import { Clock } from '../fixtures/p2p-clock.ts'
import { openSession } from '../fixtures/p2p-link.ts'
import { channelOf, RecordingOwner } from '../fixtures/p2p-owner.ts'
import type { Capability } from '../../src/p2p/capability.ts'
import type { SessionObserver } from '../../src/p2p/observer.ts'

/** Keeps what it is told, in order. */
class RecordingObserver implements SessionObserver {
  readonly seen: string[] = []

  onSent ({ name, version }: Capability, bytes: number): void {
    this.seen.push(`${name}/${version} sent ${bytes}`)
  }

  onReceived ({ name, version }: Capability, bytes: number): void {
    this.seen.push(`${name}/${version} received ${bytes}`)
  }

  onPong (roundTrip: number): void {
    this.seen.push(`pong after ${roundTrip}`)
  }
}

describe('the observer of a Session', () => {
  let clock: Clock
  let observer: RecordingObserver

  beforeEach(() => {
    clock = new Clock()
    observer = new RecordingObserver()
  })

  afterEach(() => {
    clock.restore()
  })

  it('hears of the messages of capabilities, in their uncompressed size', () => {
    const { session, link } = openSession({ observer })
    channelOf(session, 'eth').send({ id: 1, payload: new Uint8Array(1_000) })
    link.receiveCompressed(16, new Uint8Array(20))
    link.receiveCompressed(34, new Uint8Array())

    expect(link.last.payload).to.have.property('byteLength').that.is.below(1_000)
    expect(observer.seen).to.deep.equal(['eth/69 sent 1000', 'eth/69 received 20', 'snap/1 received 0'])
  })

  it('hears of what comes for a capability that was given back', () => {
    const { session, link } = openSession({ observer })
    const eth = channelOf(session, 'eth')
    const owner = new RecordingOwner()
    eth.claim(owner)
    eth.release(owner)
    link.receiveCompressed(16, new Uint8Array(20))

    expect(observer.seen).to.deep.equal(['eth/69 received 20'])
  })

  it('hears of no message that cannot be sent', async () => {
    const { session, link } = openSession({ observer })
    const eth = channelOf(session, 'eth')
    expect(() => eth.send({ id: 18, payload: new Uint8Array(1) })).to.throw().with.property('name', 'InvalidMessageError')
    link.receive(1, Uint8Array.of(0xc0))
    expect(() => eth.send({ id: 1, payload: new Uint8Array(1) })).to.throw().with.property('name', 'SessionClosedError')

    expect(observer.seen).to.deep.equal([])
  })

  it('hears of every Pong that was asked for, whoever waits for it, and of no other', () => {
    const { session, link } = openSession({ observer, pingInterval: 5_000 })
    link.receive(3)
    clock.tick(5_000)
    clock.tick(25)
    link.receive(3)
    link.receive(3)
    void session.ping()
    clock.tick(1_000)
    clock.tick(4)
    link.receive(3)

    expect(observer.seen).to.deep.equal(['pong after 25', 'pong after 29'])
    session.destroy()
  })
})
