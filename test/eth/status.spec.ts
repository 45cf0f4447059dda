import { expect } from 'aegir/chai'
import { encode } from 'rlp'
import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'
import { decodeStatus, encodeStatus } from '../../src/eth/index.ts'
import type { BlockRangeStatus, DifficultyStatus, ForkId } from '../../src/eth/index.ts'
import type { Input } from 'rlp'

function hex (digits: string): Uint8Array {
  return fromString(digits, 'base16')
}

const MAINNET = hex('d4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3')
const TEST_CHAIN = hex('bd6a252af394d80904c5993b859574bd4669642cea00a116970ec7887db67533')
const LONDON_HEAD = hex('feb27336ca7923f8fab3bd617fcb6e75841538f71c1bcfc267d7838489d9e13d')

// what geth sends on its test chain, all of it
const GETH_69 = 'f85645870c72dd9d5e883ea0bd6a252af394d80904c5993b859574bd4669642cea00a116970ec7887db67533c684377aaa788080820258' +
  'a044e3809c9a3cda717f00aea3a9da336d149612c8d5657fbc0028176ef8d94d2a'

const geth69: BlockRangeStatus = {
  version: 69,
  networkId: 3_503_995_874_084_926n,
  genesis: TEST_CHAIN,
  forkId: { hash: hex('377aaa78'), next: 0n },
  earliestBlock: 0n,
  latestBlock: 600n,
  head: hex('44e3809c9a3cda717f00aea3a9da336d149612c8d5657fbc0028176ef8d94d2a')
}

const mainnet68: DifficultyStatus = {
  version: 68,
  networkId: 1n,
  totalDifficulty: 36_206_751_599_115_524_359_527n,
  head: LONDON_HEAD,
  genesis: MAINNET,
  forkId: { hash: hex('b715077d'), next: 0n }
}

const MAINNET_68 = 'f85644018a07aac59dabcdd74bc567' +
  'a0feb27336ca7923f8fab3bd617fcb6e75841538f71c1bcfc267d7838489d9e13d' +
  'a0d4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3' +
  'c684b715077d80'

const VECTORS = [
  { name: "geth's, eth/69", payload: GETH_69, status: geth69 },
  { name: "geth's, eth/72", payload: GETH_69.replace('f85645', 'f85648'), status: { ...geth69, version: 72 } },
  {
    name: "reth's, eth/69",
    payload: 'f8544501a0d4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3c684b715077d8083ed14f2840112a880' +
      'a0feb27336ca7923f8fab3bd617fcb6e75841538f71c1bcfc267d7838489d9e13d',
    status: {
      version: 69,
      networkId: 1n,
      genesis: MAINNET,
      forkId: { hash: hex('b715077d'), next: 0n },
      earliestBlock: 15_537_394n,
      latestBlock: 18_000_000n,
      head: LONDON_HEAD
    }
  },
  { name: "geth's rules, eth/68", payload: MAINNET_68, status: mainnet68 },
  { name: "reth's, eth/67", payload: MAINNET_68.replace('f85644', 'f85643'), status: { ...mainnet68, version: 67 } },
  {
    name: "reth's, eth/66",
    payload: 'f850423884024190faa0f8514c4680ef27700751b08f37645309ce65a449616a3ea966bf39dd935bb27b' +
      'a00d21840abff46b96c84b2ac9e10e4f5cdaeb5693cb665db62a2f3b02d2d57b5bc6845d43d2fd80',
    status: {
      version: 66,
      networkId: 56n,
      totalDifficulty: 37_851_386n,
      head: hex('f8514c4680ef27700751b08f37645309ce65a449616a3ea966bf39dd935bb27b'),
      genesis: hex('0d21840abff46b96c84b2ac9e10e4f5cdaeb5693cb665db62a2f3b02d2d57b5b'),
      forkId: { hash: hex('5d43d2fd'), next: 0n }
    }
  }
]

const FORK_IDS: Array<{ forkId: ForkId, encoded: string }> = [
  { forkId: { hash: hex('00000000'), next: 0n }, encoded: 'c6840000000080' },
  { forkId: { hash: hex('deadbeef'), next: 0xbaddcafen }, encoded: 'ca84deadbeef84baddcafe' },
  { forkId: { hash: hex('ffffffff'), next: 2n ** 64n - 1n }, encoded: 'ce84ffffffff88ffffffffffffffff' }
]

// the items of geth69 and mainnet68, to be changed one at a time
const RANGE_ITEMS = [hex('45'), hex('01'), MAINNET, [hex('b715077d'), hex('')], hex(''), hex('0258'), LONDON_HEAD]
const DIFFICULTY_ITEMS = [hex('44'), hex('01'), hex('07'), LONDON_HEAD, MAINNET, [hex('b715077d'), hex('')]]

function nested (depth: number): Uint8Array {
  let list: Input = []

  for (let level = 1; level < depth; level++) {
    list = [list]
  }

  return encode(list)
}

