import { expect } from 'aegir/chai'
import { GatheringLink } from '../../src/p2p/gathering-link.ts'
import { hex } from '../fixtures/hex.ts'
import { turn } from '../fixtures/muxer-streams.ts'
import { RecordingBytes } from '../fixtures/p2p-frames.ts'

const KIB = 1024

class OrderedBytes extends RecordingBytes {
  get sizes (): number[] {
    return this.sent.map(({ byteLength }) => byteLength)
  }

  send (bytes: Uint8Array): boolean {
    this.calls.push(`send ${bytes.byteLength}`)

    return super.send(bytes)
  }
}

describe('GatheringLink', () => {
  let bytes: OrderedBytes
  let link: GatheringLink

  beforeEach(() => {
    bytes = new OrderedBytes()
    link = new GatheringLink(bytes)
  })

  it('writes what may be alone at once, and makes one write of what follows, in its order, before anything else happens', async () => {
    const next = turn()
    expect(link.send(hex('99'))).to.equal(true)
    expect(link.send(hex('aabb'))).to.equal(true)
    expect(link.send(hex('cc'))).to.equal(true)
    expect(bytes.sizes).to.deep.equal([1])

    await next
    expect(bytes.sent).to.have.length(2)
    expect(bytes.sent[1]).to.equalBytes(hex('aabbcc'))
  })

  it('takes for a burst what comes soon after each other', async () => {
    for (let i = 0; i < 100; i++) {
      link.send(hex('aa'))
      await Promise.resolve()
    }

    expect(bytes.sizes).to.deep.equal([1])
    await turn()
    expect(bytes.sizes).to.deep.equal([1, 99])
  })

  it('does not wait for what comes later', async () => {
    link.send(hex('99'))
    link.send(hex('aa'))

    for (let i = 0; i < 100; i++) {
      await Promise.resolve()
    }

    expect(bytes.sizes).to.deep.equal([1, 1])
    link.send(hex('bbcc'))
    expect(bytes.sizes).to.deep.equal([1, 1, 2])
  })

  it('writes at once when there is much', () => {
    for (let i = 0; i < 10; i++) {
      link.send(new Uint8Array(8 * KIB))
    }

    expect(bytes.sizes).to.deep.equal([8 * KIB, 32 * KIB, 32 * KIB])
  })

  it('copies none that is alone, or large', async () => {
    const [small, large] = [hex('aa'), new Uint8Array(16 * KIB)]
    link.send(small)
    link.send(small)
    link.send(large)
    link.send(small)
    await turn()

    expect(bytes.sent).to.have.length(4)
    expect(bytes.sent[1]).to.equal(small)
    expect(bytes.sent[2]).to.equal(large)
    expect(bytes.sent[3]).to.equal(small)
  })

  it('says that it is enough from the write on that was, until there is room', async () => {
    let drains = 0
    link.listener = { onReceive: () => {}, onDrain: () => { drains++ }, onEnd: () => {}, onFail: () => {}, onClose: () => {} }

    expect(link.send(hex('99'))).to.equal(true)
    bytes.writable = false
    expect(link.send(hex('aa')), 'not written yet').to.equal(true)
    await turn()
    expect(link.send(hex('bb'))).to.equal(false)
    expect(link.send(new Uint8Array(16 * KIB))).to.equal(false)

    bytes.writable = true
    bytes.listener?.onDrain()
    expect(drains).to.equal(1)
    expect(link.send(hex('cc'))).to.equal(true)
  })

  it('says that it is enough where a large write was', () => {
    bytes.writable = false
    expect(link.send(new Uint8Array(16 * KIB))).to.equal(false)
  })

  it('writes what is there before it ends, or goes in peace', () => {
    link.send(hex('99'))
    link.send(hex('aa'))
    link.end()
    link.send(hex('bbcc'))
    link.destroy()

    expect(bytes.calls).to.deep.equal(['send 1', 'send 1', 'end', 'send 2', 'destroy undefined'])
  })

  it('writes nothing more once it is destroyed for a reason', async () => {
    link.send(hex('99'))
    link.send(hex('aa'))
    link.destroy(new Error('why'))
    await turn()

    expect(bytes.calls).to.deep.equal(['send 1', 'destroy why'])
  })

  it('hands on all else, both ways', () => {
    const heard: string[] = []
    link.listener = {
      onReceive: ({ byteLength }) => { heard.push(`receive ${byteLength}`) },
      onDrain: () => { heard.push('drain') },
      onEnd: () => { heard.push('end') },
      onFail: ({ message }) => { heard.push(`fail ${message}`) },
      onClose: (err) => { heard.push(`close ${err?.message}`) }
    }

    link.pause()
    link.resume()
    link.end()
    bytes.listener?.onReceive(hex('aabb'))
    bytes.listener?.onEnd()
    bytes.listener?.onFail(new Error('bad'))
    bytes.listener?.onClose(new Error('gone'))

    expect(bytes.calls).to.deep.equal(['pause', 'resume', 'end'])
    expect(heard).to.deep.equal(['receive 2', 'end', 'fail bad', 'close gone'])
  })
})
