import { expect } from 'aegir/chai'
import { pipe } from 'it-pipe'
import { pushable } from 'it-pushable'
import { Uint8ArrayList } from 'uint8arraylist'
import { concat } from 'uint8arrays/concat'
import { initiator, recipient } from '../../src/codec/index.ts'
import { connect, createMemorySockets, plug } from '../fixtures/codec-connection.ts'
import { INITIATOR_KEY, nodeId, RECIPIENT_KEY } from '../fixtures/codec-keys.ts'
import { collect, EndlessSource, failing, StallingSource, StuckSource } from '../fixtures/codec-sources.ts'

const ONE = Uint8Array.of(1)
const TWO = Uint8Array.of(2)
const REASON = new Error('no more')

describe('the messages of two codecs', () => {
  it('go both ways, as lists, and all ends well', async () => {
    const sides = connect()
    const lists: boolean[] = []

    const exchange = async ({ messages }: typeof sides.initiator, sent: Uint8Array[]): Promise<Uint8Array[]> =>
      pipe(sent, messages, async function * (source) {
        for await (const message of source) {
          lists.push(message instanceof Uint8ArrayList)
          yield message
        }
      }, async (source) => collect(source))

    const received = await Promise.all([exchange(sides.initiator, [ONE, new Uint8Array(0), TWO]), exchange(sides.recipient, [TWO])])

    expect(received).to.deep.equal([[TWO], [ONE, new Uint8Array(0), TWO]])
    expect(lists).to.deep.equal([true, true, true, true])
    await sides.initiator.piped
    await sides.recipient.piped
  })

  it('go to the wire in chunks that a socket takes', async () => {
    const peer = recipient({ privateKey: RECIPIENT_KEY })
    const auth = await initiator({ privateKey: INITIATOR_KEY, remoteId: nodeId(RECIPIENT_KEY) }).ciphertext.source.next()
    expect(auth.value).to.be.an.instanceOf(Uint8Array)

    void peer.ciphertext.sink(new StallingSource(auth.value ?? ONE))
    void peer.messages.sink([ONE, TWO])
    let chunks = 0

    for await (const chunk of peer.ciphertext.source) {
      expect(chunk).to.be.an.instanceOf(Uint8Array)
      chunks++
    }

    expect(chunks).to.equal(3)
  })

  it('are taken as lists, from sync and async sources', async () => {
    const sides = connect()
    const list = new Uint8ArrayList(ONE, TWO)
    void sides.initiator.messages.sink([list])
    void sides.recipient.messages.sink((async function * () { yield list })())

    await expect(collect(sides.initiator.messages.source)).to.eventually.deep.equal([Uint8Array.of(1, 2)])
    await expect(collect(sides.recipient.messages.source)).to.eventually.deep.equal([Uint8Array.of(1, 2)])
  })

  it('go on one way when the other way has ended', async () => {
    const sides = connect()
    const answers = pushable<Uint8Array>()
    const sent = sides.recipient.messages.sink(answers)
    await sides.initiator.messages.sink([ONE])

    await expect(collect(sides.recipient.messages.source)).to.eventually.deep.equal([ONE])
    expect(sides.initiator.socket.writable).to.be.false()

    for (const answer of [ONE, TWO]) {
      answers.push(answer)
      const { value } = await sides.initiator.messages.source.next()
      expect(value?.subarray()).to.deep.equal(answer)
    }

    answers.end()
    await expect(collect(sides.initiator.messages.source)).to.eventually.be.empty()
    await Promise.all([sent, sides.initiator.piped, sides.recipient.piped])
  })

  it('are not asked for before they are wanted at the other side', async () => {
    const sides = connect()
    const source = new EndlessSource(1000)
    sides.initiator.messages.sink(source).catch(() => {})
    await Promise.all([sides.initiator.session, sides.recipient.session])
    await sides.recipient.messages.source.next()

    // each stage between the two holds one at the most
    for (let i = 0; i < 50; i++) {
      await new Promise((resolve) => { setTimeout(resolve) })
    }

    expect(source.pulled).to.be.lessThan(10)

    for (let i = 1; i < 100; i++) {
      const { value } = await sides.recipient.messages.source.next()
      expect(value?.get(0)).to.equal(i)
    }

    expect(source.pulled).to.be.within(100, 110)
  })

  it('can be left: the other side has to stop, and its source is closed', async () => {
    const sides = connect()
    const source = new EndlessSource(10)
    const sent = sides.initiator.messages.sink(source)
    await sides.recipient.messages.source.next()
    await sides.recipient.messages.source.return()
    await sent

    expect(source.returned).to.be.true()
    expect(sides.recipient.socket.readable).to.be.false()
  })

  it('can be left while none comes', async () => {
    const sides = connect()
    const next = sides.recipient.messages.source.next()
    await sides.recipient.session
    await sides.recipient.messages.source.return()

    await expect(next).to.eventually.have.property('done', true)
    expect(sides.recipient.socket.readable).to.be.false()
  })
})