describe('Status', () => {
  for (const { name, payload, status } of VECTORS) {
    it(`decodes ${name}`, () => {
      expect(decodeStatus(hex(payload))).to.deep.equal(status)
    })

    it(`encodes ${name}`, () => {
      expect(toString(encodeStatus(status), 'base16')).to.equal(payload)
    })
  }

  it('has 88 bytes from geth', () => {
    expect(encodeStatus(geth69)).to.have.lengthOf(88)
  })

  for (const { forkId, encoded } of FORK_IDS) {
    it(`encodes and decodes the fork id ${encoded}`, () => {
      for (const status of [geth69, mainnet68]) {
        const payload = encodeStatus({ ...status, forkId })

        expect(toString(payload, 'base16')).to.contain(encoded)
        expect(decodeStatus(payload).forkId).to.deep.equal(forkId)
      }
    })
  }

  it('tells its two forms apart by the total difficulty', () => {
    const [range, difficulty] = [decodeStatus(hex(GETH_69)), decodeStatus(hex(MAINNET_68))]

    expect(range.totalDifficulty === undefined ? range.latestBlock : undefined).to.equal(600n)
    expect(difficulty.totalDifficulty === undefined ? undefined : difficulty.totalDifficulty + 1n).to.equal(36_206_751_599_115_524_359_528n)
  })

  it('carries the largest values of its fields', () => {
    const uint64 = 2n ** 64n - 1n
    const range = { ...geth69, version: 2 ** 32 - 1, networkId: uint64, earliestBlock: uint64, latestBlock: uint64 }
    const difficulty = { ...mainnet68, networkId: uint64, totalDifficulty: 2n ** 256n - 1n }

    expect(decodeStatus(encodeStatus(range))).to.deep.equal(range)
    expect(decodeStatus(encodeStatus(difficulty))).to.deep.equal(difficulty)
  })

  it('is decoded where it lies in a larger buffer', () => {
    const larger = new Uint8Array(120).fill(0xff)
    larger.set(hex(GETH_69), 11)

    expect(decodeStatus(larger.subarray(11, 99))).to.deep.equal(geth69)
  })

  it('shares no memory with the payload', () => {
    const payload = hex(GETH_69)
    const status = decodeStatus(payload)
    payload.fill(0)

    expect(status).to.deep.equal(geth69)
  })

  it('ignores further list items and bytes after the list', () => {
    for (const [items, version] of [[RANGE_ITEMS, 69], [DIFFICULTY_ITEMS, 68]] as const) {
      const longer = encode([...items, hex('2a'), [hex('01'), []]])

      expect(decodeStatus(Uint8Array.from([...longer, 0xff, 0xff])).version).to.equal(version)
    }
  })

  it('ignores further items in the fork id', () => {
    const items = RANGE_ITEMS.with(3, [hex('b715077d'), hex('05'), hex('06')])

    expect(decodeStatus(encode(items)).forkId).to.deep.equal({ hash: hex('b715077d'), next: 5n })
  })

  it('takes 2048 bytes and no more', () => {
    const payload = new Uint8Array(2049)
    payload.set(hex(GETH_69))

    expect(decodeStatus(payload.subarray(0, 2048))).to.deep.equal(geth69)
    expect(() => decodeStatus(payload)).to.throw('got 2049').with.property('name', 'InvalidStatusError')
  })
})

