import { StreamStateError } from '@libp2p/interface'
import { multiaddrConnectionPair } from '@libp2p/utils'
import { expect } from 'aegir/chai'
import { hex } from '../fixtures/hex.ts'
import { createLink } from '../fixtures/muxer-links.ts'
import { turn } from '../fixtures/muxer-streams.ts'
import type { MultiaddrConnection } from '@libp2p/interface'

describe('a message stream as a link of bytes', () => {
  let near: MultiaddrConnection
  let far: MultiaddrConnection

  beforeEach(() => {
    [near, far] = multiaddrConnectionPair()
  })

  afterEach(() => {
    near.abort(new Error('the test is over'))
    far.abort(new Error('the test is over'))
  })

  it('is not read before it is resumed', async () => {
    const { link, log } = createLink(near)
    far.send(hex('aabb'))
    await turn()
    expect(log.calls).to.deep.equal([])

    link.resume()
    await turn()
    expect(log.calls).to.deep.equal(['receive 2'])
  })

  it('reads first what came before it was made', async () => {
    far.send(hex('aabb'))
    await turn()
    const { link, log } = createLink(near)
    await turn()
    expect(log.calls).to.deep.equal([])

    link.resume()
    expect(log.calls).to.deep.equal(['receive 2'])
  })

  it('is not read while it is paused', async () => {
    const { link, log } = createLink(near)
    link.resume()
    log.onMessage = () => { link.pause() }
    far.send(hex('aa'))
    await turn()
    far.send(hex('bbcc'))
    await turn()
    expect(log.calls).to.deep.equal(['receive 1'])

    link.resume()
    await turn()
    expect(log.calls).to.deep.equal(['receive 1', 'receive 2'])
  })

  it('is paused and resumed where what is under it is closed, and has not been told of that', async () => {
    const { link, log } = createLink(near)
    const closed = (): void => { throw new StreamStateError('Cannot resume a stream that is closing/closed') }
    Object.assign(near, { sendPause: closed, sendResume: closed })
    link.resume()
    link.pause()
    link.resume()
    near.abort(new Error('gone'))
    await log.closed

    expect(log.calls).to.deep.equal(['close gone'])
  })

  it('sends what is large in pieces, and all of it', async () => {
    const { link, log: { drained } } = createLink(near)
    const { link: other, log } = createLink(far)
    const sizes: number[] = []
    const send = near.send.bind(near)
    near.send = (data) => {
      sizes.push(data.byteLength)

      return send(data)
    }
    other.resume()
    link.send(new Uint8Array(600 * 1024))
    await drained
    await turn()

    expect(sizes).to.deep.equal([256 * 1024, 256 * 1024, 88 * 1024])
    expect(log.received).to.equal(600 * 1024)
  })

  it('drains once all that waited has been sent', async () => {
    const { link, log } = createLink(near)
    const { link: other, log: otherLog } = createLink(far)
    other.resume()

    expect(link.send(new Uint8Array(1024 * 1024))).to.equal(false)
    await log.drained
    expect(near.writeBufferLength).to.equal(0)
    expect(near.writableNeedsDrain).to.equal(false)
    expect(log.calls).to.deep.equal(['drain'])
    await turn()
    expect(otherLog.received).to.equal(1024 * 1024)
    expect(link.send(hex('aa'))).to.equal(true)
  })

  it('does not drain while something waits', async () => {
    far.pause()
    await turn()
    const { link, log } = createLink(near)
    expect(link.send(new Uint8Array(1024 * 1024))).to.equal(false)

    // one of the drains of a stream that has not sent all
    near.dispatchEvent(new Event('drain'))
    await turn()
    expect(log.calls).to.deep.equal([])
    expect(near.writableNeedsDrain).to.equal(true)
  })

  it('has no limit that a large frame could break', () => {
    near.maxReadBufferLength = 1
    createLink(near)
    expect(near.maxReadBufferLength).to.equal(2 ** 25)

    far.maxReadBufferLength = 2 ** 26
    createLink(far)
    expect(far.maxReadBufferLength).to.equal(2 ** 26)
  })
})
