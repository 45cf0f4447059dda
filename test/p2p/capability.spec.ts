import { expect } from 'aegir/chai'
import { compareCapabilities, matchCapabilities } from '../../src/p2p/capability.ts'
import { decodeHello } from '../../src/p2p/hello.ts'
import { helloPayload } from '../fixtures/p2p-hello.ts'
import type { Capability, CapabilityId, SharedCapability } from '../../src/p2p/capability.ts'

/** `name/version/length`, and `name/version/length@offset` once it is shared. */
function parse (text: string): SharedCapability {
  const [, name, version, length, offset] = /^(.*)\/(\d+)\/(\d+)(?:@(\d+))?$/.exec(text) ?? []

  return { name, version: Number(version), length: Number(length), offset: Number(offset) }
}

function ours (...capabilities: string[]): Capability[] {
  return capabilities.map(parse).map(({ name, version, length }) => ({ name, version, length }))
}

function theirs (...capabilities: string[]): CapabilityId[] {
  return capabilities.map(text => parse(`${text}/0`)).map(({ name, version }) => ({ name, version }))
}

interface Match {
  title: string
  ours: Capability[]
  theirs: CapabilityId[]
  shared: SharedCapability[]
}

// geth, p2p/peer_test.go TestMatchProtocols, all of it; offsets there begin at 0, versions not named are 0
const GETH: Match[] = [
  { title: 'nothing of theirs', ours: ours('a/0/0'), theirs: [], shared: [] },
  { title: 'nothing of ours', ours: [], theirs: theirs('a/0'), shared: [] },
  { title: 'other names', ours: ours('b/0/0'), theirs: theirs('a/0'), shared: [] },
  {
    title: 'some names alike, some not',
    ours: ours('match1/0/0', 'match2/0/0', 'remote/0/0'),
    theirs: theirs('local/0', 'match1/0', 'match2/0'),
    shared: ['match1/0/0@16', 'match2/0/0@16'].map(parse)
  },
  {
    title: 'names in various orders',
    ours: ours('ba/0/0', 'bb/0/0', 'ab/0/0', 'aa/0/0'),
    theirs: theirs('aa/0', 'ab/0', 'bb/0', 'ba/0'),
    shared: ['aa/0/0@16', 'ab/0/0@16', 'ba/0/0@16', 'bb/0/0@16'].map(parse)
  },
  { title: 'other versions', ours: ours('/2/0'), theirs: theirs('/1'), shared: [] },
  { title: 'one version alike', ours: ours('/2/0', '/3/0'), theirs: theirs('/1', '/2'), shared: ['/2/0@16'].map(parse) },
  {
    title: 'several versions alike',
    ours: ours('/2/0', '/3/0'),
    theirs: theirs('/1', '/2', '/3', '/4'),
    shared: ['/3/0@16'].map(parse)
  },
  {
    title: 'versions in various orders',
    ours: ours('/2/0', '/3/0', '/1/0'),
    theirs: theirs('/4', '/1', '/3', '/2'),
    shared: ['/3/0@16'].map(parse)
  },
  {
    title: 'the length of the version that is chosen',
    ours: ours('/1/1', '/2/2', '/3/3', 'a/0/0'),
    theirs: theirs('/1', '/2', '/3', 'a/0'),
    shared: ['/3/3@16', 'a/0/0@19'].map(parse)
  }
]

// reth, crates/net/eth-wire/src/capability.rs
const RETH: Match[] = [
  {
    title: 'a version 0',
    ours: ours('TestName/0/0', 'eth/67/17', 'eth/68/17'),
    theirs: theirs('TestName/0'),
    shared: ['TestName/0/0@16'].map(parse)
  },
  {
    title: 'only a lower version',
    ours: ours('eth/66/17', 'eth/67/17', 'eth/68/17'),
    theirs: theirs('eth/66'),
    shared: ['eth/66/17@16'].map(parse)
  },
  { title: 'only a version too low', ours: ours('eth/67/17'), theirs: theirs('eth/66'), shared: [] },
  { title: 'only a version too high', ours: ours('eth/66/17'), theirs: theirs('eth/67'), shared: [] },
  {
    title: 'a name before eth',
    ours: ours('aaa/1/5', 'eth/66/17'),
    theirs: theirs('aaa/1', 'eth/66'),
    shared: ['aaa/1/5@16', 'eth/66/17@21'].map(parse)
  },
  {
    title: 'a name between eth and snap',
    ours: ours('eth/69/18', 'foo/1/3', 'snap/2/10'),
    theirs: theirs('eth/69', 'foo/1', 'snap/2'),
    shared: ['eth/69/18@16', 'foo/1/3@34', 'snap/2/10@37'].map(parse)
  }
]

