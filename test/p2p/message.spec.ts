import { expect } from 'aegir/chai'
import { decodeMessage, encodeMessage } from '../../src/p2p/message.ts'
import { atOddOffset } from '../fixtures/chunks.ts'
import { hex } from '../fixtures/hex.ts'

describe('encodeMessage', () => {
  const ids: Array<[number, string]> = [
    [0, '80'],
    [1, '01'],
    [0x10, '10'],
    [0x7f, '7f'],
    [0x80, '8180'],
    [0xff, '81ff'],
    [0x100, '820100'],
    [0xffff_ffff, '84ffffffff']
  ]

  for (const [id, digits] of ids) {
    it(`writes id ${id} as ${digits}, and decodeMessage reads it`, () => {
      const message = encodeMessage(id, hex('c0ff')).subarray()

      expect(message).to.equalBytes(hex(`${digits}c0ff`))
      expect(decodeMessage(message)).to.deep.equal({ id, payload: hex('c0ff') })
    })
  }

  it('writes an empty payload', () => {
    expect(encodeMessage(2, new Uint8Array()).subarray()).to.equalBytes(hex('02'))
  })
})

describe('decodeMessage reads', () => {
  const good: Array<[string, number, string]> = [
    ['00', 0, ''],
    ['00c0', 0, 'c0'],
    ['80', 0, ''],
    // what follows the id is payload, whatever it is
    ['8000', 0, '00'],
    ['02', 2, ''],
    ['8180', 0x80, ''],
    ['818000', 0x80, '00'],
    ['820100c0', 0x100, 'c0'],
    ['83010000', 0x1_0000, ''],
    ['8401000000ff', 0x100_0000, 'ff']
  ]

  for (const [message, id, payload] of good) {
    it(`${message} as id ${id}`, () => {
      for (const bytes of [hex(message), atOddOffset(hex(message))]) {
        expect(decodeMessage(bytes)).to.deep.equal({ id, payload: hex(payload) })
      }
    })
  }
})

describe('decodeMessage refuses', () => {
  const bad: Record<string, string> = {
    'an empty frame': '',
    'an id without its bytes': '81',
    'an id that is cut short': '84010203',
    'an id of 5 bytes': '850100000000',
    'an id of 56 bytes': `b838${'01'.repeat(56)}`,
    'an id that is a list': 'c0',
    'an id that is a long list': 'f800',
    'an id of more bytes than it needs': '8110',
    'an id 0 of one byte more': '8100',
    'an id with a leading zero': '82000180',
    'an id of zeros': '8400000000'
  }

  for (const [title, message] of Object.entries(bad)) {
    it(title, () => {
      for (const bytes of [hex(message), atOddOffset(hex(message))]) {
        expect(() => decodeMessage(bytes)).to.throw('id').with.property('name', 'MalformedMessageError')
      }
    })
  }
})
