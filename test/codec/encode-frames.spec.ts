import { expect } from 'aegir/chai'
import { pipe } from 'it-pipe'
import { Uint8ArrayList } from 'uint8arraylist'
import { concat } from 'uint8arrays/concat'
import { decodeFrames, encodeFrames } from '../../src/codec/index.ts'
import { nobleCrypto } from '../../src/crypto/noble.ts'
import { createSessions } from '../fixtures/codec-keys.ts'
import { ListenedController } from '../fixtures/codec-signal.ts'
import { collect, failing, StallingSource } from '../fixtures/codec-sources.ts'

const MESSAGES = [Uint8Array.of(1, 2, 3), new Uint8Array(0), new Uint8Array(1000).fill(7)]
const REASON = new Error('no more')

async function * asyncSource <T> (values: T[]): AsyncGenerator<T, void, undefined> {
  yield * values
}

describe('encodeFrames', () => {
  it('makes a sync iterable of a sync one', async () => {
    const { initiator, recipient } = createSessions()
    const frames = encodeFrames(initiator)(MESSAGES)

    expect(frames).to.have.property(Symbol.iterator)
    expect(frames).to.not.have.property(Symbol.asyncIterator)

    const list = [...frames]
    expect(list).to.have.lengthOf(MESSAGES.length)
    expect(list.every((frame) => frame instanceof Uint8ArrayList)).to.be.true()
    await expect(collect(decodeFrames(recipient)(list))).to.eventually.deep.equal(MESSAGES)
  })

  it('makes an async iterable of an async one', async () => {
    const { initiator, recipient } = createSessions()
    const frames = encodeFrames(initiator)(asyncSource(MESSAGES))

    expect(frames).to.have.property(Symbol.asyncIterator)
    expect(frames).to.not.have.property(Symbol.iterator)
    await expect(collect(decodeFrames(recipient)(frames))).to.eventually.deep.equal(MESSAGES)
  })

  it('makes the same frames either way', async () => {
    const { initiator } = createSessions()
    const copy = { ...initiator, secrets: { ...initiator.secrets, egressMac: nobleCrypto.createKeccak256() } }
    const other = { ...initiator, secrets: { ...initiator.secrets, egressMac: nobleCrypto.createKeccak256() } }

    await expect(collect(encodeFrames(copy)(asyncSource(MESSAGES)))).to.eventually.deep.equal(await collect(encodeFrames(other)(MESSAGES)))
  })

  it('goes in a pipe, and leaves sync what is sync', async () => {
    const { initiator, recipient } = createSessions()

    const received = await pipe(MESSAGES, encodeFrames(initiator), decodeFrames(recipient), async (source) => {
      expect(source).to.have.property(Symbol.iterator)

      return collect(source)
    })

    expect(received).to.deep.equal(MESSAGES)
  })

  it('takes lists, arrays with an offset and other primitives', async () => {
    const { initiator, recipient } = createSessions()
    const whole = Uint8Array.of(0, 1, 2, 3, 4, 5)
    const messages = [new Uint8ArrayList(whole.subarray(0, 2), whole.subarray(4)), whole.subarray(1, 5)]
    const frames = encodeFrames(initiator, { crypto: nobleCrypto })(messages)

    await expect(collect(decodeFrames(recipient, { crypto: nobleCrypto })(frames))).to.eventually
      .deep.equal([Uint8Array.of(0, 1, 4, 5), Uint8Array.of(1, 2, 3, 4)])
  })

  it('goes on where it was, for one source after the other', async () => {
    const { initiator, recipient } = createSessions()
    const encode = encodeFrames(initiator)
    const frames = [...encode(MESSAGES), ...encode(MESSAGES)]

    await expect(collect(decodeFrames(recipient)(frames))).to.eventually.deep.equal([...MESSAGES, ...MESSAGES])
  })

  it('pulls a message only when a frame is asked for', async () => {
    const { initiator } = createSessions()
    const source = new StallingSource(...MESSAGES)
    const frames = encodeFrames(initiator)(source)
    await frames.next()

    await expect(source.next()).to.eventually.have.property('value', MESSAGES[1])
  })

  it('throws FrameTooLargeError for a message that cannot be sent, and closes the source', async () => {
    const { initiator } = createSessions()
    const tooLarge = new Uint8Array(16_777_201)
    const source = new StallingSource(tooLarge)

    expect(() => [...encodeFrames(initiator)([tooLarge])]).to.throw().with.property('name', 'FrameTooLargeError')
    await expect(collect(encodeFrames(initiator)(source))).to.eventually.be.rejected.with.property('name', 'FrameTooLargeError')
    expect(source.returned).to.be.true()
  })

  it('throws what the source throws', async () => {
    const { initiator } = createSessions()

    await expect(collect(encodeFrames(initiator)(failing(REASON, ...MESSAGES)))).to.be.rejectedWith(REASON)
  })

  it('closes the source on an early return', async () => {
    const { initiator } = createSessions()
    const source = new StallingSource(...MESSAGES)
    const frames = encodeFrames(initiator)(source)
    await frames.next()
    await frames.return()

    expect(source.returned).to.be.true()
  })

  it('throws the reason of a signal that fired beforehand', async () => {
    const { initiator } = createSessions()
    const encode = encodeFrames(initiator, { signal: AbortSignal.abort(REASON) })
    const source = new StallingSource(...MESSAGES)

    expect(() => [...encode(MESSAGES)]).to.throw(REASON)
    await expect(collect(encode(source))).to.be.rejectedWith(REASON)
    expect(source.returned).to.be.true()
  })

  it('throws the reason of a signal that fires while the source is stuck', async () => {
    const { initiator } = createSessions()
    const controller = new ListenedController()
    const source = new StallingSource(...MESSAGES)
    const frames = collect(encodeFrames(initiator, { signal: controller.signal })(source))
    await source.begun
    controller.abort(REASON)

    await expect(frames).to.be.rejectedWith(REASON)
    expect(source.returned).to.be.true()
    expect(controller.listeners).to.equal(0)
  })

  it('throws the reason of a signal that fires between two messages of a sync source', () => {
    const { initiator } = createSessions()
    const controller = new AbortController()
    const frames = encodeFrames(initiator, { signal: controller.signal })(MESSAGES)
    frames.next()
    controller.abort(REASON)

    expect(() => frames.next()).to.throw(REASON)
    expect(frames.next().done).to.be.true()
  })

  it('can be decoded from one piece', async () => {
    const { initiator, recipient } = createSessions()
    const bytes = concat(await collect(encodeFrames(initiator)(MESSAGES)))

    expect(bytes.byteLength).to.equal((32 + 16 + 16) + (32 + 16) + (32 + 1008 + 16))
    await expect(collect(decodeFrames(recipient)([bytes]))).to.eventually.deep.equal(MESSAGES)
  })
})
