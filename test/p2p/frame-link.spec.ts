/* eslint-disable no-loop-func -- the loops make tests, which run one after the other */
import { expect } from 'aegir/chai'
import { Uint8ArrayList } from 'uint8arraylist'
import { concat } from 'uint8arrays/concat'
import { MAX_SENT_FRAME_SIZE } from '../../src/frame/index.ts'
import { Clock } from '../fixtures/p2p-clock.ts'
import { createFrameLink } from '../fixtures/p2p-frames.ts'
import type { Framed } from '../fixtures/p2p-frames.ts'

describe('FrameLink', () => {
  let clock: Clock
  let framed: Framed

  beforeEach(() => {
    clock = new Clock()
    framed = createFrameLink()
  })

  afterEach(() => {
    clock.restore()
  })

  /** The frames of messages of these sizes. */
  function frames (...sizes: number[]): Uint8Array[] {
    return sizes.map(size => framed.encoder.encode(new Uint8Array(size)))
  }

  function arrive (chunk: Uint8Array | Uint8ArrayList): void {
    framed.bytes.listener?.onReceive(chunk)
  }

  it('sends a message as one frame, in one piece', () => {
    const { link, bytes, decoder } = framed
    expect(link.send(new Uint8ArrayList(Uint8Array.of(1), Uint8Array.of(2, 3)))).to.equal(true)
    expect(bytes.sent).to.have.lengthOf(1)

    decoder.append(bytes.sent[0])
    expect(decoder.read()).to.equalBytes(Uint8Array.of(1, 2, 3))
  })

  it('can be used on after a message that is too large', () => {
    const { link, bytes, decoder } = framed
    expect(() => link.send(new Uint8ArrayList(new Uint8Array(MAX_SENT_FRAME_SIZE + 1)))).to.throw('cannot be sent')
      .with.property('name', 'FrameTooLargeError')
    link.send(new Uint8ArrayList(Uint8Array.of(1)))
    decoder.append(bytes.sent[0])

    expect(decoder.read()).to.equalBytes(Uint8Array.of(1))
  })

  it('hands on what is in a chunk, and keeps the rest for the next', () => {
    const { link, log } = framed
    const all = concat(frames(1, 2, 3))
    link.resume()
    arrive(all.subarray(0, 130))
    expect(log.calls).to.deep.equal(['receive 1', 'receive 2'])
    arrive(new Uint8ArrayList(all.subarray(130, 140), all.subarray(140)))

    expect(log.calls).to.deep.equal(['receive 1', 'receive 2', 'receive 3'])
  })

  it('hands on what came before it was resumed, first what came behind the handshake', () => {
    framed = createFrameLink({ first: [new Uint8Array(1), new Uint8Array(2)] })
    const { link, log } = framed
    arrive(frames(3)[0])
    expect(log.calls).to.deep.equal([])

    link.resume()
    expect(log.calls).to.deep.equal(['receive 1', 'receive 2', 'receive 3'])
  })

  it('hands on nothing while it is paused, even from within what it hands on', () => {
    const { link, log, bytes } = framed
    log.onMessage = () => { link.pause() }
    link.resume()
    arrive(concat(frames(1, 2, 3)))
    expect(log.calls).to.deep.equal(['receive 1'])
    expect(bytes.paused).to.equal(true)

    link.resume()
    expect(log.calls).to.deep.equal(['receive 1', 'receive 2'])
    expect(bytes.paused).to.equal(true)

    delete log.onMessage
    link.resume()
    expect(log.calls).to.deep.equal(['receive 1', 'receive 2', 'receive 3'])
    expect(bytes.paused).to.equal(false)
  })

  it('can be paused and resumed from within what it hands on', () => {
    const { link, log, bytes } = framed
    log.onMessage = () => {
      link.pause()
      link.resume()
    }
    link.resume()
    arrive(concat(frames(1, 2, 3)))

    expect(log.calls).to.deep.equal(['receive 1', 'receive 2', 'receive 3'])
    expect(bytes.paused).to.equal(false)
  })

  it('hands on nothing more once it is destroyed from within', () => {
    const { link, log } = framed
    log.onMessage = () => { link.destroy() }
    link.resume()
    arrive(concat(frames(1, 2)))
    arrive(frames(3)[0])
    link.resume()

    expect(log.calls).to.deep.equal(['receive 1'])
  })

  for (const [name, end] of [
    ['it is destroyed', () => { framed.link.destroy() }],
    ['the bytes are gone', () => { framed.bytes.listener?.onClose() }]
  ] as const) {
    it(`holds no keys once ${name}, and sends nothing`, () => {
      const { link, bytes, local } = framed
      end()

      expect(link.send(new Uint8ArrayList(Uint8Array.of(1)))).to.be.false()
      expect(bytes.sent).to.be.empty()
      expect(() => local.encoder.encode(Uint8Array.of(1))).to.throw().with.property('name', 'ClosedFramesError')
      expect(() => local.decoder.read()).to.throw().with.property('name', 'ClosedFramesError')
    })
  }

  it('still says why, after what makes no sense', () => {
    const { link, bytes, decoder } = framed
    link.resume()
    arrive(new Uint8Array(32))
    link.send(new Uint8ArrayList(Uint8Array.of(1)))
    decoder.append(bytes.sent[0])

    expect(decoder.read()).to.equalBytes(Uint8Array.of(1))
  })

  it('passes on that there is room, the end, and what it is told', () => {
    const { link, log, bytes } = framed
    link.resume()
    bytes.listener?.onDrain()
    bytes.listener?.onEnd()
    bytes.listener?.onFail(new Error('nonsense'))
    bytes.listener?.onClose(new Error('reset'))
    link.end()
    link.destroy(new Error('enough'))

    expect(log.calls).to.deep.equal(['drain', 'end', 'fail Error', 'close reset'])
    expect(bytes.calls.slice(-2)).to.deep.equal(['end', 'destroy enough'])
  })

  it('tells of a frame that is cut short by a close', () => {
    const { link, log, bytes } = framed
    link.resume()
    arrive(frames(1)[0].subarray(0, -1))
    bytes.listener?.onClose()

    expect(log.calls).to.deep.equal(['fail TruncatedFrameError', 'close'])
  })

  it('tells of no frame that is cut short by its own end', () => {
    const { link, log, bytes } = framed
    link.resume()
    arrive(frames(1)[0].subarray(0, -1))
    link.destroy()
    bytes.listener?.onClose()

    expect(log.calls).to.deep.equal(['close'])
  })

  it('tells of the end after all that came before it', () => {
    const { link, log, bytes } = framed
    arrive(concat(frames(1, 2)))
    bytes.listener?.onEnd()
    expect(log.calls).to.deep.equal([])

    log.onMessage = () => { link.pause() }
    link.resume()
    expect(log.calls).to.deep.equal(['receive 1'])
    link.resume()
    link.resume()
    expect(log.calls).to.deep.equal(['receive 1', 'receive 2', 'end'])
  })

  it('tells of its end whoever comes after it', async () => {
    const { link, log, bytes } = framed
    link.listener = undefined
    bytes.listener?.onClose(new Error('reset'))
    link.listener = log
    await Promise.resolve()

    expect(log.calls).to.deep.equal(['close reset'])
  })

  for (const cut of [1, 31, 32, 40, 63]) {
    it(`fails of an end within a frame, after ${cut} of its bytes`, () => {
      const { link, log, bytes } = framed
      link.resume()
      arrive(concat(frames(1, 2)).subarray(0, 64 + cut))
      bytes.listener?.onEnd()

      expect(log.calls).to.deep.equal(['receive 1', 'fail TruncatedFrameError'])
      expect(clock.pending).to.equal(0)
    })
  }

  it('fails of a bad MAC once, and hands on nothing more', () => {
    const { link, log } = framed
    const [first, second] = frames(1, 2)
    first[0] ^= 1
    link.resume()
    arrive(first)
    arrive(second)
    link.resume()

    expect(log.calls).to.deep.equal(['fail BadHeaderMacError'])
    expect(clock.pending).to.equal(0)
  })

  it('reads no larger message than it is told to, as soon as that is announced', () => {
    const { link, log } = framed
    link.resume()
    arrive(frames(2049)[0])
    arrive(frames(2050)[0].subarray(0, 32))

    expect(log.calls).to.deep.equal(['receive 2049', 'fail FrameTooLargeError'])
    expect(log.errors[0].message).to.include('2050 bytes').and.include('2049')
  })

  it('reads larger messages from within the one that says so', () => {
    const { link, log } = framed
    log.onMessage = () => { link.maxMessageSize = 0xffffff }
    link.resume()
    arrive(concat(frames(1, 100_000)))

    expect(log.calls).to.deep.equal(['receive 1', 'receive 100000'])
    expect(link.maxMessageSize).to.equal(0xffffff)
  })

  describe('has a clock for frames', () => {
    it('that runs from the first byte to the last, 30 seconds', () => {
      const { link, log } = framed
      const [frame] = frames(1)
      link.resume()
      arrive(frame.subarray(0, 1))
      clock.tick(15_000)
      arrive(frame.subarray(1, 40))
      clock.tick(14_999)
      expect(log.calls).to.deep.equal([])
      clock.tick(1)

      expect(log.calls).to.deep.equal(['fail FrameTimeoutError'])
      expect(clock.pending).to.equal(0)
    })

    it('that runs as long as it is told to', () => {
      framed = createFrameLink({ frameTimeout: 20 })
      framed.link.resume()
      arrive(frames(1)[0].subarray(0, 63))
      clock.tick(20)

      expect(framed.log.calls).to.deep.equal(['fail FrameTimeoutError'])
    })

    it('that does not run out while nothing could be read', () => {
      const { link, log } = framed
      const [frame] = frames(1)
      link.resume()
      arrive(frame.subarray(0, 1))
      clock.sleep(60_000)
      clock.tick(0)
      expect(log.calls).to.deep.equal([])
      arrive(frame.subarray(1))

      expect(log.calls).to.deep.equal(['receive 1'])
      expect(clock.pending).to.equal(0)
    })

    it('that begins anew with each frame', () => {
      const { link, log } = framed
      const all = concat(frames(1, 2, 3))
      link.resume()
      arrive(all.subarray(0, 10))
      clock.tick(29_999)
      arrive(all.subarray(10, 70))
      clock.tick(29_999)
      arrive(all.subarray(70, 128))
      expect(clock.pending).to.equal(0)
      clock.tick(100_000)
      arrive(all.subarray(128))

      expect(log.calls).to.deep.equal(['receive 1', 'receive 2', 'receive 3'])
    })

    it('that stands still while it is paused', () => {
      const { link, log } = framed
      const [frame] = frames(1)
      link.resume()
      arrive(frame.subarray(0, 10))
      clock.tick(29_999)
      link.pause()
      clock.tick(100_000)
      expect(log.calls).to.deep.equal([])

      link.resume()
      clock.tick(29_999)
      expect(log.calls).to.deep.equal([])
      clock.tick(1)
      expect(log.calls).to.deep.equal(['fail FrameTimeoutError'])
    })

    for (const end of ['destroy', 'onClose'] as const) {
      it(`that ${end} stops`, () => {
        const { link } = framed
        link.resume()
        arrive(frames(1)[0].subarray(0, 10))
        expect(clock.pending).to.equal(1)
        link[end]()

        expect(clock.pending).to.equal(0)
      })

      it(`that ${end} stops is not kept by whoever keeps the link`, () => {
        const { link, local } = framed
        link.resume()
        arrive(frames(2_000)[0].subarray(0, 1_032))
        expect(local.decoder.buffered).to.equal(1_000)
        link[end]()

        expect(local.decoder.buffered).to.equal(0)
      })
    }
  })
})
