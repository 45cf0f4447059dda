import { expect } from 'aegir/chai'
import { hex } from '../fixtures/hex.ts'
import { Clock } from '../fixtures/p2p-clock.ts'
import { helloPayload } from '../fixtures/p2p-hello.ts'
import { openSession, startSession } from '../fixtures/p2p-link.ts'

describe('a Session whose machine has slept', () => {
  let clock: Clock

  beforeEach(() => {
    clock = new Clock()
  })

  afterEach(() => {
    clock.restore()
  })

  /** The timers run before anything is read. */
  function sleep (): void {
    clock.sleep(60_000)
    clock.tick(0)
  }

  it('still takes the Hello that came meanwhile', async () => {
    const { session, link } = startSession()
    sleep()
    link.receive(0, helloPayload())

    await session.ready
  })

  it('still takes the Pong that came meanwhile', () => {
    const { session, link } = openSession()
    clock.tick(15_000)
    sleep()
    link.receiveCompressed(3, hex('c0'))
    clock.tick(14_999)

    expect(session.end).to.be.undefined()
  })

  it('still writes what there was no room for', () => {
    const { session, link } = openSession()
    const [channel] = session.channels
    link.writable = false
    channel.send({ id: 0, payload: hex('c0') })
    sleep()
    link.writable = true
    link.listener?.onDrain()
    clock.tick(14_999)

    expect(session.end).to.be.undefined()
  })

  it('ends where nothing comes after that either', () => {
    const { session } = startSession()
    sleep()
    clock.tick(10_000)

    expect(session.end).to.have.nested.property('error.name', 'HelloTimeoutError')
  })
})
