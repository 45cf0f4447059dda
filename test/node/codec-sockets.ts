import { PassThrough } from 'node:stream'
import { expect } from 'aegir/chai'
import { initiator, recipient } from '../../src/codec/index.ts'
import { digest, megabytes } from '../fixtures/codec-bulk.ts'
import { INITIATOR_KEY, nodeId, OTHER_KEY, RECIPIENT_KEY } from '../fixtures/codec-keys.ts'
import { ListenedController } from '../fixtures/codec-signal.ts'
import { closed, createSockets, plugSocket } from '../fixtures/codec-sockets.ts'
import { collect, EndlessSource, failing, StuckSource } from '../fixtures/codec-sources.ts'
import type { Codec, CodecOptions, InitiatorInit } from '../../src/codec/index.ts'
import type { Socket } from 'node:net'

const ONE = Uint8Array.of(1)
const REASON = new Error('no more')

interface Side extends Codec {
  socket: Socket

  /** What `pipe(socket, ciphertext, socket)` comes to. */
  piped: Promise<void>
}

function plug (socket: Socket, codec: Codec): Side {
  const piped = plugSocket(socket, codec)
  piped.catch(() => {})

  return { ...codec, socket, piped }
}

interface ConnectInit {
  initiator?: Partial<InitiatorInit>
  recipient?: CodecOptions
}

async function connect (init: ConnectInit = {}): Promise<{ near: Side, far: Side }> {
  const [near, far] = await createSockets()

  return {
    near: plug(near, initiator({ privateKey: INITIATOR_KEY, remoteId: nodeId(RECIPIENT_KEY), ...init.initiator })),
    far: plug(far, recipient({ privateKey: RECIPIENT_KEY, ...init.recipient }))
  }
}

/** Waits until the number is the same for a while. */
async function steady (count: () => number): Promise<number> {
  let before: number

  do {
    before = count()
    await new Promise((resolve) => { setTimeout(resolve, 250) })
  } while (count() !== before)

  return before
}

function timers (): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
}

/** Who writes and who reads, both of whom hear of a failure. */
function use ({ messages }: Side): Array<Promise<unknown>> {
  return [messages.sink(new StuckSource()), collect(messages.source)]
}

async function expectRejections (name: string, promises: Array<Promise<unknown>>): Promise<void> {
  for (const result of await Promise.allSettled(promises)) {
    expect(result).to.have.nested.property('reason.name', name)
  }
}

async function expectReason (promises: Array<Promise<unknown>>): Promise<void> {
  for (const result of await Promise.allSettled(promises)) {
    expect(result).to.deep.equal({ status: 'rejected', reason: REASON })
  }
}

