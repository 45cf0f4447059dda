import { expect } from 'aegir/chai'
import { DisconnectReason } from '../../src/p2p/disconnect.ts'
import { SessionPeer } from '../../src/p2p/peer.ts'
import { hex } from '../fixtures/hex.ts'
import { REMOTE_ID } from '../fixtures/p2p-hello.ts'
import { openSession } from '../fixtures/p2p-link.ts'
import type { CapabilityMessages } from '../../src/p2p/capability-messages.ts'
import type { Message } from '../../src/p2p/message.ts'
import type { RecordingLink } from '../fixtures/p2p-link.ts'

const PAYLOAD = hex('c0')

describe('the messages of a capability', () => {
  let peer: SessionPeer
  let link: RecordingLink
  let messages: CapabilityMessages

  beforeEach(() => {
    const running = openSession({ maxBufferedBytes: 1_000 })
    link = running.link
    peer = new SessionPeer(REMOTE_ID, running.session)
    messages = peer.capability('eth')
  })

  // ends every timer
  afterEach(async () => {
    link.listener?.onClose()
    await peer.closed
  })

  /** The other side sends messages with these ids. */
  function receive (...ids: number[]): void {
    for (const id of ids) {
      link.receiveCompressed(messages.capability.offset + id, PAYLOAD)
    }
  }

  function leave (reason: number): void {
    link.receiveCompressed(1, Uint8Array.of(0xc1, reason))
  }

  /** The ids of the messages up to their end. */
  async function idsOf (source: AsyncIterable<Message>): Promise<number[]> {
    const ids: number[] = []

    for await (const { id } of source) {
      ids.push(id)
    }

    return ids
  }

  describe('as their peer gives them', () => {
    it('are those of a shared capability', () => {
      expect(messages.capability).to.deep.equal({ name: 'eth', version: 69, length: 18, offset: 16 })
      expect(peer.shared.map(({ name }) => name)).to.deep.equal(['eth', 'snap'])
      expect(() => peer.capability('les')).to.throw('les is not shared').with.property('name', 'CapabilityNotSharedError')
    })

    it('are given once, until they are given back', () => {
      expect(() => peer.capability('eth')).to.throw('eth/69 is in use').with.property('name', 'CapabilityInUseError')
      messages.close()
      const second = peer.capability('eth')

      // of one who no longer has them
      messages.close()
      expect(() => peer.capability('eth')).to.throw('in use')
      second.close()
      peer.capability('eth')
    })

    it('are given after the end of the session too, with what came before it', async () => {
      link.receiveCompressed(34, PAYLOAD)
      leave(DisconnectReason.quitting)

      const late = peer.capability('snap')
      expect(await idsOf(late)).to.deep.equal([0])
      await expect(late.send({ id: 0, payload: PAYLOAD })).to.eventually.be.rejected.with.property('name', 'SessionClosedError')
    })
  })

  describe('that are read', () => {
    it('end where the peer leaves without a fault', async () => {
      receive(0, 1, 17)
      leave(DisconnectReason.requested)

      expect(await idsOf(messages)).to.deep.equal([0, 1, 17])
    })

    it('throw once where the peer leaves for a fault, after all that came before', async () => {
      receive(3)
      leave(DisconnectReason.tooManyPeers)

      expect(await messages.source.next()).to.deep.equal({ done: false, value: { id: 3, payload: PAYLOAD } })
      await expect(messages.source.next()).to.eventually.be.rejected.with.property('reason', 4)
      expect(await messages.source.next()).to.deep.equal({ done: true, value: undefined })
    })

    it('throw where the connection is cut', async () => {
      receive(3)
      link.listener?.onClose()

      await messages.source.next()
      await expect(messages.source.next()).to.eventually.be.rejected.with.property('name', 'SessionClosedError')
    })

    it('go to those who wait, in order', async () => {
      const all = Promise.all([messages.source.next(), messages.source.next(), messages.source.next(), messages.source.next()])
      receive(1, 2)
      await Promise.resolve()
      receive(3)
      leave(DisconnectReason.quitting)

      expect((await all).map(({ value }) => value?.id)).to.deep.equal([1, 2, 3, undefined])
      expect((await all).map(({ done }) => done)).to.deep.equal([false, false, false, true])
    })

    it('throw for the first who waits, and end for the others', async () => {
      const [first, second] = [messages.source.next(), messages.source.next()]
      leave(DisconnectReason.subprotocolError)

      await expect(first).to.eventually.be.rejected.with.property('reason', 0x10)
      expect(await second).to.have.property('done', true)
    })

    it('are given back by an early end of the loop', async () => {
      receive(1, 2)

      // eslint-disable-next-line no-unreachable-loop -- leaving early is what is tested
      for await (const { id } of messages) {
        expect(id).to.equal(1)
        break
      }

      expect(await messages.source.next()).to.have.property('done', true)
      expect(link.sent).to.deep.equal([])

      const next = peer.capability('eth')
      receive(5)
      expect(await next.source.next()).to.have.nested.property('value.id', 5)
    })

    it('are given back by `return`, `throw` and `await using`', async () => {
      const waiting = messages.source.next()
      await messages.source.return()
      expect(await waiting).to.have.property('done', true)

      const second = peer.capability('eth')
      await expect(second.source.throw(new Error('mine'))).to.eventually.be.rejectedWith('mine')

      const third = peer.capability('eth')
      await third.source[Symbol.asyncDispose]()
      peer.capability('eth')
    })
  })

  describe('that are sent', () => {
    it('are on their way at once where there is room', async () => {
      await messages.send({ id: 17, payload: PAYLOAD })
      expect(link.sent).to.deep.equal(['210100c0'])
    })

    it('wait for room, but are taken', async () => {
      link.writable = false
      let sent = 0
      const all = Promise.all([0, 1].map(async (id) => {
        await messages.send({ id, payload: PAYLOAD })
        sent++
      }))
      await new Promise(resolve => setTimeout(resolve))
      expect(link.sent).to.deep.equal(['100100c0', '110100c0'])
      expect(sent).to.equal(0)

      link.writable = true
      link.listener?.onDrain()
      await all
    })

    it('leave timers and sockets their turns where there is always room', async () => {
      const end = performance.now() + 10_000
      const turn = new AbortController()
      setTimeout(() => { turn.abort() })

      while (!turn.signal.aborted && performance.now() < end) {
        await messages.send({ id: 0, payload: PAYLOAD })
      }

      expect(turn.signal.aborted).to.equal(true)
    })

    it('are not waited for after the signal', async () => {
      const controller = new AbortController()
      link.writable = false
      const sending = messages.send({ id: 0, payload: PAYLOAD }, { signal: controller.signal })
      controller.abort(new Error('too slow'))

      await expect(sending).to.eventually.be.rejectedWith('too slow')
      link.listener?.onDrain()
      expect(link.sent).to.deep.equal(['100100c0'])
    })

    it('are not sent after the signal', async () => {
      await expect(messages.send({ id: 0, payload: PAYLOAD }, { signal: AbortSignal.abort(new Error('too late')) }))
        .to.eventually.be.rejectedWith('too late')
      expect(link.sent).to.deep.equal([])
    })

    it('are not waited for after the end of the session', async () => {
      link.writable = false
      const sending = messages.send({ id: 0, payload: PAYLOAD })
      leave(DisconnectReason.tooManyPeers)

      await expect(sending).to.eventually.be.rejected.with.property('reason', 4)
      await expect(messages.send({ id: 0, payload: PAYLOAD })).to.eventually.be.rejected.with.property('reason', 4)
    })

    it('are not waited for where the session ends from within', async () => {
      link.writable = false
      link.send = () => {
        leave(DisconnectReason.tooManyPeers)

        return false
      }

      await expect(messages.send({ id: 0, payload: PAYLOAD })).to.eventually.be.rejected.with.property('reason', 4)
    })

    it('leave no rejection behind that nobody waits for any more', async () => {
      link.writable = false
      const controller = new AbortController()
      const sending = messages.send({ id: 0, payload: PAYLOAD }, { signal: controller.signal })
      controller.abort(new Error('too slow'))
      await expect(sending).to.eventually.be.rejectedWith('too slow')

      // the test fails by itself where a rejection is left
      leave(DisconnectReason.tooManyPeers)
      await new Promise(resolve => setTimeout(resolve))
      await expect(messages.send({ id: 0, payload: PAYLOAD })).to.eventually.be.rejected.with.property('reason', 4)
    })

    it('are not waited for once they are given back', async () => {
      link.writable = false
      const sending = messages.send({ id: 0, payload: PAYLOAD })
      messages.close()

      await expect(sending).to.eventually.be.rejectedWith('eth/69 was given back').and.have.property('name', 'SessionClosedError')
      await expect(messages.send({ id: 0, payload: PAYLOAD })).to.eventually.be.rejectedWith('eth/69 was given back')
    })

    it('are refused with an id that the capability does not have', async () => {
      await expect(messages.send({ id: 18, payload: PAYLOAD })).to.eventually.be.rejected.with.property('name', 'InvalidMessageError')
      expect(link.sent).to.deep.equal([])
    })
  })
})
