import { expect } from 'aegir/chai'
import { formatEnode, nodeIdFromHex, parseEnode } from '../../src/identity/index.ts'
import type { Enode } from '../../src/identity/index.ts'

const ID = '1dd9d65c4552b5eb43d5ad55a2ee3f56c6cbc1c64a5c8d659f51fcd51bace24351232b8d7821617d2b29b54b81cdefb9b3e9c37d7fd5f63270bcc9e1a6f6a439'
const id = nodeIdFromHex(ID)

// geth's examples, p2p/enode/urlv4_test.go TestParseNode, all of them
const GETH_GOOD: Array<[string, Omit<Enode, 'id'>]> = [
  [`enode://${ID}@127.0.0.1:52150`, { host: '127.0.0.1', tcpPort: 52150, udpPort: 52150 }],
  [`enode://${ID}@valid.:3`, { host: 'valid.', tcpPort: 3, udpPort: 3 }],
  [`enode://${ID}@[::]:52150`, { host: '::', tcpPort: 52150, udpPort: 52150 }],
  [`enode://${ID}@[2001:db8:3c4d:15::abcd:ef12]:52150`, { host: '2001:db8:3c4d:15::abcd:ef12', tcpPort: 52150, udpPort: 52150 }],
  [`enode://${ID}@127.0.0.1:52150?discport=22334`, { host: '127.0.0.1', tcpPort: 52150, udpPort: 22334 }]
]

const GETH_BAD: Array<[string, string]> = [
  [`enode://${ID}@127.0.0.1:foo`, 'port'],
  [`enode://${ID}@127.0.0.1:3?discport=foo`, 'discport'],
  ['', 'enode://'],
  [ID, 'enode://'],
  ['01010101', 'enode://'],
  ['enode://01010101@123.124.125.126:3', '128'],
  ['enode://01010101', '@'],
  ['http://foobar', 'enode://'],
  ['://foo', 'enode://'],
  ['enr:', 'enode://'],
  ['enr:x', 'enode://'],
  ['enr:-EmGZm9vYmFyY4JpZIJ2NIJpcIR_AAABiXNlY3AyNTZrMaEDOlFBdkZvqBXtSB_60JEQotNE9sm3jB0Ur8NRw6Ub4z2DdWRwgnZf', 'enode://']
]

// geth's function reads node records too, and nodes without an address, which cannot be dialled: not this one
const GETH_GOOD_HERE_BAD: Array<[string, string]> = [
  [`enode://${ID}`, '@'],
  ['enr:-IS4QGrdq0ugARp5T2BZ41TrZOqLc_oKvZoPuZP5--anqWE_J-Tucc1xgkOL7qXl0puJgT7qc2KSvcupc4NCb0nr4tdjgmlkgnY0gmlwhH8AA' +
    'AGJc2VjcDI1NmsxoQM6UUF2Rm-oFe1IH_rQkRCi00T2ybeMHRSvw1HDpRvjPYN1ZHCCdl8', 'enode://']
]

describe("parseEnode on geth's examples", () => {
  for (const [url, parts] of GETH_GOOD) {
    it(`reads ${url.replace(ID, '…')}, and writes it again`, () => {
      expect(parseEnode(url)).to.deep.equal({ id, ...parts })
      expect(formatEnode({ id, ...parts })).to.equal(url)
    })
  }

  for (const [url, reason] of [...GETH_BAD, ...GETH_GOOD_HERE_BAD]) {
    it(`refuses ${JSON.stringify(url.replace(ID, '…'))}`, () => {
      expect(() => parseEnode(url)).to.throw(reason).with.property('name', 'InvalidEnodeError')
    })
  }
})

describe('parseEnode reads', () => {
  const good: Array<[string, Omit<Enode, 'id'>]> = [
    // a node that takes no part in discovery, as geth --nodiscover writes it
    ['127.0.0.1:30303?discport=0', { host: '127.0.0.1', tcpPort: 30303, udpPort: 0 }],
    // a bootnode, that takes part in nothing else
    ['127.0.0.1:0?discport=30301', { host: '127.0.0.1', tcpPort: 0, udpPort: 30301 }],
    ['127.0.0.1:0', { host: '127.0.0.1', tcpPort: 0, udpPort: 0 }],
    ['127.0.0.1:30303?discport=30303', { host: '127.0.0.1', tcpPort: 30303, udpPort: 30303 }],
    ['255.255.255.255:65535?discport=65535', { host: '255.255.255.255', tcpPort: 65535, udpPort: 65535 }],
    ['[::ffff:1.2.3.4]:1', { host: '::ffff:1.2.3.4', tcpPort: 1, udpPort: 1 }],
    ['[2001:DB8::1]:1', { host: '2001:DB8::1', tcpPort: 1, udpPort: 1 }],
    ['node-1.ethereum_test.Example.org:1', { host: 'node-1.ethereum_test.Example.org', tcpPort: 1, udpPort: 1 }],
    ['1.2.3.4a:1', { host: '1.2.3.4a', tcpPort: 1, udpPort: 1 }],
    [`${'a'.repeat(63)}.org:1`, { host: `${'a'.repeat(63)}.org`, tcpPort: 1, udpPort: 1 }]
  ]

  for (const [address, parts] of good) {
    it(address, () => {
      expect(parseEnode(`enode://${ID}@${address}`)).to.deep.equal({ id, ...parts })
      expect(parseEnode(formatEnode({ id, ...parts }))).to.deep.equal({ id, ...parts })
    })
  }

  it('an upper-case node id', () => {
    expect(parseEnode(`enode://${ID.toUpperCase()}@127.0.0.1:30303`).id).to.equalBytes(id)
  })
})

