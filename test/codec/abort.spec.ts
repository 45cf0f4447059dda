import { expect } from 'aegir/chai'
import { concat } from 'uint8arrays/concat'
import { initiator, recipient } from '../../src/codec/index.ts'
import { connect, createMemorySockets, plug } from '../fixtures/codec-connection.ts'
import { INITIATOR_KEY, nodeId, RECIPIENT_KEY } from '../fixtures/codec-keys.ts'
import { ListenedController } from '../fixtures/codec-signal.ts'
import { collect, EndlessSource, StuckSource } from '../fixtures/codec-sources.ts'
import type { Side } from '../fixtures/codec-connection.ts'

const ONE = Uint8Array.of(1)
const REASON = new Error('no more')
const init = { privateKey: INITIATOR_KEY, remoteId: nodeId(RECIPIENT_KEY) }

async function expectAborted (...promises: Array<Promise<unknown>>): Promise<void> {
  for (const result of await Promise.allSettled(promises)) {
    expect(result).to.deep.equal({ status: 'rejected', reason: REASON })
  }
}

function expectClosed ({ socket }: Side): void {
  expect(socket.readable).to.be.false()
  expect(socket.writable).to.be.false()
}

describe('a codec that is aborted', () => {
  for (const [role, create] of [
    ['initiator', (signal: AbortSignal) => initiator({ ...init, signal })],
    ['recipient', (signal: AbortSignal) => recipient({ privateKey: RECIPIENT_KEY, signal })]
  ] as const) {
    it(`beforehand, as ${role}, does nothing and closes what it is given`, async () => {
      const controller = new ListenedController()
      controller.abort(REASON)
      const codec = create(controller.signal)
      const wire = new StuckSource()
      const requests = new StuckSource()

      await expectAborted(codec.session,
        codec.ciphertext.sink(wire), codec.messages.sink(requests), collect(codec.ciphertext.source), collect(codec.messages.source))
      expect(wire.returned).to.be.true()
      expect(requests.returned).to.be.true()
      expect(controller.listeners).to.equal(0)
    })

    it(`during the handshake, as ${role}, settles and closes the socket`, async () => {
      const controller = new ListenedController()
      const [socket] = createMemorySockets()
      const side = plug(socket, create(controller.signal))
      const requests = new StuckSource()
      const sent = side.messages.sink(requests)
      const received = collect(side.messages.source)
      await new Promise((resolve) => { setTimeout(resolve) })
      expect(controller.listeners).to.equal(1)
      controller.abort(REASON)

      await expectAborted(side.session, side.piped, sent, received)
      expect(requests.returned).to.be.true()
      expect(controller.listeners).to.equal(0)
      expectClosed(side)
    })
  }

  it('while messages go both ways, settles, and the other side sees the end', async () => {
    const controller = new ListenedController()
    const sides = connect({ initiator: { signal: controller.signal } })
    const requests = new EndlessSource(100)
    const responses = new EndlessSource(100)
    const sent = sides.initiator.messages.sink(requests)
    const answered = sides.recipient.messages.sink(responses)
    const read = collect(sides.recipient.messages.source)

    for (let i = 0; i < 10; i++) {
      await sides.initiator.messages.source.next()
    }

    controller.abort(REASON)

    await expectAborted(sent, sides.initiator.messages.source.next())
    await Promise.allSettled([sides.initiator.piped])
    await expect(read).to.eventually.be.an('array').that.is.not.empty()
    await answered
    await sides.recipient.piped

    expect(requests.returned).to.be.true()
    expect(responses.returned).to.be.true()
    expect(controller.listeners).to.equal(0)
    expectClosed(sides.initiator)
    expectClosed(sides.recipient)
    await expect(sides.initiator.session).to.eventually.have.property('remoteId')
  })

  it('while both sides wait for messages, settles', async () => {
    const controller = new ListenedController()
    const sides = connect({ initiator: { signal: controller.signal } })
    const requests = new StuckSource()
    const sent = sides.initiator.messages.sink(requests)
    const received = collect(sides.initiator.messages.source)
    await requests.begun
    controller.abort(REASON)

    await expectAborted(sent, received, sides.initiator.piped)
    expect(requests.returned).to.be.true()
    expectClosed(sides.initiator)
  })

  it('while the other side does not read, settles', async () => {
    const controller = new ListenedController()
    const sides = connect({ initiator: { signal: controller.signal } })
    const requests = new EndlessSource(100)
    const sent = sides.initiator.messages.sink(requests)
    const received = collect(sides.initiator.messages.source)
    await sides.recipient.session
    await new Promise((resolve) => { setTimeout(resolve, 10) })
    const { pulled } = requests
    controller.abort(REASON)

    await expectAborted(sent, received)
    await Promise.allSettled([sides.initiator.piped])
    expect(requests.returned).to.be.true()
    expect(requests.pulled).to.equal(pulled)
    expectClosed(sides.initiator)
  })

  it('with a frame in hand that the wire has not taken, does not end it as if all had been sent', async () => {
    const controller = new AbortController()
    const codec = initiator({ ...init, signal: controller.signal })
    const peer = recipient({ privateKey: RECIPIENT_KEY })
    const requests = new EndlessSource(100)
    codec.ciphertext.sink(peer.ciphertext.source).catch(() => {})
    const sent = codec.messages.sink(requests)
    const wire = codec.ciphertext.source
    const auth = await wire.next()
    peer.ciphertext.sink([auth.value ?? ONE]).catch(() => {})
    await codec.session
    await wire.next()
    controller.abort(REASON)

    await expectAborted(sent)
    await expectAborted(wire.next())
  })

  it('with messages in hand that were not asked for, gives them to nobody', async () => {
    const controller = new AbortController()
    const codec = initiator({ ...init, signal: controller.signal })
    const peer = recipient({ privateKey: RECIPIENT_KEY })
    const auth = await codec.ciphertext.source.next()
    peer.ciphertext.sink([auth.value ?? ONE]).catch(() => {})
    void peer.messages.sink([ONE, ONE])
    const [ack, ...frames] = await collect(peer.ciphertext.source)
    const read = codec.ciphertext.sink([ack, concat(frames)])

    await expect(codec.messages.source.next()).to.eventually.have.property('done', false)
    controller.abort(REASON)
    await expectAborted(codec.messages.source.next(), read)
  })
})

describe('a codec and its signal', () => {
  it('lets go of it when both directions have ended', async () => {
    const controller = new ListenedController()
    const sides = connect({ initiator: { signal: controller.signal } })
    await Promise.all([sides.initiator.messages.sink([ONE]), collect(sides.recipient.messages.source)])
    expect(controller.listeners).to.be.greaterThan(0)

    await Promise.all([sides.recipient.messages.sink([ONE]), collect(sides.initiator.messages.source)])
    await sides.initiator.piped
    expect(controller.listeners).to.equal(0)
    controller.abort(REASON)
    await sides.initiator.session
  })

  it('lets go of it when the handshake fails', async () => {
    const controller = new ListenedController()
    const codec = recipient({ privateKey: RECIPIENT_KEY, signal: controller.signal })
    expect(controller.listeners).to.equal(1)
    await codec.ciphertext.sink([]).catch(() => {})

    expect(controller.listeners).to.equal(0)
  })
})