describe('decodeStatus refuses', () => {
  const payloads: Array<[string, Uint8Array, string]> = [
    ['nothing', hex(''), 'got 0'],
    ['a string', encode(hex('0102')), 'not an RLP list'],
    ['an empty list', hex('c0'), 'version'],
    ['eth/63, which has no fork id', encode([hex('3f'), hex('01'), hex('07'), LONDON_HEAD, MAINNET]), 'got 63'],
    ['a length with leading zeros', hex(`f90056${GETH_69.slice(4)}`), 'RLP'],
    ['a byte with a needless prefix', hex(`f857${GETH_69.slice(4).replace('45', '8145')}`), 'RLP'],
    ['a short list with a long length', hex('f80145'), 'RLP'],
    ['a length of 2^64 - 1', hex('ffffffffffffffffff'), 'RLP'],
    ['lists nested 700 deep', nested(700), 'version'],
    ['2048 list prefixes', new Uint8Array(2048).fill(0xc1), 'RLP'],
    ['2045 empty lists', Uint8Array.from([0xf9, 0x07, 0xfd, ...new Uint8Array(2045).fill(0xc0)]), 'version']
  ]

  for (const [name, payload, reason] of payloads) {
    it(name, () => {
      expect(() => decodeStatus(payload)).to.throw(reason).with.property('name', 'InvalidStatusError')
    })
  }

  for (let length = 1; length < 88; length++) {
    it(`geth's Status cut to ${length} bytes`, () => {
      expect(() => decodeStatus(hex(GETH_69).subarray(0, length))).to.throw('RLP').with.property('name', 'InvalidStatusError')
    })
  }

  const integer = (maxLength: number): Array<[string, Uint8Array | Uint8Array[]]> => [
    ['with a leading zero', hex('0001')],
    ['of a zero byte', hex('00')],
    ['too long', new Uint8Array(maxLength + 1).fill(1)],
    ['that is a list', [hex('01')]]
  ]
  const hash = (length: number): Array<[string, Uint8Array | Uint8Array[]]> => [
    ['too short', new Uint8Array(length - 1)],
    ['too long', new Uint8Array(length + 1)],
    ['that is a list', [hex('01')]]
  ]

  const fields = [
    { items: RANGE_ITEMS, at: 0, field: 'version', wrong: integer(4) },
    { items: RANGE_ITEMS, at: 1, field: 'network id', wrong: integer(8) },
    { items: RANGE_ITEMS, at: 2, field: 'genesis hash', wrong: hash(32) },
    { items: RANGE_ITEMS, at: 4, field: 'earliest block', wrong: integer(8) },
    { items: RANGE_ITEMS, at: 5, field: 'latest block', wrong: integer(8) },
    { items: RANGE_ITEMS, at: 6, field: 'head hash', wrong: hash(32) },
    { items: DIFFICULTY_ITEMS, at: 1, field: 'network id', wrong: integer(8) },
    { items: DIFFICULTY_ITEMS, at: 2, field: 'total difficulty', wrong: integer(32) },
    { items: DIFFICULTY_ITEMS, at: 3, field: 'head hash', wrong: hash(32) },
    { items: DIFFICULTY_ITEMS, at: 4, field: 'genesis hash', wrong: hash(32) }
  ]

  for (const { items, at, field, wrong } of fields) {
    const version = items === RANGE_ITEMS ? 69 : 68

    for (const [fault, value] of wrong) {
      it(`eth/${version} with a ${field} ${fault}`, () => {
        expect(() => decodeStatus(encode(items.with(at, value)))).to.throw(field).with.property('name', 'InvalidStatusError')
      })
    }

    it(`eth/${version} that ends before the ${field}`, () => {
      expect(() => decodeStatus(encode(items.slice(0, at)))).to.throw(field).with.property('name', 'InvalidStatusError')
    })
  }

  for (const [items, at] of [[RANGE_ITEMS, 3], [DIFFICULTY_ITEMS, 5]] as const) {
    it(`a fork id that is missing or misshapen, item ${at}`, () => {
      for (const [value, reason] of [
        [hex('b715077d'), 'fork id is not a list'],
        [[], 'fork hash'],
        [[hex('b71507'), hex('')], 'fork hash'],
        [[hex('b715077d')], 'next fork'],
        [[hex('b715077d'), hex('00')], 'next fork'],
        [[hex('b715077d'), new Uint8Array(9).fill(1)], 'next fork'],
        [[hex('b715077d'), []], 'next fork']
      ] as const) {
        expect(() => decodeStatus(encode(items.with(at, value as Uint8Array))))
          .to.throw(reason).with.property('name', 'InvalidStatusError')
      }

      expect(() => decodeStatus(encode(items.slice(0, at)))).to.throw('fork id').with.property('name', 'InvalidStatusError')
    })
  }
})

describe('encodeStatus refuses', () => {
  const range: Array<[Partial<BlockRangeStatus>, string]> = [
    [{ version: 63 }, 'version'],
    [{ version: 69.5 }, 'version'],
    [{ version: 2 ** 32 }, 'version'],
    [{ networkId: 2n ** 64n }, 'network id'],
    [{ networkId: -1n }, 'network id'],
    [{ genesis: MAINNET.subarray(1) }, 'genesis hash'],
    [{ head: new Uint8Array(33) }, 'head hash'],
    [{ forkId: { hash: new Uint8Array(5), next: 0n } }, 'fork hash'],
    [{ forkId: { hash: new Uint8Array(4), next: 2n ** 64n } }, 'next fork'],
    [{ earliestBlock: -1n }, 'earliest block'],
    [{ latestBlock: 2n ** 64n }, 'latest block']
  ]

  for (const [change, field] of range) {
    it(`a ${field} that does not fit (${Object.values(change).join()})`, () => {
      expect(() => encodeStatus({ ...geth69, ...change })).to.throw(field).with.property('name', 'InvalidStatusError')
    })
  }

  it('a total difficulty of 33 bytes', () => {
    expect(() => encodeStatus({ ...mainnet68, totalDifficulty: 2n ** 256n }))
      .to.throw('total difficulty').with.property('name', 'InvalidStatusError')
  })

  it('the form of another version', () => {
    expect(() => encodeStatus({ ...geth69, version: 68 })).to.throw('total difficulty').with.property('name', 'InvalidStatusError')
    expect(() => encodeStatus({ ...mainnet68, version: 69 })).to.throw('earliest block').with.property('name', 'InvalidStatusError')
  })
})
