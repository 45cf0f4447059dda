import { expect } from 'aegir/chai'
import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'
import { crc32 } from '../../src/eth/crc32.ts'
import { createForkId } from '../../src/eth/index.ts'
import chains from '../fixtures/fork-ids.ts'
import type { ForkIdInit } from '../../src/eth/index.ts'

const genesis = fromString(chains[0].genesis, 'base16')

function printable (init: ForkIdInit): { hash: string, next: bigint } {
  const { hash, next } = createForkId(init)

  return { hash: toString(hash, 'base16'), next }
}

describe('fork id', () => {
  for (const { name, genesis, genesisTime, blockForks, timeForks, cases } of chains) {
    it(`is geth's along ${name}`, () => {
      const chain = { genesis: fromString(genesis, 'base16'), genesisTime, blockForks, timeForks }

      for (const { head, time, hash, next } of cases) {
        expect(printable({ ...chain, head: { block: head, time } }), `block ${head}, time ${time}`)
          .to.deep.equal({ hash, next: BigInt(next) })
      }
    })
  }

  it('is that of the genesis while the only forks came with it', () => {
    const genesisTime = 1_690_475_657
    const expected = { hash: 'fc64ec04', next: BigInt(genesisTime + 1) }

    for (const timeForks of [
      [genesisTime - 1, genesisTime + 1],
      [genesisTime, genesisTime + 1],
      [genesisTime + 1, genesisTime + 2]
    ]) {
      expect(printable({ genesis, genesisTime, blockForks: [0, 0], timeForks, head: { block: 0, time: genesisTime } }), `${timeForks}`)
        .to.deep.equal(expected)
    }
  })

  it('leaves out a fork at time 0 if no genesis time is given', () => {
    expect(printable({ genesis, blockForks: [], timeForks: [0], head: { block: 0, time: 0 } }))
      .to.deep.equal({ hash: 'fc64ec04', next: 0n })
  })

  it('takes forks in any order and as bigint or number', () => {
    const { blockForks, timeForks } = chains[0]
    const head = { block: 30_000_000n, time: 1_767_747_671n }

    expect(printable({ genesis, blockForks: blockForks.toReversed().map(BigInt), timeForks: timeForks.toReversed(), head }))
      .to.deep.equal({ hash: '07c9462e', next: 0n })
  })

  it('takes the largest fork there can be', () => {
    const next = 2n ** 64n - 1n

    expect(printable({ genesis, blockForks: [next], timeForks: [], head: { block: next - 1n, time: 0 } }))
      .to.deep.equal({ hash: 'fc64ec04', next })
  })

  it('reads the genesis hash where it lies in a larger buffer', () => {
    const larger = new Uint8Array(50)
    larger.set(genesis, 7)

    expect(printable({ genesis: larger.subarray(7, 39), blockForks: [], timeForks: [], head: { block: 0, time: 0 } }).hash)
      .to.equal('fc64ec04')
  })

  it('refuses a genesis hash of another length', () => {
    expect(() => createForkId({ genesis: genesis.subarray(1), blockForks: [], timeForks: [], head: { block: 0, time: 0 } }))
      .to.throw('got 31').with.property('name', 'InvalidParametersError')
  })

  for (const fork of [-1, 1.5, NaN, Infinity, 2 ** 53, -1n, 2n ** 64n]) {
    it(`refuses a fork at ${fork}${typeof fork === 'bigint' ? 'n' : ''}`, () => {
      expect(() => createForkId({ genesis, blockForks: [fork], timeForks: [], head: { block: 0, time: 0 } }))
        .to.throw(`Fork id: ${fork} `).with.property('name', 'InvalidParametersError')
    })
  }
})

describe('crc32', () => {
  it('has the check value of the standard', () => {
    expect(crc32(fromString('123456789'))).to.equal(0xcbf43926)
  })

  it('continues a checksum', () => {
    expect(crc32(fromString('6789'), crc32(fromString('12345')))).to.equal(0xcbf43926)
  })

  it('is 0 for no bytes', () => {
    expect(crc32(new Uint8Array())).to.equal(0)
  })
})
