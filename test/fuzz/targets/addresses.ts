import { multiaddr } from '@multiformats/multiaddr'
import { fromString } from 'uint8arrays/from-string'
import { enodeToMultiaddr, formatEnode, multiaddrToEnode, parseEnode, RLPX } from '../../../src/identity/index.ts'
import { assert, attempt, inWords } from '../target.ts'
import type { Outcome, Target } from '../target.ts'
import type { Multiaddr } from '@multiformats/multiaddr'

const IDS = [
  '1dd9d65c4552b5eb43d5ad55a2ee3f56c6cbc1c64a5c8d659f51fcd51bace24351232b8d7821617d2b29b54b81cdefb9b3e9c37d7fd5f63270bcc9e1a6f6a439',
  '79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8'
]
const ENODES = IDS.flatMap(id => [
  '127.0.0.1:30303', '10.3.58.6:30303?discport=30301', '[::1]:1', '[2001:db8:3c4d:15::abcd:ef12]:52150', '[::ffff:1.2.3.4]:65535?discport=0',
  'example.org:80', 'valid.:3', 'a-b_c.example.:0?discport=1', '1.2.3.example:30303', 'xn--nxasmq6b:9'
].map(rest => `enode://${id}@${rest}`))
const ENODE_ERRORS = ['InvalidEnodeError']
const MULTIADDR_ERRORS = ['InvalidMultiaddrError', 'UnsupportedKeyTypeError', 'InvalidEnodeError']

// latin1, as bytes that are no text are not worth much here
const text = new TextDecoder('latin1')

const enode: Target = {
  name: 'enode',
  corpus: ENODES.map(url => fromString(url)),
  check: (input) => {
    const outcome = attempt(ENODE_ERRORS, () => parseEnode(text.decode(input)))

    if (outcome.value != null) {
      const url = formatEnode(outcome.value)
      assert(JSON.stringify(parseEnode(url)) === JSON.stringify(outcome.value), 'An enode is another one when it is written and read')
    }

    return inWords(outcome)
  }
}

const ADDRESSES = ENODES.filter(url => !url.includes(':0?')).map(url => enodeToMultiaddr(url))

/** Of inputs that begin with an ASCII slash or with "enode" it is text, of others the bytes of an address. */
const address: Target = {
  name: 'multiaddr',
  corpus: [
    ...ENODES.map(url => fromString(url)),
    ...ADDRESSES.flatMap(address => [fromString(`${address}`), address.bytes]),
    ...['/dns4/example.org/tcp/443/tls/ws/rlpx', '/ip6zone/eth0/ip6/fe80::1/tcp/1/rlpx', '/memory/a/rlpx', '/ip4/1.2.3.4/tcp/1/tls/sni/a/ws/rlpx', '/dnsaddr/a/tcp/1/ws/rlpx'].map(part => fromString(part))
  ],
  check: (input) => {
    if (input[0] === 0x65) {
      return inWords(attempt(ENODE_ERRORS, () => { backAndForth(enodeToMultiaddr(text.decode(input))) }))
    }

    if (input[0] === 0x2f) {
      return kind(attempt(MULTIADDR_ERRORS, () => { checkEnode(multiaddrToEnode(text.decode(input))) }))
    }

    const parsed = parse(input)

    if (parsed == null) {
      return 'no address'
    }

    const { value: matches } = attempt([], () => RLPX.exactMatch(parsed))

    return `${matches} ${kind(attempt(MULTIADDR_ERRORS, () => { checkEnode(multiaddrToEnode(parsed)) }))}`
  }
}

/** The library's reasons quote the input. */
function kind (outcome: Outcome<void>): string {
  return inWords(outcome).slice(0, 40)
}

function parse (bytes: Uint8Array): Multiaddr | undefined {
  try {
    return multiaddr(bytes)
  } catch {
    // what is no address at all is the library's business
  }
}

function backAndForth (address: Multiaddr): void {
  assert(RLPX.exactMatch(address), 'The address of an enode is none to dial')
  assert(enodeToMultiaddr(multiaddrToEnode(address)).equals(address), 'An address is another one as an enode')
}

function checkEnode (url: string): void {
  assert(formatEnode(parseEnode(url)) === url, 'What an address became is no enode')
}

export const ADDRESS_TARGETS: Target[] = [enode, address]