describe('codecs over sockets', () => {
  const unhandled: unknown[] = []
  const onUnhandled = (reason: unknown): void => { unhandled.push(reason) }

  beforeEach(() => {
    process.on('unhandledRejection', onUnhandled)
  })

  afterEach(async () => {
    // they are reported once the microtasks have been run
    await new Promise((resolve) => { setImmediate(resolve) })
    process.off('unhandledRejection', onUnhandled)
    expect(unhandled.splice(0)).to.be.empty()
  })

  it('stop asking for messages that the other side does not read, and lose none of them', async function () {
    this.timeout(120_000)

    const { near, far } = await connect()
    const source = new EndlessSource(64 * 1024)
    near.messages.sink(source).catch(() => {})
    await far.session
    const pulled = await steady(() => source.pulled)

    // what the buffers of two sockets hold, far less than without backpressure
    expect(pulled).to.be.within(1, 1000)

    for (let i = 0; i < pulled + 100; i++) {
      const { value } = await far.messages.source.next()
      expect(value?.byteLength).to.equal(64 * 1024)
      expect(value?.get(0)).to.equal(i % 256)
    }

    expect(source.pulled).to.be.greaterThan(pulled)
    await far.messages.source.return()
    await Promise.all([closed(near.socket), closed(far.socket)])
  })

  it('go on one way when the other way has ended', async () => {
    const { near, far } = await connect()
    await near.messages.sink([ONE])
    await expect(collect(far.messages.source)).to.eventually.deep.equal([ONE])

    const [received] = await Promise.all([digest(near.messages.source), far.messages.sink(megabytes(2, 3))])
    expect(received).to.equal(await digest(megabytes(2, 3)))
    await Promise.all([near.piped, far.piped])
  })

  it('fail on both sides, promptly, where the wrong key was dialled', async () => {
    const { near, far } = await connect({ initiator: { remoteId: nodeId(OTHER_KEY) } })

    await Promise.all([
      expectRejections('HandshakeClosedError', [near.session, near.piped, ...use(near)]),
      expectRejections('HandshakeDecryptionError', [far.session, far.piped, ...use(far)])
    ])

    await Promise.all([closed(near.socket), closed(far.socket)])
  })

  it('destroy the socket where the handshake takes too long', async () => {
    const [socket, silent] = await createSockets()
    const side = plug(socket, recipient({ privateKey: RECIPIENT_KEY, handshakeTimeout: 50 }))

    await expectRejections('HandshakeTimeoutError', [side.session, side.piped, ...use(side)])
    await closed(socket)
    silent.destroy()
  })

  it('destroy the socket where the application fails, and the other side sees the end', async () => {
    const { near, far } = await connect()
    const failed = expectReason([near.messages.sink(failing(REASON, ONE)), near.piped, collect(near.messages.source)])
    const answered = far.messages.sink([])

    await expect(collect(far.messages.source)).to.eventually.deep.equal([ONE])
    await Promise.all([failed, answered, far.piped, closed(near.socket), closed(far.socket)])
  })

  it('let the application leave, which closes the socket', async () => {
    const { near, far } = await connect()
    const received = near.messages.source.next()
    await near.session
    await near.messages.source.return()

    await expect(received).to.eventually.have.property('done', true)
    await closed(near.socket)
    await expect(collect(far.messages.source)).to.eventually.be.empty()
    await far.messages.sink([])
    await closed(far.socket)
  })

  it('leave no timer behind, however they end', async () => {
    // the test's own timer is there from its first wait on
    await new Promise((resolve) => { setImmediate(resolve) })
    const before = timers()
    const controller = new AbortController()

    const ended = await connect()
    await Promise.all([ended.near.messages.sink([ONE]), collect(ended.far.messages.source)])
    await Promise.all([ended.far.messages.sink([ONE]), collect(ended.near.messages.source)])

    const failed = await connect({ initiator: { remoteId: nodeId(OTHER_KEY) } })
    await Promise.allSettled([failed.near.piped, failed.far.piped])

    const aborted = await connect({ initiator: { signal: controller.signal } })
    controller.abort(REASON)
    await Promise.allSettled([aborted.near.piped, aborted.far.piped])

    expect(timers()).to.equal(before)
  })
  it('settle when aborted during the handshake, and destroy the socket', async () => {
    const controller = new ListenedController()
    const [socket, silent] = await createSockets()
    const side = plug(socket, recipient({ privateKey: RECIPIENT_KEY, signal: controller.signal }))
    const promises = [side.session, side.piped, ...use(side)]
    controller.abort(REASON)

    await expectReason(promises)
    await closed(socket)
    expect(controller.listeners).to.equal(0)
    silent.destroy()
  })

  it('settle when aborted while nothing comes or goes, and destroy the socket', async () => {
    const controller = new ListenedController()
    const { near, far } = await connect({ initiator: { signal: controller.signal } })
    const promises = use(near)
    await near.session
    controller.abort(REASON)

    await expectReason(promises)
    await closed(near.socket)
    await expect(collect(far.messages.source)).to.eventually.be.empty()
    expect(controller.listeners).to.equal(0)
    far.socket.destroy()
  })

  it('settle when aborted while the other side neither reads nor writes, and destroy the socket', async function () {
    this.timeout(60_000)

    const controller = new ListenedController()
    const { near, far } = await connect({ initiator: { signal: controller.signal } })
    const source = new EndlessSource(64 * 1024)
    const sent = near.messages.sink(source)
    const received = collect(near.messages.source)
    await far.session
    await steady(() => source.pulled)
    controller.abort(REASON)

    await expectReason([sent, received])
    await Promise.allSettled([near.piped])
    await closed(near.socket)
    expect(source.returned).to.be.true()
    expect(controller.listeners).to.equal(0)
    far.socket.destroy()
  })

  it('are silent about messages that cannot be closed when they are aborted', async () => {
    const controller = new AbortController()
    const { near, far } = await connect({ initiator: { signal: controller.signal } })
    const source = new StuckSource()
    source.return = async () => { throw new Error('cannot be closed') }
    const sent = near.messages.sink(source)
    await far.session
    controller.abort(REASON)

    await expectReason([sent])
    far.socket.destroy()
  })

  it('destroy a Node.js stream of messages that is stuck when they are aborted', async () => {
    const controller = new AbortController()
    const { near, far } = await connect({ initiator: { signal: controller.signal } })
    const requests = new PassThrough()
    const sent = near.messages.sink(requests)
    requests.write(ONE)
    await far.messages.source.next()
    controller.abort(REASON)

    await expectReason([sent])
    expect(requests.destroyed).to.be.true()
    await closed(near.socket)
    far.socket.destroy()
  })
})
