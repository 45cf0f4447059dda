import { expect } from 'aegir/chai'
import { DisconnectReason } from '../../src/p2p/disconnect.ts'
import { hex } from '../fixtures/hex.ts'
import { bytesOf, listen, numberBytes, openStream, receiveNumbers, turn } from '../fixtures/muxer-streams.ts'
import type { RecordingLink } from '../fixtures/p2p-link.ts'

const TOO_MANY_PEERS = hex('c104')

/** The other side sends a Disconnect, and is gone. */
function disconnect (link: RecordingLink, payload: Uint8Array): void {
  link.receiveCompressed(1, payload)
  link.listener?.onEnd()
  link.listener?.onClose()
}

describe('the end of a session, on a stream of a capability', () => {
  it('comes for a reader after all that came before it, and says why', async () => {
    const { stream, link, closes } = openStream()
    receiveNumbers(link, 1, 2)
    disconnect(link, TOO_MANY_PEERS)
    await turn()
    expect(stream.status).to.equal('open')
    expect(closes).to.deep.equal([])

    const reader = stream[Symbol.asyncIterator]()
    expect((await reader.next()).value.subarray()).to.equalBytes(numberBytes(1))
    expect(closes).to.deep.equal([])
    expect((await reader.next()).value.subarray()).to.equalBytes(numberBytes(2))

    await expect(reader.next()).to.eventually.be.rejected.and.to.include({ name: 'DisconnectError', by: 'remote', reason: 4 })
    expect(closes).to.have.lengthOf(1).with.nested.property('0.reason', DisconnectReason.tooManyPeers)
    expect(await reader.next()).to.deep.equal({ done: true, value: undefined })
  })

  it('fails a reader that waits for it', async () => {
    const { stream, link, closes } = openStream()
    const next = stream[Symbol.asyncIterator]().next()
    await turn()
    disconnect(link, TOO_MANY_PEERS)

    await expect(next).to.eventually.be.rejected.and.to.have.property('reason', 4)
    expect(closes).to.have.lengthOf(1)
  })

  it('comes at once for those who have heard all', async () => {
    const { stream, link, closes } = openStream()
    const received = listen(stream)
    await turn()
    receiveNumbers(link, 1)
    disconnect(link, TOO_MANY_PEERS)

    expect(received).to.have.lengthOf(1)
    expect(closes).to.have.lengthOf(1).with.nested.property('0.reason', 4)
  })

  it('waits for those who listen late', async () => {
    const { stream, link, closes } = openStream()
    receiveNumbers(link, 1, 2)
    disconnect(link, TOO_MANY_PEERS)
    const received = listen(stream)
    await turn()

    expect(received.map(data => data.subarray())).to.deep.equal([numberBytes(1), numberBytes(2)])
    expect(closes).to.have.lengthOf(1).with.nested.property('0.reason', 4)
  })

  it('waits for those who have paused', async () => {
    const { stream, link, closes } = openStream()
    const received = listen(stream)
    stream.pause()
    receiveNumbers(link, 1)
    disconnect(link, TOO_MANY_PEERS)
    await turn()
    expect(closes).to.deep.equal([])

    stream.resume()
    expect(received).to.have.lengthOf(1)
    expect(closes).to.have.lengthOf(1).with.nested.property('0.reason', 4)
  })

  it('comes after what was pushed back, for a reader', async () => {
    const { stream, link, closes } = openStream()
    stream.unshift(hex('aabb'))
    disconnect(link, TOO_MANY_PEERS)
    expect(closes).to.deep.equal([])

    const reader = stream[Symbol.asyncIterator]()
    expect((await reader.next()).value.subarray()).to.equalBytes(hex('aabb'))
    await expect(reader.next()).to.eventually.be.rejected.and.to.have.property('reason', 4)
    expect(closes).to.have.lengthOf(1)
  })

  it('comes after what was pushed back, for those who listen', async () => {
    const { stream, link, closes } = openStream()
    stream.unshift(hex('aabb'))
    disconnect(link, TOO_MANY_PEERS)
    const received = listen(stream)
    await turn()

    expect(received.map(data => data.subarray())).to.deep.equal([hex('aabb')])
    expect(closes).to.have.lengthOf(1).with.nested.property('0.reason', 4)
  })

  const farewells: Array<[title: string, payload: Uint8Array]> = [
    ['that they were asked to', hex('c180')],
    ['that they quit', hex('c108')],
    ['nothing at all', hex('c0')]
  ]

  for (const [title, payload] of farewells) {
    it(`is no error where they say ${title}`, async () => {
      const { stream, link, closes } = openStream()
      receiveNumbers(link, 1)
      disconnect(link, payload)
      const read: Uint8Array[] = []

      for await (const bytes of stream) {
        read.push(bytes.subarray())
      }

      expect(read).to.deep.equal([numberBytes(1)])
      expect(closes).to.deep.equal([undefined])
      expect(stream.status).to.equal('closed')
    })
  }

  it('is an error where they say nothing and go', async () => {
    const { link, closes } = openStream()
    link.listener?.onClose(new Error('reset'))

    expect(closes).to.have.lengthOf(1).with.nested.property('0.name', 'SessionClosedError')
  })

  it('is no error where we said goodbye', async () => {
    const { link, closes, session } = openStream()
    void session.disconnect(DisconnectReason.requested)
    link.listener?.onClose()

    expect(closes).to.deep.equal([undefined])
  })

  it('does not leave a writer hanging that waits for a drain', async () => {
    const { stream, link } = openStream()
    link.writable = false
    stream.send(bytesOf('02c0'))
    const drained = stream.onDrain()
    disconnect(link, TOO_MANY_PEERS)
    await drained

    expect(() => stream.send(bytesOf('02c0'))).to.throw().with.property('name', 'StreamStateError')
  })

  it('is closed to those who do not want the rest', async () => {
    const { stream, link, closes, channel } = openStream()
    receiveNumbers(link, 1)
    disconnect(link, TOO_MANY_PEERS)
    await stream.close()

    expect(closes).to.have.lengthOf(1).with.nested.property('0.reason', 4)
    expect(channel.bufferedBytes).to.equal(0)
    await stream.close()
    expect(closes).to.have.lengthOf(1)
  })

  it('comes at once where nobody wants to read', async () => {
    const { stream, link, closes } = openStream()
    await stream.closeRead()
    receiveNumbers(link, 1)
    disconnect(link, TOO_MANY_PEERS)

    expect(closes).to.have.lengthOf(1).with.nested.property('0.reason', 4)
  })
})
