import { expect } from 'aegir/chai'
import { pipe } from 'it-pipe'
import { Uint8ArrayList } from 'uint8arraylist'
import { concat } from 'uint8arrays/concat'
import { decodeFrames, encodeFrames } from '../../src/codec/index.ts'
import { createSessions } from '../fixtures/codec-keys.ts'
import { ListenedController } from '../fixtures/codec-signal.ts'
import { chunked, collect, failing, StallingSource } from '../fixtures/codec-sources.ts'
import type { Session } from '../../src/codec/index.ts'

const MESSAGES = [Uint8Array.of(1, 2, 3), new Uint8Array(0), new Uint8Array(1000).fill(7), new Uint8Array(16).fill(8)]
const REASON = new Error('no more')

/** The messages' frames in one piece, and who can read them. */
async function createFrames (messages = MESSAGES): Promise<{ session: Session, bytes: Uint8Array }> {
  const { initiator, recipient } = createSessions()

  return { session: recipient, bytes: concat(await collect(encodeFrames(initiator)(messages))) }
}

async function * asyncSource <T> (values: T[]): AsyncGenerator<T, void, undefined> {
  yield * values
}

describe('decodeFrames', () => {
  it('makes a sync iterable of a sync one', async () => {
    const { session, bytes } = await createFrames()
    const messages = decodeFrames(session)([bytes])

    expect(messages).to.have.property(Symbol.iterator)
    expect(messages).to.not.have.property(Symbol.asyncIterator)

    const list = [...messages]
    expect(list.every((message) => message instanceof Uint8ArrayList)).to.be.true()
    expect(list.map((message) => message.byteLength)).to.deep.equal([3, 0, 1000, 16])
  })

  it('makes an async iterable of an async one', async () => {
    const { session, bytes } = await createFrames()
    const messages = decodeFrames(session)(asyncSource([bytes]))

    expect(messages).to.have.property(Symbol.asyncIterator)
    expect(messages).to.not.have.property(Symbol.iterator)
    await expect(collect(messages)).to.eventually.deep.equal(MESSAGES)
  })

  it('goes in a pipe', async () => {
    const { session, bytes } = await createFrames()

    await expect(pipe(asyncSource([bytes]), decodeFrames(session), async (source) => collect(source))).to.eventually.deep.equal(MESSAGES)
  })

  for (const size of [1, 2, 15, 16, 17, 31, 32, 33, 500]) {
    it(`reads chunks of ${size} bytes, sync and async, arrays and lists`, async () => {
      const first = await createFrames()
      const second = await createFrames()
      const lists = chunked(second.bytes, size).map((chunk) => new Uint8ArrayList(chunk.subarray(0, 1), chunk.subarray(1)))

      await expect(collect(decodeFrames(first.session)(chunked(first.bytes, size)))).to.eventually.deep.equal(MESSAGES)
      await expect(collect(decodeFrames(second.session)(asyncSource(lists)))).to.eventually.deep.equal(MESSAGES)
    })
  }

  it('gives a message as soon as it is complete, and pulls no more than it needs', async () => {
    const { session, bytes } = await createFrames()
    const source = new StallingSource(...chunked(bytes, 32))
    const messages = decodeFrames(session)(source)

    expect((await messages.next()).value?.subarray()).to.deep.equal(MESSAGES[0])
    await expect(source.next()).to.eventually.have.property('value').that.deep.equals(bytes.subarray(64, 96))
  })

  it('ends with its source, and without any', () => {
    const { recipient } = createSessions()

    expect([...decodeFrames(recipient)([])]).to.be.empty()
    expect([...decodeFrames(recipient)([new Uint8Array(0), new Uint8ArrayList()])]).to.be.empty()
  })

  for (const [where, length] of [['a header', 1], ["a header's MAC", 31], ['data', 40], ['its MAC', 63]] as const) {
    it(`throws TruncatedFrameError where the source ends within ${where}`, async () => {
      const { session, bytes } = await createFrames()
      const messages = decodeFrames(session)([bytes.subarray(0, length)])

      expect(() => messages.next()).to.throw().with.property('name', 'TruncatedFrameError')
    })
  }

  it('gives what is complete before it throws TruncatedFrameError', async () => {
    const { session, bytes } = await createFrames()
    const messages = decodeFrames(session)(asyncSource([bytes.subarray(0, -1)]))

    for (const message of MESSAGES.slice(0, -1)) {
      expect((await messages.next()).value?.subarray()).to.deep.equal(message)
    }

    await expect(messages.next()).to.eventually.be.rejected.with.property('name', 'TruncatedFrameError')
  })

  it('throws FrameTooLargeError for more than maxFrameSize, as soon as that is announced', async () => {
    const { session, bytes } = await createFrames([new Uint8Array(100), new Uint8Array(101)])
    const source = new StallingSource(bytes.subarray(0, -100))
    const messages = decodeFrames(session, { maxFrameSize: 100 })(source)

    await expect(messages.next()).to.eventually.have.property('value').with.property('byteLength', 100)
    await expect(messages.next()).to.eventually.be.rejected.with.property('name', 'FrameTooLargeError')
    expect(source.returned).to.be.true()
  })

  it('throws BadHeaderMacError for a header that was changed', async () => {
    const { session, bytes } = await createFrames()
    bytes[0] ^= 1

    expect(() => [...decodeFrames(session)([bytes])]).to.throw().with.property('name', 'BadHeaderMacError')
  })

  it('throws BadFrameMacError for data that was changed, and closes the source', async () => {
    const { session, bytes } = await createFrames()
    bytes[32] ^= 1
    const source = new StallingSource(bytes)

    await expect(collect(decodeFrames(session)(source))).to.eventually.be.rejected.with.property('name', 'BadFrameMacError')
    expect(source.returned).to.be.true()
  })

  it('throws what the source throws, after what came before', async () => {
    const { session, bytes } = await createFrames([Uint8Array.of(1)])
    const messages = decodeFrames(session)(failing(REASON, bytes))

    await expect(messages.next()).to.eventually.have.property('done', false)
    await expect(messages.next()).to.be.rejectedWith(REASON)
  })

  it('closes the source on an early return', async () => {
    const { session, bytes } = await createFrames()
    const source = new StallingSource(bytes)
    const messages = decodeFrames(session)(source)
    await messages.next()
    await messages.return()

    expect(source.returned).to.be.true()
  })

  it('throws the reason of a signal that fired beforehand', async () => {
    const { session, bytes } = await createFrames()
    const decode = decodeFrames(session, { signal: AbortSignal.abort(REASON) })
    const source = new StallingSource(bytes)

    expect(() => [...decode([bytes])]).to.throw(REASON)
    await expect(collect(decode(source))).to.be.rejectedWith(REASON)
    expect(source.returned).to.be.true()
  })

  it('throws the reason of a signal that fires while the source is stuck', async () => {
    const { session, bytes } = await createFrames()
    const controller = new ListenedController()
    const source = new StallingSource(bytes)
    const messages = collect(decodeFrames(session, { signal: controller.signal })(source))
    await source.begun
    controller.abort(REASON)

    await expect(messages).to.be.rejectedWith(REASON)
    expect(source.returned).to.be.true()
    expect(controller.listeners).to.equal(0)
  })

  it('throws the reason of a signal that fires between two messages of one chunk', async () => {
    const { session, bytes } = await createFrames()
    const controller = new AbortController()
    const source = new StallingSource(bytes)
    const messages = decodeFrames(session, { signal: controller.signal })(source)
    await messages.next()
    controller.abort(REASON)

    await expect(messages.next()).to.be.rejectedWith(REASON)
    expect(source.returned).to.be.true()
  })
})