describe('parseEnode refuses', () => {
  // where geth is more lenient it says so
  const bad: Array<[string, string, string]> = [
    ['no port', `${ID}@127.0.0.1`, '<port>'],
    ['an empty port', `${ID}@127.0.0.1:`, 'port'],
    ['a port over 65535', `${ID}@127.0.0.1:65536`, 'port'],
    ['a negative port', `${ID}@127.0.0.1:-1`, 'port'],
    ['a port with a sign', `${ID}@127.0.0.1:+1`, 'port'],
    ['a port in hexadecimal', `${ID}@127.0.0.1:0x1f`, 'port'],
    ['a port with a fraction', `${ID}@127.0.0.1:1.5`, 'port'],
    ['a port of six digits', `${ID}@127.0.0.1:000001`, 'port'],
    ['a discport over 65535', `${ID}@127.0.0.1:1?discport=65536`, 'discport'],
    ['an empty discport (geth: left out)', `${ID}@127.0.0.1:1?discport=`, 'discport'],
    ['two discports (geth: the first)', `${ID}@127.0.0.1:1?discport=2&discport=3`, 'discport'],
    ['another parameter (geth: ignored)', `${ID}@127.0.0.1:1?foo=2`, '?discport'],
    ['another parameter after discport (geth: ignored)', `${ID}@127.0.0.1:1?discport=2&foo=3`, 'discport'],
    ['an empty query (geth: ignored)', `${ID}@127.0.0.1:1?`, '?discport'],
    ['a slash at the end (geth: ignored)', `${ID}@127.0.0.1:1/`, 'port'],
    ['a path (geth: ignored)', `${ID}@127.0.0.1:1/foo?discport=2`, 'port'],
    ['a fragment (geth: ignored)', `${ID}@127.0.0.1:1#foo`, 'port'],
    ['a fragment after discport (geth: ignored)', `${ID}@127.0.0.1:1?discport=2#foo`, 'discport'],
    ['no node id', '127.0.0.1:1', '<node id>@'],
    ['an empty node id', '@127.0.0.1:1', 'node id'],
    ['a node id that is too short', `${ID.slice(2)}@127.0.0.1:1`, 'node id'],
    ['a node id that is too long', `${ID}00@127.0.0.1:1`, 'node id'],
    ['a node id with 04', `04${ID}@127.0.0.1:1`, 'node id'],
    ['a node id with 0x', `0x${ID}@127.0.0.1:1`, 'node id'],
    ['a node id that is not hexadecimal', `g${ID.slice(1)}@127.0.0.1:1`, 'node id'],
    ['a node id off the curve', `${ID.slice(0, -1)}8@127.0.0.1:1`, 'node id'],
    ['a percent-encoded node id', `%31${ID.slice(1)}@127.0.0.1:1`, 'node id'],
    ['a node id with a password', `${ID}:secret@127.0.0.1:1`, 'node id'],
    ['two node ids', `${ID}@${ID}@127.0.0.1:1`, 'host'],
    ['an empty host (geth: none)', `${ID}@:1`, 'host'],
    ['an empty IPv6 address (geth: none)', `${ID}@[]:1`, 'IPv6'],
    ['IPv6 without brackets', `${ID}@::1:1`, 'brackets'],
    ['IPv6 with one bracket', `${ID}@[::1:1`, '<host>'],
    ['IPv6 with the port in the brackets', `${ID}@[::1:1]`, '<port>'],
    ['IPv6 with a zone (geth: a DNS name)', `${ID}@[fe80::1%25eth0]:1`, 'zone'],
    ['IPv6 with a bare zone', `${ID}@[fe80::1%eth0]:1`, 'zone'],
    ['IPv6 with two gaps', `${ID}@[1::2::3]:1`, 'IPv6'],
    ['IPv6 of nine groups', `${ID}@[1:2:3:4:5:6:7:8:9]:1`, 'IPv6'],
    ['IPv6 of five digits', `${ID}@[12345::]:1`, 'IPv6'],
    ['IPv4 in brackets', `${ID}@[127.0.0.1]:1`, 'IPv6'],
    ['a name in brackets', `${ID}@[abc]:1`, 'IPv6'],
    ['IPv4 over 255 (geth: a DNS name)', `${ID}@127.0.0.256:1`, 'host'],
    ['IPv4 of three parts (geth: a DNS name)', `${ID}@127.0.1:1`, 'host'],
    ['IPv4 of five parts (geth: a DNS name)', `${ID}@127.0.0.0.1:1`, 'host'],
    ['IPv4 with a leading zero (geth: a DNS name)', `${ID}@127.0.0.01:1`, 'host'],
    ['IPv4 with a dot at the end (geth: a DNS name)', `${ID}@127.0.0.1.:1`, 'host'],
    ['a number for a host (geth: a DNS name)', `${ID}@2130706433:1`, 'host'],
    ['an empty label (geth: a DNS name)', `${ID}@a..b:1`, 'host'],
    ['two dots at the end (geth: a DNS name)', `${ID}@a..:1`, 'host'],
    ['a hyphen at the start of a label (geth: a DNS name)', `${ID}@-a.org:1`, 'host'],
    ['a label of 64 characters (geth: a DNS name)', `${ID}@${'a'.repeat(64)}.org:1`, 'host'],
    ['a name of 254 characters (geth: a DNS name)', `${ID}@${'a.'.repeat(125)}abcd:1`, 'host'],
    ['a name that is not ASCII (geth: a DNS name)', `${ID}@bücher.example:1`, 'host'],
    ['a percent-encoded host (geth: decoded)', `${ID}@%61.org:1`, 'host'],
    ['a space before the host', `${ID}@ 127.0.0.1:1`, 'host'],
    ['a tab in the host, which URL parsers drop', `${ID}@127.0.0\t.1:1`, 'host'],
    ['a space at the end', `${ID}@127.0.0.1:1 `, 'port'],
    ['a newline at the end', `${ID}@127.0.0.1:1\n`, 'port'],
    ['a newline after discport', `${ID}@127.0.0.1:1?discport=2\n`, 'discport']
  ]

  for (const [name, rest, reason] of bad) {
    it(name, () => {
      expect(() => parseEnode(`enode://${rest}`)).to.throw(reason).with.property('name', 'InvalidEnodeError')
    })
  }

  for (const prefix of [' enode://', '\nenode://', 'ENODE://', 'enode:/', 'enode:', 'enodes://', '']) {
    it(`${JSON.stringify(prefix)} at the start`, () => {
      expect(() => parseEnode(`${prefix}${ID}@127.0.0.1:1`)).to.throw('enode://').with.property('name', 'InvalidEnodeError')
    })
  }

  it('a node id with the reason as the cause', () => {
    expect(() => parseEnode(`enode://${ID.slice(0, -1)}8@127.0.0.1:1`))
      .to.throw().with.nested.property('cause.name', 'InvalidNodeIdError')
  })

  it('a megabyte of anything at once', () => {
    for (const junk of ['a', ':', '.', '@', '[', '1', 'a.']) {
      expect(() => parseEnode(`enode://${ID}@${junk.repeat(1 << 20)}:1`)).to.throw().with.property('name', 'InvalidEnodeError')
      expect(() => parseEnode(`enode://${ID}@[${junk.repeat(1 << 20)}]:1`)).to.throw().with.property('name', 'InvalidEnodeError')
    }
  })
})

