import { expect } from 'aegir/chai'
import { DisconnectReason } from '../../src/p2p/disconnect.ts'
import { DisconnectError, ProtocolBreachError } from '../../src/p2p/errors.ts'
import { bytesOf, closesOf, listen, openStream, receiveNumbers, turn } from '../fixtures/muxer-streams.ts'
import { RecordingOwner } from '../fixtures/p2p-owner.ts'
import type { OpenedStream } from '../fixtures/muxer-streams.ts'

// what a message of one byte takes
const COST = 129

/** Whether somebody else can have the capability. */
function isFree ({ channel }: OpenedStream): boolean {
  const owner = new RecordingOwner()

  try {
    channel.claim(owner)
    channel.release(owner)

    return true
  } catch {
    return false
  }
}

describe('a stream of a capability that is closed', () => {
  it('ends in both directions, here alone', async () => {
    const opened = openStream()
    const { stream, link, closes, session } = opened
    expect(isFree(opened)).to.equal(false)
    await stream.close()

    expect(stream).to.include({ status: 'closed', readStatus: 'closed', writeStatus: 'closed' })
    expect(stream).to.include({ remoteReadStatus: 'closed', remoteWriteStatus: 'closed' })
    expect(closes).to.deep.equal([undefined])
    expect(link.sent).to.deep.equal([])
    expect(session.end).to.equal(undefined)
    expect(isFree(opened)).to.equal(true)
  })

  it('ends once where it is closed twice at a time, and again later', async () => {
    const { stream, closes } = openStream()
    await Promise.all([stream.close(), stream.close()])
    await stream.close()

    expect(closes).to.deep.equal([undefined])
  })

  it('ends where it is paused', async () => {
    const { stream, link, closes } = openStream()
    listen(stream)
    stream.pause()
    receiveNumbers(link, 1)
    await stream.close()

    expect(stream.readStatus).to.equal('closed')
    expect(closes).to.deep.equal([undefined])
  })

  it('ends for a reader that waits, and drops what it has not read', async () => {
    const { stream, link, channel } = openStream()
    const next = stream[Symbol.asyncIterator]().next()
    await turn()
    await stream.close()
    expect(await next).to.deep.equal({ done: true, value: undefined })

    receiveNumbers(link, 1)
    expect(channel.bufferedBytes).to.equal(0)
    expect(await stream[Symbol.asyncIterator]().next()).to.deep.equal({ done: true, value: undefined })
  })

  it('has sent all that waits before it ends', async () => {
    const opened = openStream()
    const { stream, link, closes } = opened
    link.writable = false
    stream.send(bytesOf('02c0'))
    const closed = stream.close()
    await turn()
    expect(closes).to.deep.equal([])
    expect(isFree(opened)).to.equal(false)

    link.listener?.onDrain()
    await closed
    expect(closes).to.deep.equal([undefined])
    expect(isFree(opened)).to.equal(true)
  })

  it('does not wait longer than it is told, and can still be aborted', async () => {
    const opened = openStream()
    const { stream, link, closes, session } = opened
    const controller = new AbortController()
    link.writable = false
    stream.send(bytesOf('02c0'))
    const closed = stream.close({ signal: controller.signal })
    controller.abort()
    const err = await closed.catch((err: Error) => err)
    expect(err).to.have.property('name', 'AbortError')

    stream.abort(err as Error)
    expect(closes).to.deep.equal([err])
    expect(isFree(opened)).to.equal(true)
    expect(session.end, 'the peer is not at fault').to.equal(undefined)
  })

  it('is not left hanging by the end of the session', async () => {
    const { stream, link, closes } = openStream()
    link.writable = false
    stream.send(bytesOf('02c0'))
    const closed = stream.close()
    await turn()
    link.receiveCompressed(1, Uint8Array.of(0xc1, 4))
    await closed

    expect(closes).to.have.lengthOf(1).with.nested.property('0.reason', DisconnectReason.tooManyPeers)
  })

  it('drops what comes later up to the bound, and ends the session behind it', async () => {
    const { stream, link, session } = openStream({ maxBufferedBytes: 2 * COST })
    await stream.close()
    receiveNumbers(link, 1, 2)
    expect(link.sent).to.deep.equal([])
    receiveNumbers(link, 3)

    expect(link.sent).to.deep.equal(['010204c110'])
    expect(session.end).to.have.nested.property('error.name', 'UnclaimedCapabilityError')
  })

  it('is what aborting it does, where it has been closed before', async () => {
    const { stream, closes, session } = openStream()
    await stream.close()
    stream.abort(new Error('late'))

    expect(closes).to.deep.equal([undefined])
    expect(session.end).to.equal(undefined)
  })
})

describe('a stream of a capability that is aborted', () => {
  const named: Array<[title: string, err: Error, reason: number]> = [
    ['a DisconnectError', new DisconnectError(DisconnectReason.uselessPeer), 3],
    ['a DisconnectError without a reason', new DisconnectError(), 0],
    ['a fault of the peer', new ProtocolBreachError(), 2]
  ]

  for (const [title, err, reason] of named) {
    for (const direction of ['inbound', 'outbound'] as const) {
      it(`ends the session with the reason of ${title}, ${direction}`, async () => {
        const { stream, link, session, closes } = openStream({}, direction)
        stream.abort(err)

        expect(link.last).to.have.property('id', 1)
        expect(session.end).to.deep.equal({ by: 'local', reason, error: err })
        expect(closes).to.deep.equal([err])
      })
    }
  }

  it('ends the session with 0x10 for any other error', () => {
    const err = new Error('this makes no sense')
    const { stream, link, session, closes } = openStream()
    stream.abort(err)

    expect(link.sent).to.deep.equal(['010204c110'])
    expect(session.end).to.deep.equal({ by: 'local', reason: 0x10, error: err })
    expect(closes).to.deep.equal([err])
    expect(stream.status).to.equal('aborted')
  })

  it('is only given back where its handler threw', () => {
    const err = new Error('the handler threw')
    const opened = openStream({}, 'inbound')
    opened.stream.abort(err)

    expect(opened.link.sent).to.deep.equal([])
    expect(opened.session.end).to.equal(undefined)
    expect(opened.closes).to.deep.equal([err])
    expect(isFree(opened)).to.equal(true)
  })

  for (const name of ['AbortError', 'TooManyOutboundProtocolStreamsError']) {
    it(`is only given back for an ${name}, of which the peer knows nothing`, () => {
      const err = Object.assign(new Error('ours'), { name })
      const opened = openStream()
      opened.stream.abort(err)

      expect(opened.session.end).to.equal(undefined)
      expect(opened.closes).to.deep.equal([err])
      expect(isFree(opened)).to.equal(true)
    })
  }

  it('fails for a reader that waits', async () => {
    const err = new Error('enough')
    const { stream } = openStream({}, 'inbound')
    const next = stream[Symbol.asyncIterator]().next()
    await turn()
    stream.abort(err)

    await expect(next).to.eventually.be.rejected.and.to.equal(err)
  })

  it('is no second time', () => {
    const { stream, closes } = openStream({}, 'inbound')
    const first = new Error('first')
    stream.abort(first)
    stream.abort(new DisconnectError(DisconnectReason.uselessPeer))

    expect(closes).to.deep.equal([first])
    expect(closesOf(stream)).to.deep.equal([])
  })
})
