import { expect } from 'aegir/chai'
import { DisconnectReason } from '../../src/p2p/disconnect.ts'
import { DisconnectError } from '../../src/p2p/errors.ts'
import { hex } from '../fixtures/hex.ts'
import { openStream, receiveNumbers, turn } from '../fixtures/muxer-streams.ts'
import { RecordingOwner } from '../fixtures/p2p-owner.ts'

// what a message of one byte takes
const COST = 129

describe('the messages of a stream', () => {
  it('are the same however often they are asked for', () => {
    const { stream } = openStream()

    expect(stream.messages).to.equal(stream.messages)
    expect(stream.messages.capability).to.equal(stream.capability)
  })

  it('are read and sent with ids that begin at 0', async () => {
    const { stream, link } = openStream()
    link.receiveCompressed(17, hex('c0'))
    const { value } = await stream.messages.source.next()
    await stream.messages.send({ id: 2, payload: hex('c0') })

    expect(value).to.deep.equal({ id: 1, payload: hex('c0') })
    expect(link.sent).to.deep.equal(['120100c0'])
  })

  it('are not taken before they are asked for, and slow the peer', async () => {
    const { stream, link, channel } = openStream({ maxBufferedBytes: 2 * COST })
    const { source } = stream.messages
    receiveNumbers(link, 1, 2)
    await turn()
    expect(channel.bufferedBytes).to.equal(2 * COST)
    expect(link.paused).to.equal(true)

    await source.next()
    expect(link.paused).to.equal(false)
  })

  it('wait for room', async () => {
    const { stream, link } = openStream()
    link.writable = false
    let sent = false
    const sending = stream.messages.send({ id: 2, payload: hex('c0') }).then(() => { sent = true })
    await turn()
    expect(sent).to.equal(false)

    link.listener?.onDrain()
    await sending
  })

  it('refuse what cannot be sent, and go on', async () => {
    const { stream, link } = openStream()

    await expect(stream.messages.send({ id: 18, payload: hex('c0') })).to.eventually.be.rejected
      .with.property('name', 'InvalidMessageError')
    await stream.messages.send({ id: 2, payload: hex('c0') })
    expect(link.sent).to.deep.equal(['120100c0'])
  })

  it('give the capability back when a reader stops', async () => {
    const { stream, link, channel, closes } = openStream()
    receiveNumbers(link, 1, 2)

    const read: Uint8Array[] = []

    for await (const { payload } of stream.messages) {
      read.push(payload)

      if (read.length === 1) {
        break
      }
    }

    await turn()
    expect(read).to.deep.equal([Uint8Array.of(1)])
    expect(closes).to.deep.equal([undefined])
    expect(() => { channel.claim(new RecordingOwner()) }).to.not.throw()
  })

  it('give the capability back when they are closed, however often', async () => {
    const { stream, channel, closes } = openStream()
    const next = stream.messages.source.next()
    stream.messages.close()
    stream.messages.close()

    expect(await next).to.deep.equal({ done: true, value: undefined })
    await turn()
    expect(closes).to.deep.equal([undefined])
    expect(() => { channel.claim(new RecordingOwner()) }).to.not.throw()
  })

  it('end the session with the reason that they are aborted with, inbound too', () => {
    const { stream, session } = openStream({}, 'inbound')
    stream.messages.abort(new DisconnectError(DisconnectReason.uselessPeer))

    expect(session.end).to.include({ by: 'local', reason: 3 })
  })

  it('end the session with 0x10 where they are aborted with any other error, inbound too', () => {
    const { stream, link, session } = openStream({}, 'inbound')
    stream.messages.abort(new Error('nonsense'))

    expect(link.sent).to.deep.equal(['010204c110'])
    expect(session.end).to.include({ by: 'local', reason: 0x10 })
  })

  it('end with the stream', async () => {
    const { stream } = openStream()
    const next = stream.messages.source.next()
    await stream.close()

    expect(await next).to.deep.equal({ done: true, value: undefined })
    await expect(stream.messages.send({ id: 2, payload: hex('c0') })).to.eventually.be.rejected.with.property('name', 'SessionClosedError')
  })

  it('fail with the stream', async () => {
    const err = new Error('the handler threw')
    const { stream } = openStream({}, 'inbound')
    const next = stream.messages.source.next()
    stream.abort(err)

    await expect(next).to.eventually.be.rejected.and.to.equal(err)
  })

  it('are readable after the end of the session, and then tell why, once', async () => {
    const { stream, link, closes } = openStream()
    const { source } = stream.messages
    receiveNumbers(link, 1)
    link.receiveCompressed(1, hex('c104'))
    link.listener?.onClose()
    expect(closes).to.deep.equal([])

    expect(await source.next()).to.have.nested.property('value.id', 0)
    await expect(source.next()).to.eventually.be.rejected.and.to.include({ name: 'DisconnectError', reason: 4 })
    expect(await source.next()).to.deep.equal({ done: true, value: undefined })
    expect(closes).to.have.lengthOf(1).with.nested.property('0.reason', 4)
  })

  for (const [title, error] of [['closed', undefined], ['aborted', new Error('the handler threw')]] as const) {
    it(`are over where the stream was ${title} before they were asked for`, async () => {
      const { stream } = openStream({}, 'inbound')

      if (error == null) {
        await stream.close()
        expect(await stream.messages.source.next()).to.deep.equal({ done: true, value: undefined })
      } else {
        stream.abort(error)
        await expect(stream.messages.source.next()).to.eventually.be.rejected.and.to.equal(error)
      }
    })
  }

  it('are readable where they are asked for after the end of the session', async () => {
    const { stream, link } = openStream()
    receiveNumbers(link, 1)
    link.receiveCompressed(1, hex('c104'))

    expect(await stream.messages.source.next()).to.have.nested.property('value.id', 0)
    await expect(stream.messages.source.next()).to.eventually.be.rejected.with.property('reason', 4)
  })

  it('do not go to those who listen for bytes', async () => {
    const { stream, link } = openStream()
    let heard = 0
    expect(stream.messages.capability.name).to.equal('eth')
    stream.addEventListener('message', () => { heard++ })
    await turn()
    receiveNumbers(link, 1)

    expect(heard).to.equal(0)
    expect(await stream.messages.source.next()).to.have.nested.property('value.id', 0)
  })
})