const OURS: Match[] = [
  {
    title: 'eth and snap as on mainnet',
    ours: ours('snap/1/8', 'eth/68/17', 'eth/69/18', 'eth/70/18'),
    theirs: theirs('eth/66', 'eth/67', 'eth/68', 'eth/69', 'snap/1'),
    shared: ['eth/69/18@16', 'snap/1/8@34'].map(parse)
  },
  { title: 'names in another case', ours: ours('eth/69/18'), theirs: theirs('ETH/69', 'Eth/69'), shared: [] },
  {
    title: 'upper case before lower case',
    ours: ours('eth/69/18', 'Zeta/1/1'),
    theirs: theirs('eth/69', 'Zeta/1'),
    shared: ['Zeta/1/1@16', 'eth/69/18@17'].map(parse)
  },
  {
    title: 'a name before one that it begins',
    ours: ours('et/1/1', 'eth/69/18', 'et2/1/2'),
    theirs: theirs('eth/69', 'et2/1', 'et/1'),
    shared: ['et/1/1@16', 'et2/1/2@17', 'eth/69/18@19'].map(parse)
  },
  { title: 'the same twice', ours: ours('eth/69/18'), theirs: theirs('eth/69', 'eth/69'), shared: ['eth/69/18@16'].map(parse) },
  {
    title: 'versions as numbers, not as text',
    ours: ours('eth/9/1', 'eth/10/2'),
    theirs: theirs('eth/9', 'eth/10'),
    shared: ['eth/10/2@16'].map(parse)
  },
  { title: 'versions that no number holds', ours: ours('eth/69/18'), theirs: [{ name: 'eth', version: Infinity }], shared: [] }
]

for (const [source, matches] of Object.entries({ geth: GETH, reth: RETH, 'this package': OURS })) {
  describe(`matchCapabilities on the examples of ${source}`, () => {
    for (const { title, ours, theirs, shared } of matches) {
      it(title, () => {
        expect(matchCapabilities(ours, theirs)).to.deep.equal(shared)
      })
    }
  })
}

describe('matchCapabilities', () => {
  it('leaves both lists as they are', () => {
    const mine = ours('snap/1/8', 'eth/69/18')
    const yours = theirs('snap/1', 'eth/69')

    matchCapabilities(mine, yours)

    expect(mine).to.deep.equal(ours('snap/1/8', 'eth/69/18'))
    expect(yours).to.deep.equal(theirs('snap/1', 'eth/69'))
  })

  const unknown: Record<string, number[]> = {
    'no bytes': [],
    'zeros around a known name': [0, 0x65, 0x74, 0x68, 0],
    'a known name behind a byte order mark': [0xef, 0xbb, 0xbf, 0x65, 0x74, 0x68],
    'a known name before a byte that is no UTF-8': [0x65, 0x74, 0x68, 0xff],
    'a known name in another width': [0xef, 0xbd, 0x85, 0xef, 0xbd, 0x94, 0xef, 0xbd, 0x88],
    'bytes that are no UTF-8': [0xc3, 0x28, 0xff, 0xfe],
    'the name of a property of objects': [...new TextEncoder().encode('__proto__')],
    '1500 bytes': new Array(1500).fill(0x65)
  }

  for (const [title, name] of Object.entries(unknown)) {
    it(`passes over a name that is ${title}`, () => {
      const { capabilities } = decodeHello(helloPayload({ capabilities: [[Uint8Array.from(name), 69], ['eth', 68]] }))

      expect(capabilities).to.have.lengthOf(2)
      expect(matchCapabilities(ours('eth/68/17', 'eth/69/18'), capabilities)).to.deep.equal([parse('eth/68/17@16')])
    })
  }
})

describe('compareCapabilities', () => {
  it('sorts by the bytes of the name, then by version', () => {
    const sorted = theirs('Snap/2', '_/1', 'eth/9', 'eth/10', 'ethx/1', 'snap/1', '~/0')

    expect([...sorted].reverse().sort(compareCapabilities)).to.deep.equal(sorted)
  })
})
