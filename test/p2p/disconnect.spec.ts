import { expect } from 'aegir/chai'
import { encode } from 'rlp'
import { decodeDisconnect, DisconnectReason, disconnectReasonName, encodeDisconnect } from '../../src/p2p/disconnect.ts'
import { DisconnectError } from '../../src/p2p/errors.ts'
import { atOddOffset } from '../fixtures/chunks.ts'
import { hex } from '../fixtures/hex.ts'
import { literal } from '../fixtures/p2p-snappy.ts'
import type { Input } from 'rlp'

const REASONS: Array<[keyof typeof DisconnectReason, number]> = [
  ['requested', 0x00],
  ['tcpError', 0x01],
  ['breachOfProtocol', 0x02],
  ['uselessPeer', 0x03],
  ['tooManyPeers', 0x04],
  ['alreadyConnected', 0x05],
  ['incompatibleVersion', 0x06],
  ['nullIdentity', 0x07],
  ['quitting', 0x08],
  ['unexpectedIdentity', 0x09],
  ['self', 0x0a],
  ['pingTimeout', 0x0b],
  ['subprotocolError', 0x10]
]

// both of 0, of reth (crates/net/eth-wire/src/disconnect.rs) and of geth (cmd/devp2p/rlpxcmd_test.go)
const ZEROS = ['00', '80', 'c100', 'c180']

/** A payload in hexadecimal digits, in both forms that it comes in. */
function forms (digits: string): Uint8Array[] {
  const raw = hex(digits)

  return [raw, atOddOffset(raw), literal(raw), atOddOffset(literal(raw))]
}

describe('DisconnectReason', () => {
  it('has the numbers of the specification', () => {
    expect(DisconnectReason).to.deep.equal(Object.fromEntries(REASONS))
  })

  it('has a name for each', () => {
    const names = REASONS.map(([, reason]) => disconnectReasonName(reason))

    expect(new Set(names)).to.have.lengthOf(REASONS.length)
    expect(names).to.include.members(['disconnect requested', 'too many peers', 'subprotocol error']).and.not.include('unknown reason')
  })

  it('has words for others, and for none', () => {
    expect(disconnectReasonName(0x0c)).to.equal('unknown reason')
    expect(disconnectReasonName(undefined)).to.equal('no reason given')
  })
})

describe('encodeDisconnect', () => {
  for (const [name, reason] of REASONS) {
    it(`writes ${name} as a list of one`, () => {
      expect(encodeDisconnect(reason)).to.equalBytes(reason === 0 ? hex('c180') : Uint8Array.of(0xc1, reason))
    })
  }

  it('writes a reason of two bytes', () => {
    expect(encodeDisconnect(0xff)).to.equalBytes(hex('c281ff'))
  })
})

describe('decodeDisconnect', () => {
  for (const [name, reason] of REASONS.slice(1)) {
    it(`reads ${name} as a list and as an integer, compressed or not`, () => {
      const digits = reason.toString(16).padStart(2, '0')

      for (const payload of [...forms(digits), ...forms(`c1${digits}`)]) {
        expect(decodeDisconnect(payload)).to.equal(reason)
      }
    })
  }

  for (const digits of ZEROS) {
    it(`reads requested as ${digits}, compressed or not`, () => {
      for (const payload of forms(digits)) {
        expect(decodeDisconnect(payload)).to.equal(DisconnectReason.requested)
      }
    })
  }

  const unknown: Array<[string, number]> = [
    ['0c', 0x0c],
    ['c10c', 0x0c],
    ['c17f', 0x7f],
    ['81ff', 0xff],
    ['c281ff', 0xff],
    ['c3820100', 0x100],
    ['c584ffffffff', 0xffff_ffff]
  ]

  for (const [digits, reason] of unknown) {
    it(`keeps ${reason}, which is no reason, as ${digits}, compressed or not`, () => {
      for (const payload of forms(digits)) {
        expect(decodeDisconnect(payload)).to.equal(reason)
      }
    })
  }

  const longer: Record<string, Input> = {
    'a second item': [4, 5],
    'a text behind it': [4, 'too many peers'],
    'a list behind it': [4, [[], []]]
  }

  for (const [title, items] of Object.entries(longer)) {
    it(`reads a list with ${title}, compressed or not`, () => {
      expect(decodeDisconnect(encode(items))).to.equal(DisconnectReason.tooManyPeers)
      expect(decodeDisconnect(literal(encode(items)))).to.equal(DisconnectReason.tooManyPeers)
    })
  }

  it('reads a list that other bytes follow', () => {
    expect(decodeDisconnect(hex('c104ffff'))).to.equal(DisconnectReason.tooManyPeers)
  })

  const none: Record<string, string> = {
    'an empty payload': '',
    'an empty list': 'c0',
    // reth, test_reason_zero_length_list
    'an empty list and more': 'c000',
    'a list in the list': 'c1c0',
    'a list that is cut short': 'c204',
    'a reason that is cut short': '82ff',
    'a reason of 5 bytes': 'c6850100000000',
    'a reason in too many bytes': '8104',
    'a reason with the size of a size': 'b90001',
    'nothing but ff': 'ff'.repeat(64),
    'nothing but c1': 'c1'.repeat(2048)
  }

  for (const [title, digits] of Object.entries(none)) {
    it(`reads no reason in ${title}`, () => {
      expect(decodeDisconnect(hex(digits))).to.equal(undefined)
    })
  }

  it('reads no reason in an empty list that is compressed', () => {
    expect(decodeDisconnect(hex('0100c0'))).to.equal(undefined)
  })

  it('does not uncompress what is too large for a Disconnect', () => {
    // 2^32 - 1 bytes, then 64 KiB that begin with a reason
    expect(decodeDisconnect(hex('ffffffff0ff4ffff04'))).to.equal(undefined)
    expect(decodeDisconnect(literal(encode([4, new Uint8Array(50)])))).to.equal(DisconnectReason.tooManyPeers)
    expect(decodeDisconnect(literal(encode([4, new Uint8Array(64)])))).to.not.equal(DisconnectReason.tooManyPeers)
  })
})

describe('DisconnectError', () => {
  it('names who, the reason and the stage', () => {
    expect(new DisconnectError(DisconnectReason.tooManyPeers, 'remote', 'in place of Hello')).to.include({
      name: 'DisconnectError',
      reason: 4,
      by: 'remote',
      message: 'The peer disconnected in place of Hello: too many peers (0x04)'
    })
    expect(new DisconnectError(0x10)).to.include({ reason: 0x10, by: 'local', message: 'We disconnected: subprotocol error (0x10)' })
    expect(new DisconnectError(0x1234, 'remote').message).to.equal('The peer disconnected: unknown reason (0x1234)')
    expect(new DisconnectError(undefined, 'remote').message).to.equal('The peer disconnected: no reason given')
  })
})
