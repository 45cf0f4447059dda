import { expect } from 'aegir/chai'
import { startTransport } from '../../fixtures/hostile-nodes.ts'
import { dialSocket } from '../../fixtures/hostile-sockets.ts'
import { expectSettled, heldBytes } from '../../fixtures/hostile-table.ts'
import { until } from '../../fixtures/hostile-target.ts'
import { createNode, rlpxAddress, stopNodes } from '../../fixtures/libp2p-nodes.ts'
import { resources } from '../../fixtures/resources.ts'
import type { NodeTarget } from '../../fixtures/hostile-nodes.ts'
import type { Socket } from 'node:net'

const MIB = 1024 * 1024

const IN_SEQUENCE = 10_000
const AT_ONCE = 2_000

/** What waits to be accepted stays far below a listener's backlog of 511: what is over it the system forgets without a word. */
const WAVE = 100

/** No handshake has had its time before the test is through with it, in milliseconds: else there would be no need of a cap. */
const PATIENCE = 200_000

/** The defaults of the transport. */
const [PENDING, PER_ADDRESS] = [50, 8]

/** What is left once all are gone: what is compiled and cached, of which libsecp256k1's memory is the most. */
const MAX_GROWTH = 24 * MIB

/** Addresses that hold as many handshakes as there may be, and one more that holds none. */
const ADDRESSES = Array.from({ length: Math.ceil(PENDING / PER_ADDRESS) }, (_, i) => `127.0.0.${i + 2}`)

describe('sockets that say nothing', function () {
  this.timeout(300_000)

  let target: NodeTarget
  let before: Record<string, number>
  let held: number
  let sockets: Socket[]

  beforeEach(async () => {
    target = await startTransport({ maxPendingHandshakes: PENDING, maxPendingHandshakesPerAddress: PER_ADDRESS, handshakeTimeout: PATIENCE })
    await new Promise(resolve => setImmediate(resolve))
    before = resources()
    held = heldBytes()
    sockets = []
  })

  afterEach(async () => {
    await leave()
    await until(() => heldBytes() - held < MAX_GROWTH)
    await stopNodes()
  })

  /** Opens a socket; it is gone from `sockets` as soon as it is closed. */
  async function open (localAddress: string): Promise<Socket> {
    const socket = await dialSocket(target.port, localAddress)
    socket.resume()
    sockets.push(socket)

    return socket
  }

  /** Opens so many as fast as they are accepted. */
  async function openMany (addressOf: (number: number) => string): Promise<void> {
    for (let opened = 0; opened < AT_ONCE; opened += WAVE) {
      await Promise.all(Array.from({ length: WAVE }, async (_, i) => open(addressOf(i))))
      await target.serve()
    }
  }

  function left (): number {
    return sockets.filter(({ readableEnded, destroyed }) => !readableEnded && !destroyed).length
  }

  /** A peer that has not been there yet is taken, and one that has is served. */
  async function expectService (): Promise<void> {
    const newcomer = await createNode({ listen: false })
    expect(await newcomer.dial(rlpxAddress(target.node))).to.have.property('status', 'open')
    await target.serve()
    await newcomer.stop()
  }

  async function leave (): Promise<void> {
    sockets.splice(0).forEach((socket) => { socket.destroy() })
    await expectSettled(before)
  }

  it(`are as many as may be, of ${IN_SEQUENCE} one after the other from one address`, async () => {
    for (let i = 1; i <= IN_SEQUENCE; i++) {
      await open(ADDRESSES[0])

      if (i % 100 === 0) {
        await until(() => left() === PER_ADDRESS)
        sockets.filter(({ readableEnded }) => readableEnded).forEach((socket) => { socket.destroy() })
        sockets = sockets.filter(({ destroyed }) => !destroyed)
        await target.serve()
      }
    }

    await expectService()
    await leave()
  })

  it(`are as many as may be, of ${AT_ONCE} at once`, async () => {
    await openMany(number => ADDRESSES[number % ADDRESSES.length])
    await until(() => left() === PENDING)
    await target.serve()
    await leave()
    await expectService()
  })

  it(`of one address leave room for others, of ${AT_ONCE} at once`, async () => {
    await openMany(() => ADDRESSES[0])
    await until(() => left() === PER_ADDRESS)
    await expectService()
    await leave()
  })
})
