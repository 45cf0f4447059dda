import { multiaddrConnectionPair, streamPair } from '@libp2p/utils'
import { expect } from 'aegir/chai'
import { pEvent } from 'p-event'
import { hex } from '../fixtures/hex.ts'
import { createLink } from '../fixtures/muxer-links.ts'
import { turn } from '../fixtures/muxer-streams.ts'
import type { MultiaddrConnection } from '@libp2p/interface'

describe('the end of a message stream as a link of bytes', () => {
  let near: MultiaddrConnection
  let far: MultiaddrConnection

  beforeEach(() => {
    [near, far] = multiaddrConnectionPair()
  })

  afterEach(() => {
    near.abort(new Error('the test is over'))
    far.abort(new Error('the test is over'))
  })

  it('tells of an end that leaves the other direction open', async () => {
    const [outbound, inbound] = await streamPair()
    const { link, log } = createLink(inbound)
    link.resume()
    outbound.send(hex('aa'))
    await outbound.close()
    await turn()

    expect(log.calls).to.deep.equal(['receive 1', 'end'])
    await inbound.close()
    expect(log.calls).to.deep.equal(['receive 1', 'end', 'close'])
  })

  it('tells of that end after what came before it and was not read', async () => {
    const [outbound, inbound] = await streamPair()
    const { link, log } = createLink(inbound)
    outbound.send(hex('aa'))
    await outbound.close()
    await turn()
    expect(inbound.remoteWriteStatus).to.equal('closed')
    expect(log.calls).to.deep.equal([])

    link.resume()
    expect(log.calls).to.deep.equal(['receive 1', 'end'])
    inbound.abort(new Error('the test is over'))
  })

  it('closes once the other side has ended too, where it has ended itself', async () => {
    const [outbound, inbound] = await streamPair()
    const { link, log } = createLink(inbound)
    link.resume()
    link.end()
    await outbound.close()
    await log.closed
    await turn()

    expect(log.calls).to.deep.equal(['end', 'close'])
    expect(outbound.status).to.equal('closed')
  })

  it('tells of a close after what came before it', async () => {
    const { link, log } = createLink(near)
    link.resume()
    far.send(hex('aabb'))
    await far.close()
    await log.closed

    expect(log.calls).to.deep.equal(['receive 2', 'close'])
  })

  it('tells of a close after what came before it and was not read', async () => {
    far.send(hex('aabb'))
    await turn()
    const { link, log } = createLink(near)
    await near.close()
    expect(near.readBufferLength).to.equal(2)
    expect(log.calls).to.deep.equal([])

    link.resume()
    expect(log.calls).to.deep.equal(['receive 2', 'close'])
  })

  it('tells of a close once those who paused it read again, as they may hold what they have not read', async () => {
    const { link, log } = createLink(near)
    link.resume()
    log.onMessage = () => { link.pause() }
    far.send(hex('aabb'))
    await pEvent(near, 'message')
    await Promise.all([pEvent(near, 'close'), near.close()])
    expect(log.calls).to.deep.equal(['receive 2'])

    link.resume()
    expect(log.calls).to.deep.equal(['receive 2', 'close'])
  })

  it('tells of a failure at once', async () => {
    const { link, log } = createLink(near)
    near.abort(new Error('cable cut'))
    expect(log.calls).to.deep.equal(['close cable cut'])

    link.resume()
    link.pause()
    link.destroy()
    expect(log.calls).to.deep.equal(['close cable cut'])
  })

  it('tells of a close that was there before it', async () => {
    await near.close()
    const { link, log } = createLink(near)
    await turn()
    expect(log.calls).to.deep.equal([])

    link.resume()
    expect(log.calls).to.deep.equal(['close'])
  })

  it('reads what a stream still holds that was closed before it', async () => {
    far.send(hex('aabb'))
    await turn()
    await near.close()
    expect(near.readBufferLength).to.equal(2)
    const { link, log } = createLink(near)
    await turn()
    expect(log.calls).to.deep.equal([])

    link.resume()
    expect(log.calls).to.deep.equal(['receive 2', 'close'])
  })

  it('refuses what is sent once it is closed, and throws nothing', async () => {
    const { link } = createLink(near)
    await near.close()

    expect(link.send(hex('aa'))).to.equal(false)
  })

  it('stays open when it is ended before the other side has had its say', async () => {
    const { link, log } = createLink(near)
    link.end()
    link.end(false)
    await turn()

    expect(near.status).to.equal('open')
    expect(link.send(hex('aa'))).to.equal(true)
    expect(log.calls).to.deep.equal([])
  })

  it('closes when it is ended after the other side has had its say', async () => {
    const { link, log } = createLink(near)
    link.end(true)
    await log.closed

    expect(log.calls).to.deep.equal(['close'])
    expect(near.status).to.equal('closed')
  })

  it('closes when it is destroyed, with all that was sent', async () => {
    const { link, log } = createLink(near)
    const { link: other, log: otherLog } = createLink(far)
    other.resume()
    link.send(hex('aabb'))
    link.destroy()
    await Promise.all([log.closed, otherLog.closed])

    expect(log.calls).to.deep.equal(['close'])
    expect(otherLog.calls).to.deep.equal(['receive 2', 'close'])
  })

  it('is aborted when it is destroyed with an error', () => {
    const { link, log } = createLink(near)
    link.destroy(new Error('bad MAC'))

    expect(near.status).to.equal('aborted')
    expect(log.calls).to.deep.equal(['close bad MAC'])
  })

  it('is aborted when it is destroyed and the other side does not read', async () => {
    const { link, log } = createLink(near)
    createLink(far)
    await turn()
    expect(link.send(new Uint8Array(1024 * 1024))).to.equal(false)
    link.destroy()

    expect(near.status).to.equal('aborted')
    expect(log.calls).to.deep.equal(['close The connection was dropped'])
  })

  it('is gone when it is destroyed, whatever was not read', async () => {
    const { link, log } = createLink(near)
    far.send(hex('aabb'))
    await turn()
    link.destroy()
    await log.closed

    expect(log.calls).to.deep.equal(['close'])
  })

  it('hears of a close that waits for those who do not read when it is destroyed', async () => {
    const { link, log } = createLink(near)
    await near.close()
    expect(log.calls).to.deep.equal([])
    link.destroy()

    expect(log.calls).to.deep.equal(['close'])
  })

  it('leaves no listeners', async () => {
    const events = ['message', 'drain', 'end', 'remoteCloseWrite', 'close']
    const before = events.map(event => near.listenerCount(event))
    const { link, log } = createLink(near)
    link.resume()
    await near.close()
    await log.closed

    expect(events.map(event => near.listenerCount(event))).to.deep.equal(before)
  })

  it('is followed by a last reset of what is underneath, which may fail', async () => {
    const { promise, resolve } = Promise.withResolvers<Error>()

    Object.assign(near, {
      sendReset: (err: Error) => {
        resolve(err)
        throw err
      }
    })

    const { link, log } = createLink(near)
    link.resume()
    await near.close()
    await log.closed

    expect(await promise).to.have.property('message', 'The connection was dropped')
  })
})
