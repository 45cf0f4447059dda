import { expect } from 'aegir/chai'
import { DisconnectReason } from '../../../src/p2p/disconnect.ts'
import { hex } from '../../fixtures/hex.ts'
import { incompressible } from '../../fixtures/p2p-raw-peer.ts'
import { openSocketPeers } from '../../fixtures/p2p-sockets.ts'
import type { CapabilityMessages } from '../../../src/p2p/capability-messages.ts'
import type { Message } from '../../../src/p2p/message.ts'

const COUNT = 8

interface Read {
  messages: Message[]
  error?: any
}

/** Everything up to the end, and what it ended with. */
async function readAll (messages: CapabilityMessages): Promise<Read> {
  const read: Read = { messages: [] }

  try {
    for await (const message of messages) {
      read.messages.push(message)
    }
  } catch (err) {
    read.error = err
  }

  return read
}

/** Sends messages that the other side does not read: more than it buffers, less than the kernel does. */
async function sendUnread (messages: CapabilityMessages, payload: Uint8Array): Promise<void> {
  for (let id = 0; id < COUNT; id++) {
    await messages.send({ id, payload })
  }
}

describe('a Disconnect over TCP', () => {
  const payload = incompressible(32 * 1024)

  for (const [name, reason] of Object.entries(DisconnectReason)) {
    const farewell = reason === DisconnectReason.requested || reason === DisconnectReason.quitting

    it(`tells of ${name}`, async () => {
      const { dialled, accepted } = await openSocketPeers()
      const reading = readAll(accepted.capability('eth'))
      await dialled.capability('eth').send({ id: 5, payload: hex('c0') })
      await dialled.disconnect(reason)

      const { messages, error } = await reading
      expect(messages).to.deep.equal([{ id: 5, payload: hex('c0') }])
      expect(error?.reason).to.equal(farewell ? undefined : reason)
      expect(await accepted.closed).to.include({ by: 'remote', reason })
      expect(await dialled.closed).to.deep.equal({ by: 'local', reason, error: undefined })
    })

    it(`tells of ${name} after all that neither side has read`, async () => {
      const { dialled, accepted } = await openSocketPeers({ maxBufferedBytes: 1 }, { maxBufferedBytes: 1 })
      const [ours, theirs] = [dialled.capability('eth'), accepted.capability('eth')]
      await Promise.all([sendUnread(ours, payload), sendUnread(theirs, payload)])

      const closed = dialled.disconnect(reason)
      const { messages, error } = await readAll(theirs)
      expect(messages.map(({ id }) => id)).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7])
      expect(messages.every(message => message.payload.byteLength === payload.byteLength)).to.equal(true)
      expect(error?.reason).to.equal(farewell ? undefined : reason)
      await closed
    })
  }

  it('is read by a slow reader when who sent it is long gone', async () => {
    const { dialled, accepted } = await openSocketPeers({ disconnectGrace: 50 }, { maxBufferedBytes: 1 })
    const [ours, theirs] = [dialled.capability('eth'), accepted.capability('eth')]
    await sendUnread(ours, payload)
    await dialled.disconnect(DisconnectReason.tooManyPeers)

    const { messages, error } = await readAll(theirs)
    expect(messages).to.have.lengthOf(COUNT)
    expect(error).to.include({ name: 'DisconnectError', by: 'remote', reason: 4 })
  })

  it('is told by both sides at once', async () => {
    const { dialled, accepted } = await openSocketPeers()
    await Promise.all([dialled.disconnect(DisconnectReason.quitting), accepted.disconnect(DisconnectReason.tooManyPeers)])

    expect(await dialled.closed).to.include({ by: 'local', reason: 8 })
    expect(await accepted.closed).to.include({ by: 'local', reason: 4 })
  })

  it('arrives while the other side writes without end', async () => {
    const { dialled, accepted } = await openSocketPeers()
    const [ours, theirs] = [dialled.capability('eth'), accepted.capability('eth')]
    const writing = theirs.sink((function * () {
      while (true) {
        yield { id: 1, payload }
      }
    })()).catch((err: Error) => err)

    expect(await ours.source.next()).to.have.nested.property('value.id', 1)
    await dialled.disconnect(DisconnectReason.uselessPeer)

    expect(await writing).to.include({ name: 'DisconnectError', by: 'remote', reason: 3 })
    expect(await accepted.closed).to.include({ by: 'remote', reason: 3 })
  })

  it('of a code that nobody knows arrives as a number', async () => {
    const { dialled, accepted } = await openSocketPeers()
    await dialled.disconnect(0xff)

    expect(await accepted.closed).to.include({ by: 'remote', reason: 0xff })
      .with.nested.property('error.message', 'The peer disconnected: unknown reason (0xff)')
  })

  it('comes of a source that fails, with reason 0x10', async () => {
    const { dialled, accepted } = await openSocketPeers()
    const reading = readAll(accepted.capability('snap'))
    const error = new Error('mine')
    await expect(dialled.capability('snap').sink((function * () {
      yield { id: 0, payload: hex('c0') }
      throw error
    })())).to.eventually.be.rejectedWith(error)

    expect(await reading).to.have.property('messages').that.has.lengthOf(1)
    expect(await accepted.closed).to.include({ by: 'remote', reason: 0x10 })
    expect(await dialled.closed).to.deep.equal({ by: 'local', reason: 0x10, error })
  })
})
