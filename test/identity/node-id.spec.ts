import { expect } from 'aegir/chai'
import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'
import {
  NODE_ID_LENGTH, nodeIdFromHex, nodeIdFromPublicKey, nodeIdToHex, publicKeyFromNodeId, validateNodeId
} from '../../src/identity/index.ts'

// the base point, which is the public key of private key 1, and its negative, that of n - 1
const X = '79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798'
const Y = '483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8'
const NEGATIVE_Y = 'b7c52588d95c3b9aa25b0403f1eef75702e84bb7597aabe663b82f6f04ef2777'
const FIELD_PRIME = 'fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f'

const ID = fromString(X + Y, 'base16')

const WRONG: Array<[string, string]> = [
  ['a point off the curve', X + Y.replace(/8$/, '9')],
  ['zeros', '00'.repeat(64)],
  ['a coordinate that is the field prime', FIELD_PRIME + Y],
  ['coordinates in the wrong order', Y + X]
]

describe('node id', () => {
  it('goes from hex to bytes and back', () => {
    expect(nodeIdFromHex(X + Y)).to.equalBytes(ID)
    expect(nodeIdToHex(ID)).to.equal(X + Y)
  })

  it('is read in upper case, written in lower case', () => {
    expect(nodeIdToHex(nodeIdFromHex((X + Y).toUpperCase()))).to.equal(X + Y)
  })

  it('goes from public key to bytes and back', () => {
    for (const [prefix, y] of [['02', Y], ['03', NEGATIVE_Y]]) {
      const [compressed, uncompressed, id] = [prefix + X, `04${X}${y}`, X + y].map(hex => fromString(hex, 'base16'))

      expect(nodeIdFromPublicKey(compressed)).to.equalBytes(id)
      expect(nodeIdFromPublicKey(uncompressed)).to.equalBytes(id)
      expect(publicKeyFromNodeId(id)).to.equalBytes(compressed)
    }
  })

  it('has 64 bytes', () => {
    expect(NODE_ID_LENGTH).to.equal(64)
    expect(nodeIdFromPublicKey(fromString(`02${X}`, 'base16'))).to.have.lengthOf(NODE_ID_LENGTH)
  })

  it('is read where it lies in a larger buffer', () => {
    const larger = concat([Uint8Array.of(1, 2, 3), ID, Uint8Array.of(4)]).subarray(3, 67)

    expect(nodeIdToHex(larger)).to.equal(X + Y)
    expect(toString(publicKeyFromNodeId(larger), 'base16')).to.equal(`02${X}`)
  })

  for (const [name, hex] of WRONG) {
    it(`is not ${name}`, () => {
      const id = fromString(hex, 'base16')

      for (const use of [() => validateNodeId(id), () => nodeIdToHex(id), () => publicKeyFromNodeId(id), () => nodeIdFromHex(hex)]) {
        expect(use).to.throw('not a point').with.property('name', 'InvalidNodeIdError')
      }
    })
  }

  for (const length of [0, 32, 63, 65, 128]) {
    it(`is not ${length} bytes`, () => {
      const id = concat([ID, ID]).subarray(0, length)

      for (const use of [() => validateNodeId(id), () => nodeIdToHex(id), () => publicKeyFromNodeId(id)]) {
        expect(use).to.throw(`got ${length}`).with.property('name', 'InvalidNodeIdError')
      }
    })
  }

  for (const hex of ['', '0', X, `0x${X}${Y}`, `04${X}${Y}`, `${X}${Y}`.replace('7', 'g'), `${X}${Y}\n`, ` ${X}${Y}`]) {
    it(`is not the digits ${JSON.stringify(hex)}`, () => {
      expect(() => nodeIdFromHex(hex)).to.throw('128 hexadecimal digits').with.property('name', 'InvalidNodeIdError')
    })
  }

  for (const hex of [
    '', '00', X, `04${X}`, `05${X}`, `02${FIELD_PRIME}`, `02${'00'.repeat(31)}05`, `04${X}${NEGATIVE_Y.replace('b', 'c')}`, X + Y
  ]) {
    it(`does not come from the public key ${hex.slice(0, 16)}… of ${hex.length / 2} bytes`, () => {
      expect(() => nodeIdFromPublicKey(fromString(hex, 'base16'))).to.throw('not a point').with.property('name', 'InvalidNodeIdError')
    })
  }
})
