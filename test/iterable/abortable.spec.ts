import { expect } from 'aegir/chai'
import { abortable, isAsyncIterable } from '../../src/iterable/abortable.ts'
import { ListenedController } from '../fixtures/codec-signal.ts'
import { collect, failing, StallingSource, StuckSource } from '../fixtures/codec-sources.ts'

const ONE = Uint8Array.of(1)
const TWO = Uint8Array.of(2)
const REASON = new Error('no more')

/** Is closed in its own time, or not at all. */
class SlowToClose extends StallingSource {
  readonly closing = Promise.withResolvers<void>()
  readonly closed = Promise.withResolvers<void>()

  async return (): Promise<IteratorResult<Uint8Array, void>> {
    this.closing.resolve()
    await this.closed.promise

    return super.return()
  }
}

/** As a Node.js stream is, whose iterator hears of nothing while it waits. */
class Destroyable extends StuckSource {
  destroyed = false

  destroy (): void {
    this.destroyed = true
  }
}

describe('abortable', () => {
  it('gives what an async source gives', async () => {
    async function * source (): AsyncGenerator<Uint8Array> {
      yield ONE
      yield TWO
    }

    await expect(collect(abortable(source(), new AbortController().signal))).to.eventually.deep.equal([ONE, TWO])
  })

  it('gives what a sync source gives, without a signal too', async () => {
    await expect(collect(abortable([ONE, TWO]))).to.eventually.deep.equal([ONE, TWO])
  })

  it('pulls a value only when it is asked for one', async () => {
    let pulled = 0

    function * source (): Generator<Uint8Array> {
      while (true) {
        pulled++
        yield ONE
      }
    }

    const values = abortable(source())
    expect(pulled).to.equal(0)
    await values.next()
    expect(pulled).to.equal(1)
  })

  it('closes the source on an early return, and waits for it', async () => {
    const source = new SlowToClose(ONE)
    const values = abortable(source)
    await values.next()

    const returned = values.return()
    await source.closing.promise
    setTimeout(() => { source.closed.resolve() })
    await returned

    expect(source.returned).to.be.true()
  })

  it('returns early from a source that cannot be closed', async () => {
    const values = abortable({ [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: ONE }) }) })
    await values.next()

    await expect(values.return()).to.eventually.deep.equal({ done: true, value: undefined })
  })

  it('tells who returns early of an error in closing', async () => {
    const source = new StallingSource(ONE)
    source.return = async () => { throw REASON }
    const values = abortable(source)
    await values.next()

    await expect(values.return()).to.be.rejectedWith(REASON)
  })

  it('throws what an async source throws, and does not close it then', async () => {
    const source = new StuckSource()
    source.next = async () => { throw REASON }

    await expect(collect(abortable(source, new AbortController().signal))).to.be.rejectedWith(REASON)
    expect(source.returned).to.be.false()
  })

  it('throws what a sync source throws', async () => {
    function * source (): Generator<Uint8Array> {
      yield ONE
      throw REASON
    }

    await expect(collect(abortable(source()))).to.be.rejectedWith(REASON)
  })
})

describe('abortable, aborted', () => {
  it('beforehand, pulls nothing and closes the source', async () => {
    let pulled = false
    const source = new StuckSource()
    void source.begun.then(() => { pulled = true })

    await expect(abortable(source, AbortSignal.abort(REASON)).next()).to.be.rejectedWith(REASON)
    expect(pulled).to.be.false()
    expect(source.returned).to.be.true()
  })

  it('while it waits, settles and closes the source', async () => {
    const controller = new AbortController()
    const source = new StuckSource()
    const next = abortable(source, controller.signal).next()
    await source.begun
    controller.abort(REASON)

    await expect(next).to.be.rejectedWith(REASON)
    expect(source.returned).to.be.true()
  })

  it('between two values, pulls no more and closes the source', async () => {
    const controller = new AbortController()
    const source = new StallingSource(ONE, TWO)
    const values = abortable(source, controller.signal)
    await values.next()
    controller.abort(REASON)

    await expect(values.next()).to.be.rejectedWith(REASON)
    await expect(source.next()).to.eventually.have.property('value', TWO)
    expect(source.returned).to.be.true()
  })

  it('does not wait for a source that is never closed', async () => {
    const controller = new AbortController()
    const values = abortable(new SlowToClose(ONE), controller.signal)
    await values.next()
    controller.abort(REASON)

    await expect(values.next()).to.be.rejectedWith(REASON)
  })

  it('while it waits for a source to be closed, waits no longer', async () => {
    const controller = new AbortController()
    const source = new SlowToClose(ONE)
    const values = abortable(source, controller.signal)
    await values.next()
    const returned = values.return()
    await source.closing.promise
    controller.abort(REASON)

    await expect(returned).to.be.rejectedWith(REASON)
  })

  it('gives the reason, not an error in closing', async () => {
    const controller = new AbortController()
    const source = new StallingSource(ONE)
    source.return = () => { throw new Error('cannot be closed') }
    const values = abortable(source, controller.signal)
    await values.next()
    controller.abort(REASON)

    await expect(values.next()).to.be.rejectedWith(REASON)
  })

  it('after the end, tells the source nothing', async () => {
    const controller = new AbortController()
    const source = new StuckSource()
    source.next = async () => ({ done: true, value: undefined })
    const values = abortable(source, controller.signal)
    await values.next()
    controller.abort(REASON)

    await expect(values.next()).to.eventually.have.property('done', true)
    expect(source.returned).to.be.false()
  })

  it('destroys a source that can be destroyed', async () => {
    const controller = new AbortController()
    const source = new Destroyable()
    const next = abortable(source, controller.signal).next()
    await source.begun
    controller.abort(REASON)

    await expect(next).to.be.rejectedWith(REASON)
    expect(source.destroyed).to.be.true()
  })
})

describe('abortable and its signal', () => {
  it('stops listening once the source has ended, failed or been left', async () => {
    const controller = new ListenedController()
    const left = abortable([ONE, TWO], controller.signal)

    await collect(abortable([ONE, TWO], controller.signal))
    await collect(abortable(failing(REASON, ONE), controller.signal)).catch(() => {})
    await left.next()
    await left.return()

    expect(controller.listeners).to.equal(0)
  })

  it('listens while it waits', async () => {
    const controller = new ListenedController()
    const source = new StuckSource()
    const next = abortable(source, controller.signal).next()
    await source.begun
    expect(controller.listeners).to.equal(1)

    controller.abort(REASON)
    await next.catch(() => {})
    expect(controller.listeners).to.equal(0)
  })
})

describe('isAsyncIterable', () => {
  it('tells async from sync sources', () => {
    expect(isAsyncIterable(failing(REASON))).to.be.true()
    expect(isAsyncIterable([ONE])).to.be.false()
  })
})