describe('the ends of a codec', () => {
  it('closes a stuck source of messages when the wire wants no more', async () => {
    const codec = initiator({ privateKey: INITIATOR_KEY, remoteId: nodeId(RECIPIENT_KEY) })
    const peer = recipient({ privateKey: RECIPIENT_KEY })
    void codec.ciphertext.sink(peer.ciphertext.source)
    void peer.ciphertext.sink(codec.ciphertext.source)
    const source = new StuckSource()
    const sent = codec.messages.sink(source)
    void peer.messages.source.next()
    await source.begun
    await codec.ciphertext.source.return()

    await sent
    expect(source.returned).to.be.true()
  })

  it('closes a source of messages that comes when the wire is gone', async () => {
    const sides = connect()
    await sides.initiator.session
    await sides.initiator.ciphertext.source.return()
    const source = new StuckSource()
    await sides.initiator.messages.sink(source)

    expect(source.returned).to.be.true()
  })

  it('tells both sides when a source of messages fails', async () => {
    const sides = connect()
    const sent = sides.initiator.messages.sink(failing(REASON, ONE))
    const answered = sides.recipient.messages.sink(new StuckSource())

    await expect(collect(sides.recipient.messages.source)).to.eventually.deep.equal([ONE])
    await expect(sent).to.be.rejectedWith(REASON)
    await expect(sides.initiator.piped).to.be.rejectedWith(REASON)
    await expect(collect(sides.initiator.messages.source)).to.be.rejectedWith(REASON)
    await expect(sides.initiator.session).to.eventually.have.property('remoteId')
    expect(sides.initiator.socket.readable).to.be.false()

    await sides.recipient.ciphertext.source.return()
    await answered
  })

  it('tells all ends when the wire fails', async () => {
    const codec = initiator({ privateKey: INITIATOR_KEY, remoteId: nodeId(RECIPIENT_KEY) })
    const peer = recipient({ privateKey: RECIPIENT_KEY })
    const auth = await codec.ciphertext.source.next()
    void peer.ciphertext.sink(new StallingSource(auth.value ?? ONE))
    const ack = await peer.ciphertext.source.next()
    const read = codec.ciphertext.sink(failing(REASON, ack.value ?? ONE))
    const source = new StuckSource()
    const sent = codec.messages.sink(source)

    await expect(collect(codec.messages.source)).to.be.rejectedWith(REASON)
    await expect(read).to.be.rejectedWith(REASON)
    await expect(sent).to.be.rejectedWith(REASON)
    await expect(collect(codec.ciphertext.source)).to.be.rejectedWith(REASON)
    expect(source.returned).to.be.true()
  })

  it('tells all ends of a frame over maxFrameSize', async () => {
    const sides = connect({ recipient: { maxFrameSize: 1 } })
    void sides.initiator.messages.sink([ONE, Uint8Array.of(1, 2)])
    const answered = sides.recipient.messages.sink(new StuckSource())

    await expect(sides.recipient.messages.source.next()).to.eventually.have.property('done', false)
    await expect(sides.recipient.messages.source.next()).to.eventually.be.rejected.with.property('name', 'FrameTooLargeError')
    await expect(sides.recipient.piped).to.eventually.be.rejected.with.property('name', 'FrameTooLargeError')
    await expect(answered).to.eventually.be.rejected.with.property('name', 'FrameTooLargeError')
    expect(sides.recipient.socket.writable).to.be.false()
  })

  it('tells all ends of a message that cannot be sent', async () => {
    const sides = connect()
    const sent = sides.initiator.messages.sink([new Uint8Array(16_777_201)])

    await expect(sent).to.eventually.be.rejected.with.property('name', 'FrameTooLargeError')
    await expect(sides.initiator.piped).to.eventually.be.rejected.with.property('name', 'FrameTooLargeError')
  })

  it('tells where the wire ends within a frame', async () => {
    const codec = initiator({ privateKey: INITIATOR_KEY, remoteId: nodeId(RECIPIENT_KEY) })
    const peer = recipient({ privateKey: RECIPIENT_KEY })
    const auth = await codec.ciphertext.source.next()
    void peer.ciphertext.sink(new StallingSource(auth.value ?? ONE))
    void peer.messages.sink([ONE])
    const bytes = concat(await collect(peer.ciphertext.source))
    const read = codec.ciphertext.sink([bytes.subarray(0, -1)])

    await expect(collect(codec.messages.source)).to.eventually.be.rejected.with.property('name', 'TruncatedFrameError')
    await expect(read).to.eventually.be.rejected.with.property('name', 'TruncatedFrameError')
  })

  it('tells of bytes that were changed on their way', async () => {
    const [near, far] = createMemorySockets()
    const codec = plug(near, initiator({ privateKey: INITIATOR_KEY, remoteId: nodeId(RECIPIENT_KEY) }))
    const peer = recipient({ privateKey: RECIPIENT_KEY })
    void peer.ciphertext.sink(far.source)
    void peer.messages.sink([ONE])

    void far.sink((async function * () {
      let ack = true

      for await (const chunk of peer.ciphertext.source) {
        yield ack ? chunk : chunk.map((byte) => ~byte)
        ack = false
      }
    })())

    await expect(collect(codec.messages.source)).to.eventually.be.rejected.with.property('name', 'BadHeaderMacError')
    await expect(codec.piped).to.eventually.be.rejected.with.property('name', 'BadHeaderMacError')
  })
})
