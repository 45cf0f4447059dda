import { expect } from 'aegir/chai'
import { encode } from 'rlp'
import { concat } from 'uint8arrays/concat'
import { hex } from '../../fixtures/hex.ts'
import { MUXER, TRANSPORT } from '../../fixtures/hostile-nodes.ts'
import { SESSION } from '../../fixtures/hostile-plain.ts'
import { describeAttacks } from '../../fixtures/hostile-table.ts'
import { nestedList } from '../../fixtures/nested-list.ts'
import { literal } from '../../fixtures/p2p-snappy.ts'
import type { Attack } from '../../fixtures/hostile-table.ts'

const DISCONNECT = 1

/** Payloads, and the reason that is read from each: all of them are on the wire somewhere. */
const FORMS: Array<[title: string, payload: Uint8Array, reason: number | undefined]> = [
  ['a list', hex('c104'), 0x04],
  ['a list, compressed', literal(hex('c104')), 0x04],
  ['an integer', hex('04'), 0x04],
  ['an integer, compressed', literal(hex('04')), 0x04],
  ['an empty list', hex('c0'), undefined],
  ['an empty list, compressed', literal(hex('c0')), undefined],
  ['nothing', new Uint8Array(), undefined]
]

/** Payloads that are no Disconnect of any form. */
const MALFORMED: Array<[title: string, payload: Uint8Array]> = [
  ['of lists within lists', encode(nestedList(1_000)).subarray(0, 2_000)],
  ['of lists within lists, compressed', literal(encode(nestedList(600)))],
  ['that is cut short', hex('c40102')],
  ['whose length is over-long', hex('ffffffffffffffffff')],
  ['whose integer is over-long', concat([hex('c988'), new Uint8Array(8).fill(0xff)])],
  ['that claims to be 4 GiB, compressed', hex('ffffffff0f')]
]

function before (title: string, payload: Uint8Array, reason?: number): Attack {
  return {
    title: `H10 disconnects before Hello, with ${title}`,
    // the muxer's connection is there before Hello, so that it has an end, which none without a fault tells as an error
    end: ({ layer }) => layer === 'devp2p()' && reason == null ? 'undefined' : 'DisconnectError',
    run: async (attacker) => {
      await attacker.meet()
      attacker.send(DISCONNECT, payload)
    }
  }
}

function after (title: string, payload: Uint8Array, reason?: number): Attack {
  return {
    title,
    end: reason == null ? 'undefined' : 'DisconnectError',
    run: async (attacker, target) => {
      await attacker.open()
      const side = await target.nextSide()
      attacker.send(DISCONNECT, payload)
      expect(await side.ended).to.include({ by: 'remote', reason })
    }
  }
}

describe('a Disconnect in any form', function () {
  this.timeout(120_000)

  describeAttacks({
    layers: [TRANSPORT, MUXER, SESSION],
    attacks: [
      ...FORMS.map(form => before(...form)),
      ...FORMS.map(([title, ...form]) => after(`H10 disconnects with ${title}`, ...form)),
      ...MALFORMED.map(([title, payload]) => after(`H16 sends a Disconnect ${title}`, payload)),
      after('H25 disconnects with a reason that nobody knows', hex('c281ff'), 0xff)
    ]
  })
})
