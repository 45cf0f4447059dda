import { expect } from 'aegir/chai'
import { encodeMessage } from '../../../src/p2p/message.ts'
import { compress, MAX_UNCOMPRESSED } from '../../../src/p2p/snappy.ts'
import { FrameMaker } from '../../fixtures/frames.ts'
import { TRANSPORT } from '../../fixtures/hostile-nodes.ts'
import { expectSettled, heldBytes } from '../../fixtures/hostile-table.ts'
import { meetAttacker } from '../../fixtures/hostile-target.ts'
import { helloPayload } from '../../fixtures/p2p-hello.ts'
import { incompressible } from '../../fixtures/p2p-raw-peer.ts'
import { literal } from '../../fixtures/p2p-snappy.ts'
import { resources } from '../../fixtures/resources.ts'
import type { Attacker } from '../../fixtures/hostile-attacker.ts'
import type { OurSide, Target } from '../../fixtures/hostile-target.ts'

const MIB = 1024 * 1024
const ETH = 16
const LARGEST = 0xff_ff_ff
const SIZE = 64 * 1024

const FRAME_TIMEOUT = 5_000
const SECOND = 1_000

/** Ends well after the frame has had its time. */
const PATIENCE = 15

/** What the sockets and one connection may come to hold, one message of 16 MiB included. */
const [MAX_HELD, MAX_BOMB, MAX_TRICKLE] = [48 * MIB, 64 * MIB, 8 * MIB]

/** How long the reader sleeps while it is written to, in milliseconds. */
const SLEEP = 20_000

describe('one peer', function () {
  this.timeout(300_000)

  let target: Target
  let before: Record<string, number>
  let attacker: Attacker

  beforeEach(async () => {
    target = await TRANSPORT.start({ frameTimeout: FRAME_TIMEOUT, pingInterval: 300_000 })
    await new Promise(resolve => setImmediate(resolve))
    before = resources()
    attacker = await meetAttacker(target, TRANSPORT.name, 'dialling us')
  })

  afterEach(async () => {
    attacker.socket.destroy()
    await expectSettled(before)
    await target.stop()
  })

  /** The most that was held beyond what had been, looked at again and again. */
  function watch (): () => number {
    const held = heldBytes()
    let peak = held
    const timer = setInterval(() => { peak = Math.max(peak, heldBytes()) }, 250)

    return () => {
      clearInterval(timer)
      peak = Math.max(peak, heldBytes())

      return peak - held
    }
  }

  function report (what: string, peak: number): void {
    // eslint-disable-next-line no-console
    console.info(`      peak ${what}: ${(peak / MIB).toFixed(1)} MiB more than before`)
  }

  async function meet (): Promise<OurSide> {
    await attacker.open()

    return target.nextSide()
  }

  it('that announces 16 MiB and sends a byte a second is cut, and costs nothing', async () => {
    await attacker.encrypt()
    const maker = new FrameMaker(attacker.secrets)
    const hello = helloPayload({ id: attacker.privateKey.publicKey, capabilities: [['eth', 69]] })
    attacker.write(maker.frame(encodeMessage(0, hello).subarray()))
    await target.nextSide()
    const peak = watch()
    attacker.write(maker.header(LARGEST, Uint8Array.of(0xc2, 0x80, 0x80)))
    let sent = 0

    while (!attacker.ended && sent < PATIENCE) {
      attacker.write(Uint8Array.of(0))
      sent++
      await new Promise(resolve => setTimeout(resolve, SECOND))
    }

    const held = peak()
    report('of a frame of 16 MiB that never comes', held)
    expect(attacker.ended).to.equal(true)
    expect(sent).to.be.at.least(2)
    expect(target.seen()).to.deep.equal(['FrameTimeoutError'])
    expect(held).to.be.lessThan(MAX_TRICKLE)
    await target.serve()
  })

  it('that floods a capability whose reader sleeps is not read on, and costs no more for as long as it tries', async () => {
    const messages = await (await meet()).messages('eth')
    const message = literal(incompressible(SIZE))
    const peak = watch()
    const end = performance.now() + SLEEP
    let written = 0
    let taken = true

    attacker.socket.on('drain', () => { taken = true })

    while (performance.now() < end) {
      for (; taken; written++) {
        taken = attacker.socket.write(attacker.wire(ETH + 1, message))
      }

      await new Promise(resolve => setTimeout(resolve, 50))
    }

    const held = peak()
    report(`of a reader that sleeps, with ${Math.round(written * SIZE / MIB)} MiB taken of a flood`, held)
    expect(held).to.be.lessThan(MAX_HELD)
    await target.serve()

    for (let read = 0; read < written; read++) {
      expect((await messages.source.next()).value).to.have.nested.property('payload.byteLength', SIZE)
    }
  })

  it('that sends one snappy bomb after another costs what one of them does', async () => {
    const messages = await (await meet()).messages('eth')
    const bomb = compress(new Uint8Array(MAX_UNCOMPRESSED)).slice()
    const peak = watch()

    for (let i = 0; i < 30; i++) {
      attacker.send(ETH + 1, bomb)
      expect((await messages.source.next()).value).to.have.nested.property('payload.byteLength', MAX_UNCOMPRESSED)
    }

    const held = peak()
    report('of 30 bombs of 16 MiB', held)
    expect(held).to.be.lessThan(MAX_BOMB)
    await target.serve()
  })
})
