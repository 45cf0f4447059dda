import { expect } from 'aegir/chai'
import { Deadline } from '../../src/p2p/deadline.ts'
import { Clock } from '../fixtures/p2p-clock.ts'

describe('Deadline', () => {
  let clock: Clock
  let deadline: Deadline
  let over: number

  beforeEach(() => {
    clock = new Clock()
    over = 0
    deadline = new Deadline(() => { over++ })
  })

  afterEach(() => {
    clock.restore()
  })

  /** Leaves no timers, which is looked at before what other tests have left can run on the same clock. */
  function it (title: string, test: () => void | Promise<void>): void {
    globalThis.it(title, async () => {
      await test()
      deadline.stop()
      expect(clock.pending).to.equal(0)
    })
  }

  it('is over once its time has passed, and no sooner', () => {
    deadline.start(1_000)
    clock.tick(999)
    expect([over, deadline.running]).to.deep.equal([0, true])
    clock.tick(1)
    expect([over, deadline.running]).to.deep.equal([1, false])
    clock.tick(10_000)
    expect(over).to.equal(1)
  })

  it('begins again', () => {
    deadline.start(1_000)
    clock.tick(999)
    deadline.start(1_000)
    clock.tick(999)
    expect(over).to.equal(0)
    clock.tick(1)
    expect(over).to.equal(1)
  })

  it('is stopped at any time', () => {
    deadline.start(1_000)
    clock.tick(500)
    deadline.stop()
    expect(deadline.running).to.equal(false)
    deadline.start(1_000)
    clock.sleep(2_000)
    clock.tick(0)
    expect(deadline.running).to.equal(true)
    deadline.stop()
    clock.tick(10_000)

    expect(over).to.equal(0)
  })

  it('waits as much longer as it slept', () => {
    deadline.start(1_000)
    clock.sleep(1_300)
    clock.tick(299)
    expect(over).to.equal(0)
    clock.tick(1)
    expect(over).to.equal(1)
  })

  it('waits no longer than once more, however long it slept', () => {
    deadline.start(1_000)
    clock.sleep(3_600_000)
    clock.tick(999)
    expect(over).to.equal(0)
    clock.sleep(3_600_000)
    clock.tick(0)
    expect(over).to.equal(1)
  })

  it('gives the event loop a turn before it is over', async () => {
    clock.restore()
    const seen: string[] = []
    deadline = new Deadline(() => { seen.push('over') })
    deadline.start(5)
    setTimeout(() => { seen.push('timer') }, 5)

    for (const end = performance.now() + 20; performance.now() < end;) {
      // the event loop stands still
    }

    await new Promise<void>((resolve) => { setTimeout(resolve, 5) })
    await new Promise<void>((resolve) => { setTimeout(resolve, 100) })
    expect(seen).to.deep.equal(['timer', 'over'])
  })
})