describe('formatEnode', () => {
  const enode: Enode = { id, host: '127.0.0.1', tcpPort: 30303, udpPort: 30303 }

  it('writes discport only if it is not the TCP port', () => {
    expect(formatEnode(enode)).to.equal(`enode://${ID}@127.0.0.1:30303`)
    expect(formatEnode({ ...enode, udpPort: 0 })).to.equal(`enode://${ID}@127.0.0.1:30303?discport=0`)
  })

  const bad: Array<[Partial<Enode>, string]> = [
    [{ id: id.subarray(1) }, 'node id'],
    [{ id: new Uint8Array(64) }, 'node id'],
    [{ host: '' }, 'host'],
    [{ host: '[::1]' }, 'host'],
    [{ host: 'fe80::1%eth0' }, 'host'],
    [{ host: 'a@b' }, 'host'],
    [{ host: 'a/b' }, 'host'],
    [{ tcpPort: -1 }, 'port'],
    [{ tcpPort: 65536 }, 'port'],
    [{ tcpPort: 1.5 }, 'port'],
    [{ udpPort: NaN }, 'discport']
  ]

  for (const [change, reason] of bad) {
    it(`refuses ${Object.entries(change).map(([key, value]) => `the ${key} ${value}`).join()}`, () => {
      expect(() => formatEnode({ ...enode, ...change })).to.throw(reason).with.property('name', 'InvalidEnodeError')
    })
  }
})
