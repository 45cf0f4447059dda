import { expect } from 'aegir/chai'
import { encodeMessage } from '../../../src/p2p/message.ts'
import { compress, MAX_UNCOMPRESSED } from '../../../src/p2p/snappy.ts'
import { FrameMaker } from '../../fixtures/frames.ts'
import { MUXER, TRANSPORT } from '../../fixtures/hostile-nodes.ts'
import { SESSION } from '../../fixtures/hostile-plain.ts'
import { expectHeld, expectSettled, heldBytes, ROLES } from '../../fixtures/hostile-table.ts'
import { meetAttacker, until } from '../../fixtures/hostile-target.ts'
import { helloPayload } from '../../fixtures/p2p-hello.ts'
import { varint } from '../../fixtures/p2p-snappy.ts'
import { resources } from '../../fixtures/resources.ts'
import type { Attacker, Role } from '../../fixtures/hostile-attacker.ts'
import type { Layer, Target } from '../../fixtures/hostile-target.ts'

const MIB = 1024 * 1024
const ETH = 16
const LARGEST = 0xff_ff_ff

/** How many they are, and what all connections together may hold of what is not complete: once as many as they can be. */
const [FULL, SCALED] = [{ peers: 100, budget: 256 * MIB }, { peers: 14, budget: 64 * MIB }]

/** Of the budget, and less than what is sent: buffers that have grown wait to be collected. */
const MAX_PEAK = 3

/** What is left once all are gone: what is compiled and cached. */
const MAX_GROWTH = 48 * MIB

const BODY = new Uint8Array(LARGEST + 1 + 16 - 1).fill(7)
const BOMB = compress(new Uint8Array(MAX_UNCOMPRESSED)).slice()

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

const CASES: Array<{ layer: Layer, role: Role, peers: number, budget: number }> = [
  { layer: TRANSPORT, role: 'dialling us', ...FULL },
  { layer: TRANSPORT, role: 'dialled by us', ...SCALED },
  ...[MUXER, SESSION].flatMap(layer => ROLES.map(role => ({ layer, role, ...SCALED })))
]

for (const { layer, role, peers, budget } of CASES) {
  describe(`a crowd of hostile peers · ${layer.name} · ${role}`, function () {
    this.timeout(300_000)

    let target: Target
    let before: Record<string, number>
    let held: number
    let peak: number
    let attackers: Attacker[]

    beforeEach(async () => {
      target = await layer.start({ maxUnfinishedBytes: budget, frameTimeout: 300_000, pingInterval: 300_000, helloTimeout: 300_000 })
      await new Promise(resolve => setImmediate(resolve))
      before = resources()
      held = heldBytes()
      peak = held
      attackers = []
    })

    afterEach(async () => {
      attackers.forEach(({ socket }) => { socket.destroy() })
      await expectSettled(before)
      await expectHeld(held + MAX_GROWTH)
      await target.stop()
    })

    /** All of them attack, one after the other; returns how many are still there once so many are not. */
    async function attackBy (cut: number, attack: typeof sendBomb): Promise<void> {
      for (let i = 0; i < peers; i++) {
        const attacker = await meetAttacker(target, layer.name, role)
        attackers.push(attacker)
        await attack(attacker, target)
        await target.serve()
        peak = Math.max(peak, heldBytes())
      }

      await until(() => target.seen().length >= cut)
      await target.serve()
      peak = Math.max(peak, heldBytes())
    }

    it(`H21 is ${peers} peers, each of which holds the largest message all but one byte · ${layer.name} · ${role}`, async () => {
      await attackBy(peers - Math.floor(budget / LARGEST), beginLargest)
      // eslint-disable-next-line no-console
      console.info(`      peak: ${Math.round((peak - held) / MIB)} MiB over ${Math.round(held / MIB)}, of ${peers * 16} that were sent`)

      expect([...new Set(target.seen())]).to.deep.equal(['UnfinishedBytesError'])
      expect(peak - held).to.be.lessThan(MAX_PEAK * budget)
    })

    it(`H21 is ${peers} peers, each of which sends a snappy bomb · ${layer.name} · ${role}`, async () => {
      await attackBy(peers, sendBomb)
      // eslint-disable-next-line no-console
      console.info(`      peak: ${Math.round((peak - held) / MIB)} MiB over ${Math.round(held / MIB)}, of ${peers * 16} that were sent compressed`)

      expect(target.seen()).to.deep.equal(new Array(peers).fill('UnclaimedCapabilityError'))
      expect(peak - held).to.be.lessThan(MAX_GROWTH)
    })
  })
}
