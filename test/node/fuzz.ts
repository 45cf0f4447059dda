import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'aegir/chai'
import { seededRandom } from '../fixtures/seeded-random.ts'
import { fuzz } from '../fuzz/fuzz.ts'
import { failureOf } from '../fuzz/measured.ts'
import { Mutator } from '../fuzz/mutator.ts'
import { readSaved } from '../fuzz/saved.ts'
import { TARGETS } from '../fuzz/targets/index.ts'
import type { Saved } from '../fuzz/saved.ts'

const PLANTED = new URL('../fixtures/planted-targets.ts', import.meta.url).href

describe('inputs that the fuzzer found', () => {
  it('do no harm any more', async () => {
    const saved = await readSaved()
    expect(saved).to.not.be.empty()

    for (const { target: name, failure, input } of saved) {
      const target = TARGETS.find(target => target.name === name)
      expect(target && failureOf(target, input), `${name}, once: ${failure}`).to.equal(undefined)
    }
  })
})

describe('every target of the fuzzer', () => {
  for (const target of TARGETS) {
    it(`takes ${target.name}'s good inputs, and some that are not`, () => {
      const { corpus } = target
      const mutator = new Mutator(seededRandom(1), corpus)

      for (const input of [...corpus, ...Array.from({ length: 20 }, () => mutator.next())]) {
        expect(failureOf(target, input)).to.equal(undefined)
      }
    })
  }
})

describe('the fuzzer', function () {
  this.timeout(300_000)

  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'libp2p-rlpx-fuzz-'))
  })

  afterEach(async () => {
    await rm(folder, { recursive: true })
  })

  async function find (name: string): Promise<Saved[]> {
    await fuzz({ names: [name], seconds: 600, seed: 1, inputs: 20_000, targets: PLANTED, folder, hang: name === 'hangs' ? 2000 : undefined })

    return readSaved(folder)
  }

  const faults: Array<[name: string, failure: RegExp]> = [
    ['crashes', /^TypeError is none of the errors that are allowed$/],
    ['hangs', /^It does not end$/],
    ['hoards', /^It takes too much memory$/],
    ['rejects', /^Nobody handles a rejection: that nobody handles$/]
  ]

  for (const [name, failure] of faults) {
    it(`finds a decoder that ${name}, and keeps the smallest input`, async () => {
      const saved = await find(name)

      expect(saved).to.have.lengthOf(1)
      expect(saved[0]).to.have.property('target', name)
      expect(saved[0].failure).to.match(failure)
      expect(saved[0].input).to.equalBytes(Uint8Array.of(0xf7))
    })
  }

  it('finds nothing where there is nothing, in as many inputs as it is told', async () => {
    const [total] = await fuzz({ names: ['good'], seconds: 60, seed: 1, inputs: 1000, targets: PLANTED, folder })

    expect(total).to.include({ name: 'good', tried: 1000 })
    expect(total.failures).to.be.empty()
    expect(await readSaved(folder)).to.be.empty()
  })

  it('makes the same inputs of the same seed', () => {
    const inputs = [1, 1, 2].map((seed) => {
      const mutator = new Mutator(seededRandom(seed), TARGETS[0].corpus)

      return Array.from({ length: 50 }, () => mutator.next())
    })

    expect(inputs[0]).to.deep.equal(inputs[1])
    expect(inputs[0]).to.not.deep.equal(inputs[2])
  })
})
