import { expect } from 'aegir/chai'
import { seededRandom } from '../fixtures/seeded-random.ts'
import { judge } from './verdict.ts'
import type { Sample } from './samples.ts'

const KIB = 1024
const CONNECTIONS = 100

describe('the verdict of a soak', () => {
  /** So many samples, with noise of up to 400 KiB in their heaps. */
  function samples (count: number, sample: (index: number) => Partial<Sample> = () => ({})): Sample[] {
    const { integer } = seededRandom(7)

    return Array.from({ length: count }, (_, i) => {
      const { heap = 0, ...rest } = sample(i)

      return {
        seconds: 4 * (i + 1),
        connections: CONNECTIONS * (i + 1),
        messages: 0,
        late: 0,
        failures: 0,
        handles: 9,
        listeners: 28,
        heap: 50_000 * KIB + heap + integer(400 * KIB),
        ...rest
      }
    })
  }

  for (const count of [15, 75, 180]) {
    describe(`of ${count} samples`, () => {
      it('is that nothing is left where there is only noise', () => {
        expect(judge(samples(count)).faults).to.deep.equal([])
      })

      it('is that the heap climbs where each connection leaves 2 KiB', () => {
        const { climbed, faults, trend } = judge(samples(count, i => ({ heap: i * CONNECTIONS * 2 * KIB })))

        expect(faults).to.deep.equal(['the heap climbs'])
        expect(trend.slope).to.be.closeTo(CONNECTIONS * 2 * KIB / 4, 10 * KIB)
        expect(climbed).to.be.within(512 * KIB, count * CONNECTIONS * 2 * KIB)
      })

      it('is that nothing is left where the heap climbs only at first', () => {
        expect(judge(samples(count, i => ({ heap: Math.min(i, count / 3) * CONNECTIONS * 2 * KIB }))).faults).to.deep.equal([])
      })

      it('is that nothing is left where the heap is far higher now and then', () => {
        expect(judge(samples(count, i => ({ heap: i % 5 === 2 ? 5_000 * KIB : 0 }))).faults).to.deep.equal([])
      })

      it('is that nothing is left where the heap falls', () => {
        expect(judge(samples(count, i => ({ heap: -i * 100 * KIB }))).faults).to.deep.equal([])
      })
    })
  }

  it('tells of handles and listeners that are left at the end', () => {
    expect(judge(samples(15, i => ({ handles: 9 + Number(i === 7), listeners: 28 + Number(i === 7) }))).faults).to.deep.equal([])
    expect(judge(samples(15, i => ({ handles: 9 + Number(i === 14) }))).faults).to.deep.equal(['there are more handles'])
    expect(judge(samples(15, i => ({ listeners: 28 + i }))).faults).to.deep.equal(['there are more listeners'])
  })

  it('tells of connections that were late, if more than a hundredth were', () => {
    expect(judge(samples(15, i => ({ late: i + 1 }))).faults).to.deep.equal([])
    expect(judge(samples(15, i => ({ late: i + 2 }))).faults).to.deep.equal(['too many connections were late'])
  })

  it('is none where there are too few samples', () => {
    expect(() => judge(samples(3))).to.throw('There are 2 samples after the warm-up, and 3 are needed')
    expect(judge(samples(4)).faults).to.deep.equal([])
  })
})
