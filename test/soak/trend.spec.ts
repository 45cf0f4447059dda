import { expect } from 'aegir/chai'
import { seededRandom } from '../fixtures/seeded-random.ts'
import { fitLine, surelyClimbed } from './trend.ts'

describe('the line through points', () => {
  const { integer } = seededRandom(6)

  /** A hundred points that climb by so much each, with noise of up to 1000. */
  function points (slope: number): Array<[number, number]> {
    return Array.from({ length: 100 }, (_, x) => [x, 5_000 + slope * x + integer(1_000)])
  }

  it('has their slope', () => {
    const { slope, error } = fitLine([[0, 1], [1, 3], [2, 5], [10, 21]])

    expect(slope).to.be.closeTo(2, 1e-9)
    expect(error).to.be.closeTo(0, 1e-9)
  })

  it('has the error of their slope', () => {
    const { slope, error } = fitLine([[0, 0], [1, 2], [2, 0], [3, 2]])

    expect(slope).to.be.closeTo(0.4, 1e-9)
    expect(error).to.be.closeTo(Math.sqrt(0.32), 1e-9)
  })

  it('does not surely climb where there is only noise', () => {
    expect(surelyClimbed(points(0))).to.be.below(0)
  })

  it('surely climbs where more than noise does', () => {
    expect(surelyClimbed(points(10))).to.be.within(500, 1_100)
  })
})
