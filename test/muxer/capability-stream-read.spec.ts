import { byteStream, lpStream } from '@libp2p/utils'
import { expect } from 'aegir/chai'
import { hex } from '../fixtures/hex.ts'
import { bytesOf, listen, numberBytes, openStream, receiveNumbers, turn } from '../fixtures/muxer-streams.ts'

// what a message of one byte takes
const COST = 129

describe('what is read from a stream of a capability', () => {
  it('is not taken before it is asked for', async () => {
    const { stream, link, channel } = openStream()
    const reader = stream[Symbol.asyncIterator]()
    receiveNumbers(link, 1, 2)
    await turn()
    expect(channel.bufferedBytes).to.equal(2 * COST)

    const { value } = await reader.next()
    expect(value.subarray()).to.equalBytes(numberBytes(1))
    await turn()
    expect(channel.bufferedBytes).to.equal(COST)
  })

  it('is waited for', async () => {
    const { stream, link } = openStream()
    const next = stream[Symbol.asyncIterator]().next()
    await turn()
    receiveNumbers(link, 7)

    expect((await next).value.subarray()).to.equalBytes(numberBytes(7))
  })

  it('is not lost, and the stream stays open, where a reader stops early', async () => {
    const { stream, link, closes } = openStream()
    receiveNumbers(link, 1, 2, 3)
    const read: Uint8Array[] = []

    for (let i = 0; i < 3; i++) {
      for await (const bytes of stream) {
        read.push(bytes.subarray())

        if (read.length === i + 1) {
          break
        }
      }
    }

    expect(read).to.deep.equal([numberBytes(1), numberBytes(2), numberBytes(3)])
    expect(stream.status).to.equal('open')
    expect(closes).to.deep.equal([])
  })

  const stops: Array<[title: string, stop: (reader: AsyncGenerator<unknown>) => Promise<unknown>]> = [
    ['returns', async (reader) => reader.return(undefined)],
    ['is disposed of', async (reader) => reader[Symbol.asyncDispose]()],
    ['throws', async (reader) => reader.throw(new Error('enough')).catch((err: Error) => { expect(err.message).to.equal('enough') })]
  ]

  for (const [title, stop] of stops) {
    it(`is left to others by a reader that ${title} while it waits`, async () => {
      const { stream, link } = openStream()
      const reader = stream[Symbol.asyncIterator]()
      const next = reader.next()
      await turn()
      await stop(reader)

      expect(await next).to.deep.equal({ done: true, value: undefined })
      expect(await reader.next()).to.deep.equal({ done: true, value: undefined })

      receiveNumbers(link, 1)
      const { value } = await stream[Symbol.asyncIterator]().next()
      expect(value.subarray()).to.equalBytes(numberBytes(1))
    })
  }

  it('comes to those who listen, in order', async () => {
    const { stream, link } = openStream()
    const received = listen(stream)
    receiveNumbers(link, 1, 2)
    await turn()
    receiveNumbers(link, 3)

    expect(received.map(data => data.subarray())).to.deep.equal([numberBytes(1), numberBytes(2), numberBytes(3)])
  })

  it('waits for those who listen later', async () => {
    const { stream, link } = openStream()
    receiveNumbers(link, 1, 2)
    await turn()
    const received = listen(stream)
    expect(received, 'not from within').to.deep.equal([])
    await turn()

    expect(received.map(data => data.subarray())).to.deep.equal([numberBytes(1), numberBytes(2)])
  })

  it('waits in the channel while the stream is paused', async () => {
    const { stream, link, channel } = openStream()
    const received = listen(stream)
    stream.pause()
    receiveNumbers(link, 1, 2)
    await turn()
    expect(received).to.deep.equal([])
    expect(channel.bufferedBytes).to.equal(2 * COST)

    stream.resume()
    expect(received.map(data => data.subarray())).to.deep.equal([numberBytes(1), numberBytes(2)])
  })

  it('stops where a listener pauses', async () => {
    const { stream, link } = openStream()
    const received = listen(stream)
    stream.addEventListener('message', () => { stream.pause() })
    receiveNumbers(link, 1, 2)
    await turn()
    expect(received).to.have.lengthOf(1)

    stream.resume()
    expect(received.map(data => data.subarray())).to.deep.equal([numberBytes(1), numberBytes(2)])
  })

  it('slows the peer at the bound, and none of it is lost', async () => {
    const { stream, link } = openStream({ maxBufferedBytes: 2 * COST })
    receiveNumbers(link, 1)
    expect(link.paused).to.equal(false)
    receiveNumbers(link, 2)
    expect(link.paused).to.equal(true)

    const reader = stream[Symbol.asyncIterator]()
    expect((await reader.next()).value.subarray()).to.equalBytes(numberBytes(1))
    expect(link.paused).to.equal(false)
    expect((await reader.next()).value.subarray()).to.equalBytes(numberBytes(2))
  })

  it('is dropped once the readable end is closed, and the session goes on', async () => {
    const { stream, link, channel, session } = openStream({ maxBufferedBytes: 2 * COST })
    receiveNumbers(link, 1, 2)
    expect(link.paused).to.equal(true)
    await stream.closeRead()
    expect(link.paused).to.equal(false)

    for (let i = 0; i < 10; i++) {
      receiveNumbers(link, 1, 2, 3)
    }

    expect(channel.bufferedBytes).to.equal(0)
    expect(link.paused).to.equal(false)
    expect(session.end).to.equal(undefined)
    expect(stream.readStatus).to.equal('closed')

    stream.send(bytesOf('02c0'))
    expect(link.last.id).to.equal(18)
  })

  it('is not to be closed by someone who is out of time', async () => {
    const { stream, link, channel } = openStream()
    receiveNumbers(link, 1)

    await expect(stream.closeRead({ signal: AbortSignal.abort() })).to.eventually.be.rejected.with.property('name', 'AbortError')
    expect(channel.bufferedBytes).to.equal(COST)
  })

  it('ends for a reader where the readable end is closed', async () => {
    const { stream } = openStream()
    const next = stream[Symbol.asyncIterator]().next()
    await turn()
    await stream.closeRead()

    expect(await next).to.deep.equal({ done: true, value: undefined })
    expect(await stream[Symbol.asyncIterator]().next()).to.deep.equal({ done: true, value: undefined })
  })

  it('begins with what was pushed back', async () => {
    const { stream, link } = openStream()
    receiveNumbers(link, 1)
    stream.unshift(hex('aa'))
    const reader = stream[Symbol.asyncIterator]()

    expect((await reader.next()).value.subarray()).to.equalBytes(hex('aa'))
    expect((await reader.next()).value.subarray()).to.equalBytes(numberBytes(1))
  })

  it('can be read and written with lpStream', async () => {
    const { stream, link } = openStream()
    const messages = lpStream(stream)
    receiveNumbers(link, 1, 2)

    expect((await messages.read()).subarray()).to.equalBytes(hex('8001'))
    expect((await messages.read()).subarray()).to.equalBytes(hex('8002'))
    await messages.write(hex('02c0'))
    expect(link.sent).to.deep.equal(['120100c0'])
  })

  it('can be read and written with byteStream, which gives back what it did not use', async () => {
    const { stream, link } = openStream()
    const bytes = byteStream(stream)
    receiveNumbers(link, 1, 2)

    expect((await bytes.read({ bytes: 4 })).subarray()).to.equalBytes(hex('02800102'))
    await bytes.write(bytesOf('02c0'))
    expect(link.sent).to.deep.equal(['120100c0'])

    bytes.unwrap()
    const { value } = await stream[Symbol.asyncIterator]().next()
    expect(value.subarray()).to.equalBytes(hex('8002'))
  })
})
