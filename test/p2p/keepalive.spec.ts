import { expect } from 'aegir/chai'
import { Keepalive } from '../../src/p2p/keepalive.ts'
import { Clock } from '../fixtures/p2p-clock.ts'

describe('Keepalive', () => {
  let clock: Clock
  let pings: number
  let timeouts: number
  let keepalive: Keepalive

  function create (init: { interval?: number, timeout?: number } = {}): Keepalive {
    return new Keepalive({ ...init, sendPing: () => { pings++ }, onTimeout: () => { timeouts++ } })
  }

  beforeEach(() => {
    clock = new Clock()
    pings = 0
    timeouts = 0
    keepalive = create()
    keepalive.start()
  })

  afterEach(() => {
    clock.restore()
  })

  /** Leaves no timers, which is looked at before what other tests have left can run on the same clock. */
  function it (title: string, test: () => void | Promise<void>): void {
    globalThis.it(title, async () => {
      await test()
      keepalive.stop(new Error('over'))
      expect(clock.pending).to.equal(0)
    })
  }

  it('sends a Ping every 15 seconds, whatever else is sent', () => {
    clock.tick(14_999)
    expect(pings).to.equal(0)

    for (let sent = 1; sent <= 10; sent++) {
      clock.tick(1)
      expect(pings).to.equal(sent)
      keepalive.pong()
      keepalive.release()
      clock.tick(14_999)
    }

    expect(pings).to.equal(10)
    expect(timeouts).to.equal(0)
  })

  it('sends one every interval that it is given', () => {
    keepalive.stop(new Error('over'))
    keepalive = create({ interval: 2_000 })
    keepalive.start()
    clock.tick(6_000)

    expect(pings).to.equal(3)
  })

  it('sends none because of a message of the peer', () => {
    keepalive.release()
    clock.tick(14_999)

    expect(pings).to.equal(0)
  })

  it('holds the first until the peer has sent a message', async () => {
    const rtt = keepalive.ping()
    clock.tick(7_000)
    expect(pings).to.equal(0)
    keepalive.release()
    expect(pings).to.equal(1)
    clock.tick(20)
    keepalive.pong()

    expect(await rtt).to.equal(20)
  })

  it('holds the first for one interval where the peer sends nothing', async () => {
    const rtt = keepalive.ping()
    clock.tick(15_000)
    expect(pings).to.equal(1)
    clock.tick(30)
    keepalive.pong()

    expect(await rtt).to.equal(30)
  })

  it('holds no other', () => {
    keepalive.release()
    keepalive.release()
    void keepalive.ping().catch(() => {})

    expect(pings).to.equal(1)
  })

  it('sends one for all who ask while it is on its way', async () => {
    keepalive.release()
    const first = keepalive.ping()
    clock.tick(5)
    const second = keepalive.ping()
    clock.tick(5)
    keepalive.pong()

    expect(await Promise.all([first, second])).to.deep.equal([10, 10])
    expect(pings).to.equal(1)
  })

  it('sends none for who asks while one of the interval is on its way', async () => {
    clock.tick(15_000)
    clock.tick(40)
    const rtt = keepalive.ping()
    clock.tick(2)
    keepalive.pong()

    expect(await rtt).to.equal(42)
    expect(pings).to.equal(1)
  })

  it('leaves one second between two that are asked for', async () => {
    keepalive.release()
    const first = keepalive.ping()
    clock.tick(10)
    keepalive.pong()
    const second = keepalive.ping()
    clock.tick(989)
    expect(pings).to.equal(1)
    clock.tick(1)
    expect(pings).to.equal(2)
    clock.tick(20)
    keepalive.pong()

    expect(await Promise.all([first, second])).to.deep.equal([10, 20])
  })

  it('leaves one second between one that is asked for and one of the interval', async () => {
    keepalive.release()
    clock.tick(14_900)
    const rtt = keepalive.ping()
    keepalive.pong()
    await rtt
    expect(pings).to.equal(1)
    clock.tick(999)
    expect(pings).to.equal(1)
    clock.tick(1)
    expect(pings).to.equal(2)
    clock.tick(14_100)
    expect(pings).to.equal(3)
  })

  it('leaves one second between one of the interval and one that is asked for', () => {
    clock.tick(15_000)
    keepalive.pong()
    void keepalive.ping().catch(() => {})
    clock.tick(999)
    expect(pings).to.equal(1)
    clock.tick(1)
    expect(pings).to.equal(2)
  })

  it('passes over a Pong that nobody asked for', async () => {
    keepalive.pong()
    keepalive.release()
    const rtt = keepalive.ping()
    clock.tick(7)
    keepalive.pong()
    keepalive.pong()

    expect(await rtt).to.equal(7)
  })

  it('times out 15 seconds after a Ping that gets no Pong', () => {
    clock.tick(15_000)
    clock.tick(14_999)
    expect(timeouts).to.equal(0)
    clock.tick(1)
    expect(timeouts).to.equal(1)
  })

  it('times out after the time that it is given, by the oldest Ping', () => {
    keepalive.stop(new Error('over'))
    keepalive = create({ interval: 2_000, timeout: 5_000 })
    keepalive.start()
    clock.tick(6_999)
    expect(pings).to.equal(3)
    expect(timeouts).to.equal(0)
    clock.tick(1)
    expect(timeouts).to.equal(1)
  })

  it('does not time out while every Ping gets its Pong, late as it may be', () => {
    keepalive.stop(new Error('over'))
    keepalive = create({ interval: 2_000, timeout: 5_000 })
    keepalive.start()
    clock.tick(2_000)

    for (let i = 0; i < 20; i++) {
      clock.tick(2_000)
      keepalive.pong()
    }

    expect(timeouts).to.equal(0)
  })

  it('does not time out by a Ping whose Pong could not be read in time', () => {
    clock.tick(15_000)
    clock.tick(1_000)
    clock.sleep(20_000)
    clock.tick(0)
    keepalive.pong()
    clock.tick(8_999)

    expect(timeouts).to.equal(0)
  })

  it('times out though it slept, as late as it awoke', () => {
    clock.tick(15_000)
    clock.sleep(20_000)
    clock.tick(4_999)
    expect(timeouts).to.equal(0)
    clock.tick(1)
    expect(timeouts).to.equal(1)
  })

  it('does not time out while it is paused, and sends on', () => {
    clock.tick(15_000)
    keepalive.pause()
    clock.tick(60_000)
    expect(pings).to.equal(5)
    expect(timeouts).to.equal(0)

    keepalive.resume()
    clock.tick(14_999)
    expect(timeouts).to.equal(0)
    clock.tick(1)
    expect(timeouts).to.equal(1)
  })

  it('has nothing to wait for after a pause where all were answered', () => {
    keepalive.pause()
    keepalive.resume()
    clock.tick(14_999)

    expect(timeouts).to.equal(0)
  })

  it('gives those who wait the error when it stops', async () => {
    const error = new Error('the end')
    keepalive.release()
    const sent = keepalive.ping()
    keepalive.stop(error)

    await expect(sent).to.eventually.be.rejectedWith(error)
    expect(clock.pending).to.equal(0)
    keepalive.pong()
    clock.tick(100_000)
    expect({ pings, timeouts }).to.deep.equal({ pings: 1, timeouts: 0 })
  })

  it('gives those who wait to send the error when it stops', async () => {
    keepalive.release()
    void keepalive.ping()
    keepalive.pong()
    const waiting = keepalive.ping()
    keepalive.stop(new Error('the end'))

    await expect(waiting).to.eventually.be.rejectedWith('the end')
    expect(clock.pending).to.equal(0)
    expect(pings).to.equal(1)
  })

  it('does without a caller who gives up', async () => {
    const controller = new AbortController()
    keepalive.release()
    const impatient = keepalive.ping({ signal: controller.signal })
    const patient = keepalive.ping()
    controller.abort(new Error('not so slow'))

    await expect(impatient).to.eventually.be.rejectedWith('not so slow')
    clock.tick(3)
    keepalive.pong()
    expect(await patient).to.equal(3)
  })

  it('does without a caller who has given up before', async () => {
    await expect(keepalive.ping({ signal: AbortSignal.abort(new Error('too late')) })).to.eventually.be.rejectedWith('too late')
  })
})
