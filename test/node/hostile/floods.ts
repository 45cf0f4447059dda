import { expect } from 'aegir/chai'
import { encode } from 'rlp'
import { concat } from 'uint8arrays/concat'
import { MUXER, TRANSPORT } from '../../fixtures/hostile-nodes.ts'
import { SESSION } from '../../fixtures/hostile-plain.ts'
import { describeAttacks, heldBytes } from '../../fixtures/hostile-table.ts'
import { until } from '../../fixtures/hostile-target.ts'
import { incompressible } from '../../fixtures/p2p-raw-peer.ts'
import { literal } from '../../fixtures/p2p-snappy.ts'
import { settled, Traffic } from '../../fixtures/p2p-traffic.ts'
import type { Attacker } from '../../fixtures/hostile-attacker.ts'

const KIB = 1024
const MIB = 1024 * KIB
const [PING, ETH] = [2, 16]

/** More than the sockets of both sides hold, in messages of `SIZE`. */
const COUNT = 256
const SIZE = 64 * KIB

/** What the sockets and one connection may come to hold. */
const MAX_HELD = 48 * MIB

/** Pings of one write. */
const BATCH = 500
const LISTED = literal(encode([]))

/** How long we may take to read on before a writer takes it that we do not, in milliseconds. */
const PATIENCE = 1_000

/** Writes for as long as we read; returns how many were written. */
async function flood (attacker: Attacker, count: number, message: (number: number) => Uint8Array): Promise<number> {
  let written = 0

  while (written < count && !attacker.ended) {
    if (!attacker.socket.write(message(written++))) {
      const drained = new Promise((resolve) => { attacker.socket.once('drain', () => { resolve(true) }) })

      if (await Promise.race([drained, new Promise((resolve) => { setTimeout(resolve, PATIENCE).unref() })]) !== true) {
        break
      }
    }
  }

  return written
}

describe('floods', function () {
  this.timeout(300_000)

  describeAttacks({
    layers: [TRANSPORT, MUXER, SESSION],
    limits: { writeTimeout: 60_000, pingInterval: 300_000, helloTimeout: 300_000 },
    attacks: [
      {
        title: 'H11 does not read while we send, and then it does',
        run: async (attacker, target) => {
          await attacker.open()
          const side = await target.nextSide()
          attacker.socket.pause()
          const before = heldBytes()
          const traffic = new Traffic(await side.messages('eth'), COUNT, SIZE)
          const sent = await settled(() => traffic.sent)
          await target.serve()

          expect(sent).to.be.lessThan(COUNT)
          expect(heldBytes() - before).to.be.lessThan(MAX_HELD)

          attacker.socket.resume()

          for (let received = 0; received < COUNT; received++) {
            expect(await attacker.message()).to.have.property('id', ETH + received % 18)
          }

          await traffic.done
        }
      },
      {
        title: 'H12 floods a capability whose reader sleeps, and then does not',
        run: async (attacker, target) => {
          await attacker.open()
          const side = await target.nextSide()
          const messages = await side.messages('eth')
          const payload = incompressible(SIZE)
          const before = heldBytes()
          const written = await flood(attacker, COUNT, number => attacker.wire(ETH + number % 18, literal(payload)))
          await target.serve()

          expect(written).to.be.lessThan(COUNT)
          expect(heldBytes() - before).to.be.lessThan(MAX_HELD)

          for (let received = 0; received < written; received++) {
            const { value } = await messages.source.next()
            expect(value?.id).to.equal(received % 18)
            expect(value?.payload.byteLength).to.equal(SIZE)
          }
        }
      }
    ]
  })

  describeAttacks({
    layers: [TRANSPORT, MUXER, SESSION],
    limits: { writeTimeout: 1_000, pingInterval: 300_000, helloTimeout: 300_000 },
    attacks: [{
      title: 'H22 pings without end, and reads nothing',
      end: 'WriteTimeoutError',
      run: async (attacker, target) => {
        await attacker.open()
        await target.nextSide()
        attacker.socket.pause()
        const before = heldBytes()
        const cut = until(() => target.seen().length > 0)

        while (target.seen().length === 0) {
          if (!attacker.socket.write(concat(Array.from({ length: BATCH }, () => attacker.wire(PING, LISTED))))) {
            await Promise.race([cut, new Promise((resolve) => { attacker.socket.once('drain', () => { resolve(true) }) })])
          }
        }

        expect(heldBytes() - before).to.be.lessThan(MAX_HELD)
      }
    }]
  })
})
