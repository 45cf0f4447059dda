/* eslint-disable no-loop-func -- the loops make tests, which run one after the other */
import { expect } from 'aegir/chai'
import { pipe } from 'it-pipe'
import { DisconnectReason } from '../../src/p2p/disconnect.ts'
import { DisconnectError } from '../../src/p2p/errors.ts'
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
    const running = openSession()
    link = running.link
    peer = new SessionPeer(REMOTE_ID, running.session)
    messages = peer.capability('eth')
  })

  // ends every timer
  afterEach(async () => {
    link.listener?.onClose()
    await peer.closed
  })

  function leave (reason: number): void {
    link.receiveCompressed(1, Uint8Array.of(0xc1, reason))
  }

  describe('in a pipe', () => {
    it('come in and go out', async () => {
      const echo = pipe(
        messages,
        async function * (source) {
          for await (const { id, payload } of source) {
            yield { id: id + 1, payload }
          }
        },
        messages
      )

      link.receiveCompressed(16, PAYLOAD)
      link.receiveCompressed(18, PAYLOAD)

      while (link.sent.length < 2) {
        await new Promise(resolve => setTimeout(resolve))
      }

      expect(link.sent).to.deep.equal(['110100c0', '130100c0'])
      leave(DisconnectReason.requested)
      await expect(echo).to.eventually.be.rejected.with.property('name', 'SessionClosedError')
    })

    it('are sent until their source ends, and the session goes on', async () => {
      await pipe([{ id: 0, payload: PAYLOAD }, { id: 1, payload: PAYLOAD }], messages.sink)

      expect(link.sent).to.deep.equal(['100100c0', '110100c0'])
      await messages.send({ id: 2, payload: PAYLOAD })
    })

    const faults: Record<string, () => Generator<Message>> = {
      'a source that throws': function * () {
        yield { id: 0, payload: PAYLOAD }
        throw new Error('no more')
      },
      'a message that cannot be sent': function * () {
        yield { id: 0, payload: PAYLOAD }
        yield { id: 18, payload: PAYLOAD }
      }
    }

    for (const [title, source] of Object.entries(faults)) {
      it(`end the session with reason 0x10 after ${title}`, async () => {
        const error = await messages.sink(source()).then(() => undefined, (err: Error) => err)
        expect(error).to.be.an('error')
        expect(link.sent).to.deep.equal(['100100c0', '010204c110'])

        link.listener?.onClose()
        expect(await peer.closed).to.deep.equal({ by: 'local', reason: 0x10, error })
      })
    }

    it('end their source, even one that is stuck, with the session', async () => {
      let ended = false
      const stuck: AsyncIterable<Message> = {
        [Symbol.asyncIterator]: () => ({
          next: async () => new Promise(() => {}),
          return: async () => {
            ended = true

            return { done: true, value: undefined }
          }
        })
      }

      const sending = messages.sink(stuck)
      leave(DisconnectReason.alreadyConnected)

      await expect(sending).to.eventually.be.rejected.with.property('reason', 5)
      expect(ended).to.equal(true)
      expect(link.sent).to.deep.equal([])
    })
  })

  describe('that are aborted', () => {
    const reasons: Array<[string, Error, number]> = [
      ['a DisconnectError', new DisconnectError(DisconnectReason.uselessPeer), 3],
      ['a DisconnectError without a reason', new DisconnectError(), 0],
      ['any other error', new Error('nonsense'), 0x10]
    ]

    for (const [title, error, reason] of reasons) {
      it(`end the session with the reason of ${title}`, async () => {
        const waiting = messages.source.next()
        messages.abort(error)

        await expect(waiting).to.eventually.be.rejectedWith(error)
        expect(await messages.source.next()).to.have.property('done', true)
        await expect(messages.send({ id: 0, payload: PAYLOAD })).to.eventually.be.rejectedWith(error)
        link.listener?.onClose()
        expect(await peer.closed).to.deep.equal({ by: 'local', reason, error })
        expect(link.sent).to.have.lengthOf(1)
      })
    }
  })
})
