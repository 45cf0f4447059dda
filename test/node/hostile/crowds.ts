import { expect } from 'aegir/chai'
import { encodeMessage } from '../../../src/p2p/message.ts'
import { compress, MAX_UNCOMPRESSED } from '../../../src/p2p/snappy.ts'
import { FrameMaker } from '../../fixtures/frames.ts'
import { MUXER, startTransport, TRANSPORT } from '../../fixtures/hostile-nodes.ts'
import { SESSION } from '../../fixtures/hostile-plain.ts'
import { expectSettled, heldBytes, ROLES } from '../../fixtures/hostile-table.ts'
import { meetAttacker, until } from '../../fixtures/hostile-target.ts'
import { helloPayload } from '../../fixtures/p2p-hello.ts'
import { varint } from '../../fixtures/p2p-snappy.ts'
import { resources } from '../../fixtures/resources.ts'
import type { Attacker, Role } from '../../fixtures/hostile-attacker.ts'
import type { Layer, Target } from '../../fixtures/hostile-target.ts'

const MIB = 1024 * 1024
const ETH = 16
const PEERS = 100
const LARGEST = 0xff_ff_ff

/** What all connections together may hold of what is not complete. */
const BUDGET = 256 * MIB

/** A buffer that grows has room for twice what is in it, while the one before it waits to be collected. */
const MAX_PEAK = 5 * BUDGET

/** What is left once all are gone: what is compiled and cached. */
const MAX_GROWTH = 48 * MIB

/** From look to look at the memory, in milliseconds. */
const LOOK = 50

const BODY = new Uint8Array(LARGEST + 1 + 16 - 1).fill(7)
const BOMB = compress(new Uint8Array(MAX_UNCOMPRESSED))

/** Begins the largest message there can be, and keeps back its last byte. */
async function beginLargest (attacker: Attacker, target: Target): Promise<void> {
  await attacker.meet()

  if (attacker.layer === 'devp2p()') {
    attacker.sendHello()
    await target.nextSide()
    attacker.write(varint(LARGEST))
    attacker.write(BODY.subarray(0, LARGEST - 1))
    return
  }

  if (attacker.secrets == null) {
    throw new Error('There has been no encryption handshake')
  }

  const maker = new FrameMaker(attacker.secrets)
  const hello = helloPayload({ id: attacker.privateKey.publicKey, capabilities: [['eth', 69]] })
  attacker.write(maker.frame(encodeMessage(0, hello).subarray()))
  await target.nextSide()
  attacker.write(maker.header(LARGEST, Uint8Array.of(0xc2, 0x80, 0x80)))
  attacker.write(BODY)
}

/** Sends a message that is 21 times as large once it is uncompressed, for a capability that nobody reads. */
async function sendBomb (attacker: Attacker, target: Target): Promise<void> {
  await attacker.open()
  await target.nextSide()
  attacker.send(ETH, BOMB)
}

function memory (): number {
  const { heapUsed, external } = process.memoryUsage()

  return heapUsed + external
}

for (const layer of [TRANSPORT, MUXER, SESSION]) {
  describe(`crowds of hostile peers of ${layer.name}`, function () {
    this.timeout(300_000)

    let target: Target
    let before: Record<string, number>
    let held: number
    let peak: number
    let attackers: Attacker[]

    beforeEach(async () => {
      target = await layer.start({ maxUnfinishedBytes: BUDGET, frameTimeout: 300_000 })
      await new Promise(resolve => setImmediate(resolve))
      before = resources()
      held = heldBytes()
      peak = held
      attackers = []
    })

    afterEach(async () => {
      attackers.forEach(({ socket }) => { socket.destroy() })
      await expectSettled(before)
      expect(heldBytes() - held).to.be.lessThan(MAX_GROWTH)
      await target.stop()
    })

    /** All of them attack, one after the other; returns how many are still there once so many are not. */
    async function attackBy (role: Role, cut: number, attack: typeof sendBomb): Promise<void> {
      for (let i = 0; i < PEERS; i++) {
        const attacker = await meetAttacker(target, layer.name, role)
        attackers.push(attacker)
        await attack(attacker, target)
        await target.serve()
        peak = Math.max(peak, memory())
      }

      const looking = setInterval(() => { peak = Math.max(peak, memory()) }, LOOK)
      await until(() => target.seen().length >= cut)
      await target.serve()
      clearInterval(looking)
    }

    for (const role of ROLES) {
      it(`H21 is ${PEERS} peers, each of which holds the largest message all but one byte · ${layer.name} · ${role}`, async () => {
        await attackBy(role, PEERS - Math.floor(BUDGET / LARGEST), beginLargest)
        console.info(`        peak: ${Math.round((peak - held) / MIB)} MiB over ${Math.round(held / MIB)}, of ${PEERS * 16} that were sent`)

        expect(new Set(target.seen())).to.deep.equal(new Set(['UnfinishedBytesError']))
        expect(peak - held).to.be.lessThan(MAX_PEAK)
      })

      it(`H21 is ${PEERS} peers, each of which sends a snappy bomb · ${layer.name} · ${role}`, async () => {
        await attackBy(role, PEERS, sendBomb)
        console.info(`        peak: ${Math.round((peak - held) / MIB)} MiB over ${Math.round(held / MIB)}, of ${PEERS * 16} that were sent compressed`)

        expect(target.seen()).to.deep.equal(new Array(PEERS).fill('UnclaimedCapabilityError'))
        expect(peak - held).to.be.lessThan(MAX_PEAK)
      })
    }
  })
}
