import { expect } from 'aegir/chai'
import { encode } from 'rlp'
import { concat } from 'uint8arrays/concat'
import { hex } from '../../fixtures/hex.ts'
import { MUXER, TRANSPORT } from '../../fixtures/hostile-nodes.ts'
import { SESSION } from '../../fixtures/hostile-plain.ts'
import { describeAttacks } from '../../fixtures/hostile-table.ts'
import { nestedList } from '../../fixtures/nested-list.ts'
import { helloPayload } from '../../fixtures/p2p-hello.ts'
import { literal, varint } from '../../fixtures/p2p-snappy.ts'
import type { Attacker } from '../../fixtures/hostile-attacker.ts'
import type { Attack } from '../../fixtures/hostile-table.ts'
import type { HelloItems } from '../../fixtures/p2p-hello.ts'

const [PING, PONG, ETH] = [2, 3, 16]

/** What geth sends within a second, and what a queue of it holds. */
const BURST = 16

/** Far more than anybody needs. */
const FLOOD = 300

const LISTED = encode([])

/** Says something once both have said Hello. */
function saying (title: string, end: string | undefined, say: (attacker: Attacker) => void | Promise<void>, hello?: HelloItems): Attack {
  return {
    title,
    end,
    reason: end == null ? undefined : 0x02,
    run: async (attacker, target) => {
      await attacker.open(hello)
      await target.nextSide()
      await say(attacker)
    }
  }
}

/** Says something in place of Hello. */
function greeting (title: string, end: string, reason: number, payload: (attacker: Attacker) => Uint8Array, id = 0): Attack {
  return {
    title,
    end,
    reason,
    run: async (attacker) => {
      await attacker.meet()
      attacker.send(id, payload(attacker))
    }
  }
}

/** A block of snappy that no one may take. */
function corrupt (title: string, block: Uint8Array): Attack {
  return saying(`H15 sends snappy ${title}`, 'MalformedMessageError', (attacker) => { attacker.send(ETH, block) })
}

/** So many Pongs of ours. */
async function pongs (attacker: Attacker, count: number): Promise<void> {
  while (count > 0) {
    const message = await attacker.message()
    expect(message).to.have.property('id')
    count -= message?.id === PONG ? 1 : 0
  }
}

describe('messages that make no sense', function () {
  this.timeout(120_000)

  describeAttacks({
    layers: [TRANSPORT, MUXER, SESSION],
    limits: { disconnectGrace: 20 },
    attacks: [
      ...[0x100_0000, 0xffff_ffff].map(length => saying(
        `H3 claims that ${length} bytes were compressed`,
        'MalformedMessageError',
        (attacker) => { attacker.send(ETH, concat([varint(length), hex('ffffff')]).subarray(0, 7)) }
      )),

      saying('H9 says Hello again', 'ProtocolBreachError', (attacker) => { attacker.sendHello() }),
      ...[4, 15].map(id => saying(`H9 sends the reserved message ${id}`, 'ProtocolBreachError', (attacker) => {
        attacker.sendCompressed(id, LISTED)
      })),
      saying('H9 sends a message behind the last of its capabilities', 'ProtocolBreachError', (attacker) => {
        attacker.sendCompressed(ETH + 18, LISTED)
      }),
      greeting('H9 sends a Ping before Hello', 'ProtocolBreachError', 0x02, () => LISTED, PING),
      greeting("H9 sends a capability's message before Hello", 'ProtocolBreachError', 0x02, () => LISTED, ETH),

      saying(`H13 pings ${BURST} times at once, and is answered`, undefined, async (attacker) => {
        Array.from({ length: BURST }).forEach(() => { attacker.sendCompressed(PING, LISTED) })
        await pongs(attacker, BURST)
      }),
      saying(`H13 pings ${FLOOD} times at once, and is answered`, undefined, async (attacker) => {
        Array.from({ length: FLOOD }).forEach(() => { attacker.sendCompressed(PING, LISTED) })
        await pongs(attacker, FLOOD)
      }),
      saying('H13 pings with nothing, with a payload and with what is no snappy, and is answered', undefined, async (attacker) => {
        attacker.send(PING, new Uint8Array())
        attacker.sendCompressed(PING, new Uint8Array(1_000))
        attacker.send(PING, hex('ffffffffffff'))
        await pongs(attacker, 3)
      }),
      saying('H13 answers Pings that there were not', undefined, async (attacker) => {
        Array.from({ length: BURST }).forEach(() => { attacker.sendCompressed(PONG, LISTED) })
        attacker.sendCompressed(PING, LISTED)
        await pongs(attacker, 1)
      }),
      saying('H13 pings with more than a message of the base protocol may have', 'ProtocolBreachError', (attacker) => {
        attacker.send(PING, new Uint8Array(2_049))
      }),

      corrupt('of no bytes at all', new Uint8Array()),
      corrupt('that ends before the length it claims', hex('0500c0')),
      corrupt('that goes on behind the length it claims', hex('0100c0c1')),
      corrupt('with a literal that is cut short', hex('05100102')),
      corrupt('with a copy from nowhere', hex('0800c00505')),
      corrupt('with a copy from before the beginning', hex('0800c00109')),
      corrupt('whose length has no end', hex('ffffffffffff')),

      greeting('H16 sends a Hello that is no list', 'InvalidHelloError', 0x02, () => encode(new Uint8Array(100))),
      greeting('H16 sends a Hello that is empty', 'InvalidHelloError', 0x02, () => new Uint8Array()),
      greeting('H16 sends a Hello that is cut short', 'InvalidHelloError', 0x02, () => helloPayload().subarray(0, -1)),
      greeting('H16 sends a Hello whose length is over-long', 'InvalidHelloError', 0x02, () => hex('ffffffffffffffffff00')),
      greeting('H16 sends a Hello whose length is not canonical', 'InvalidHelloError', 0x02,
        ({ privateKey }) => concat([hex('fa0000'), helloPayload({ id: privateKey.publicKey }).subarray(1)])),
      greeting('H16 sends a Hello whose version is not canonical', 'InvalidHelloError', 0x02, () => helloPayload({ version: hex('0005') })),
      greeting('H16 sends a Hello of lists within lists', 'InvalidHelloError', 0x02, () => encode(nestedList(1_000)).subarray(0, 2_000)),
      greeting('H16 sends a Hello with lists within lists for capabilities', 'InvalidHelloError', 0x02,
        ({ privateKey }) => helloPayload({ id: privateKey.publicKey, capabilities: nestedList(600) })),
      greeting('H16 sends a Hello without a node id', 'InvalidHelloError', 0x07, () => helloPayload({ id: new Uint8Array(64) })),
      greeting('H16 sends a Hello with a node id of 65 bytes', 'InvalidHelloError', 0x07, () => helloPayload({ id: new Uint8Array(65).fill(1) })),

      saying('H25 calls itself and its capabilities what nobody should print', undefined, () => {}, {
        clientId: hex('0a0d1b5b324a1b5d303b780700ff80c0af__proto__'.replace('__proto__', '5f5f70726f746f5f5f2f2e2e2f')),
        capabilities: [['__proto__', 1], ['constructor', 1], ['a/../b', 1], ['\u001b[31m\n', 1], ['eth', 69], [hex('fffe'), 7]]
      })
    ]
  })

  it('are compressed as they should be where they make sense', () => {
    expect(literal(LISTED)).to.equalBytes(hex('0100c0'))
  })
})
