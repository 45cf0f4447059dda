import { expect } from 'aegir/chai'
import { UnfinishedBytes } from '../../src/p2p/unfinished-bytes.ts'
import { createFrameLink } from '../fixtures/p2p-frames.ts'

describe('UnfinishedBytes', () => {
  it('cuts the holder that has been at it the longest, and no other', async () => {
    const unfinished = new UnfinishedBytes(100)
    const cut: number[] = []
    const holders = [0, 1, 2].map(i => ({ onTooMuch: () => { cut.push(i) } }))
    holders.forEach((holder) => { unfinished.hold(holder, 30) })
    unfinished.hold(holders[1], 40)
    expect([unfinished.total, cut]).to.deep.equal([100, []])

    unfinished.hold(holders[2], 31)
    await Promise.resolve()
    expect([unfinished.total, cut]).to.deep.equal([71, [0]])
  })

  it('counts a holder that began anew as the newest', async () => {
    const unfinished = new UnfinishedBytes(100)
    const cut: string[] = []
    const [first, second] = ['first', 'second'].map(name => ({ onTooMuch: () => { cut.push(name) } }))
    unfinished.hold(first, 50)
    unfinished.hold(second, 50)
    unfinished.release(first)
    unfinished.hold(first, 51)
    await Promise.resolve()

    expect([unfinished.total, cut]).to.deep.equal([51, ['second']])
  })

  it('cuts the only holder where that alone has too much', async () => {
    const unfinished = new UnfinishedBytes(100)
    let cut = 0
    unfinished.hold({ onTooMuch: () => { cut++ } }, 101)
    await Promise.resolve()

    expect([unfinished.total, cut]).to.deep.equal([0, 1])
  })

  it('cuts nobody from within what another does, whom an error would keep', async () => {
    const unfinished = new UnfinishedBytes(100)
    const calls: string[] = []
    unfinished.hold({ onTooMuch: () => { calls.push('cut') } }, 60)
    unfinished.hold({ onTooMuch: () => {} }, 60)
    calls.push('held')
    await Promise.resolve()

    expect(calls).to.deep.equal(['held', 'cut'])
  })

  it('is told by links of frames what they hold, and by which of them no more', () => {
    const unfinished = new UnfinishedBytes(2_500)
    const links = [1, 2].map(() => createFrameLink({ unfinished }))
    const [one, other] = links.map(({ encoder }) => encoder.encode(new Uint8Array(2_000)))
    links.forEach(({ link }) => { link.resume() })

    links[0].bytes.listener?.onReceive(one.subarray(0, 1_032))
    links[1].bytes.listener?.onReceive(other.subarray(0, 1_032))
    expect(unfinished.total).to.equal(2_000)
    links[0].bytes.listener?.onReceive(one.subarray(1_032))
    expect(unfinished.total).to.equal(1_000)
    links[1].link.destroy()
    expect(unfinished.total).to.equal(0)
    expect(links[0].log.calls).to.deep.equal(['receive 2000'])
  })

  it('ends the connection that is cut, with an error that says why', async () => {
    const unfinished = new UnfinishedBytes(1_500)
    const links = [1, 2].map(() => createFrameLink({ unfinished }))

    for (const { link, bytes, encoder } of links) {
      link.resume()
      bytes.listener?.onReceive(encoder.encode(new Uint8Array(2_000)).subarray(0, 1_032))
    }

    await Promise.resolve()
    expect(links.map(({ log }) => log.calls)).to.deep.equal([['fail UnfinishedBytesError'], []])
    expect(unfinished.total).to.equal(1_000)
    links[1].bytes.listener?.onClose()
    expect(unfinished.total).to.equal(0)
  })
})
