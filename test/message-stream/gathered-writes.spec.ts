import { expect } from 'aegir/chai'
import { equals } from 'uint8arrays/equals'
import { GatheredWrites } from '../../src/message-stream/gathered-writes.ts'
import { hex } from '../fixtures/hex.ts'
import { turn } from '../fixtures/muxer-streams.ts'

const KIB = 1024

describe('writes that are gathered', () => {
  let written: Uint8Array[]
  let writes: GatheredWrites

  const sizes = (): number[] => written.map(({ byteLength }) => byteLength)

  beforeEach(() => {
    written = []
    writes = new GatheredWrites((bytes) => { written.push(bytes) })
  })

  it('go out as one, in their order, before anything else happens', async () => {
    const next = new Promise<void>((resolve) => { setTimeout(resolve) })
    writes.add(hex('aabb'))
    writes.add(hex('cc'))
    expect(written).to.deep.equal([])

    await next
    expect(written).to.have.length(1)
    expect(equals(written[0], hex('aabbcc'))).to.equal(true)
  })

  it('are a burst as long as each comes soon after the other', async () => {
    for (let i = 0; i < 100; i++) {
      writes.add(hex('aa'))
      await Promise.resolve()
    }

    expect(written).to.deep.equal([])
    await turn()
    expect(sizes()).to.deep.equal([100])
  })

  it('do not wait for what comes later', async () => {
    writes.add(hex('aa'))

    for (let i = 0; i < 100; i++) {
      await Promise.resolve()
    }

    expect(sizes()).to.deep.equal([1])
    writes.add(hex('bbcc'))
    await turn()
    expect(sizes()).to.deep.equal([1, 2])
  })

  it('go out at once when they are many', () => {
    for (let i = 0; i < 9; i++) {
      writes.add(new Uint8Array(8 * KIB))
    }

    expect(sizes()).to.deep.equal([32 * KIB, 32 * KIB])
    writes.flush()
    expect(sizes()).to.deep.equal([32 * KIB, 32 * KIB, 8 * KIB])
  })

  it('are not copied where one is alone, or large', async () => {
    const [small, large] = [hex('aa'), new Uint8Array(16 * KIB)]
    writes.add(small)
    writes.add(large)
    writes.add(small)
    await turn()

    expect(written[0]).to.equal(small)
    expect(written[1]).to.equal(large)
    expect(written[2]).to.equal(small)
  })

  it('go nowhere once they are dropped', async () => {
    writes.add(hex('aa'))
    writes.clear()
    await turn()
    writes.flush()

    expect(written).to.deep.equal([])
  })
})
