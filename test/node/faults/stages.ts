/* eslint-disable no-loop-func -- the loops make tests, which run one after the other */
import { expect } from 'aegir/chai'
import { disconnect, sessionEndOf } from '../../../src/index.ts'
import { ends, openFaultyProxy, resets, stalls, Trap } from '../../fixtures/faulty-proxy.ts'
import { stopNodes } from '../../fixtures/libp2p-nodes.ts'
import { incompressible } from '../../fixtures/p2p-raw-peer.ts'
import { expectResources, resources } from '../../fixtures/resources.ts'
import { createEchoingNode, createStackNode, exchange, gone, portOf, stackAddress, STACKS } from '../../fixtures/stacks.ts'
import type { FaultyProxy, Toxic } from '../../fixtures/faulty-proxy.ts'
import type { Patience, Stack, StackNode } from '../../fixtures/stacks.ts'

interface Fault {
  create (after: number): Toxic

  /** In how many places of each direction it is tried. */
  places: number
  patience?: Patience
}

const FAULTS: Record<string, Fault> = {
  'is reset': { create: resets, places: 16 },
  ends: { create: ends, places: 16 },
  stalls: { create: stalls, places: 3, patience: { setUp: 500, ping: 500 } }
}

/** What those who wait are told, where it takes too long also by libp2p's limit of a whole dial; with the others it is often multistream-select, or a muxer of libp2p's, that tells it. */
const TOLD: Partial<Record<Stack, string[]>> = {
  rlpxTransport: ['DisconnectError', 'HandshakeClosedError', 'HandshakeTimeoutError', 'HelloTimeoutError', 'PingTimeoutError', 'SessionClosedError', 'TimeoutError', 'TruncatedFrameError']
}

for (const stack of STACKS) {
  describe(`a connection by ${stack} that is set up`, function () {
    this.timeout(60_000)

    let before: Record<string, number>
    let dialler: StackNode
    let listener: StackNode
    let proxy: FaultyProxy

    async function begin (patience?: Patience): Promise<void> {
      [dialler, listener] = await Promise.all([createStackNode(stack, patience), createEchoingNode(stack, patience)])
      proxy = await openFaultyProxy(portOf(listener))
    }

    beforeEach(async () => {
      // the timer of the test itself begins after the first turn
      await new Promise(resolve => setImmediate(resolve))
      before = resources()
    })

    afterEach(async () => {
      await stopNodes()
      await proxy.close()
      await expectResources(before)
    })

    for (const [fault, { create, places, patience }] of Object.entries(FAULTS)) {
      for (const direction of ['up', 'down'] as const) {
        it(`and ${fault} at any place, ${direction === 'up' ? 'from' : 'to'} who dialled, settles, and leaves nothing`, async () => {
          await begin()
          const total = await measure(direction)

          if (patience != null) {
            await stopNodes()
            await proxy.close()
            await begin(patience)
          }

          const errors = new Set<string>()

          for (let place = 0; place < places; place++) {
            proxy.toxics = { [direction]: create(1 + Math.floor(total * place / places)) }
            await meet().catch((err: Error) => { errors.add(err.name) })
            await gone(dialler, listener)
          }

          expect(errors).to.not.be.empty()
          expect(TOLD[stack] ?? [...errors]).to.include.members([...errors])

          if (patience == null) {
            proxy.toxics = {}
            await meet()
          }
        })
      }
    }

    for (const direction of ['up', 'down'] as const) {
      it(`and is reset within a frame ${direction === 'up' ? 'from' : 'to'} who dialled, settles, and leaves nothing`, async () => {
        await begin()
        const trap = new Trap()
        proxy.toxics = { [direction]: trap.toxic }
        const connection = await dialler.dial(stackAddress(listener, proxy.port))
        await exchange(stack, connection, Uint8Array.of(1))
        trap.sprung = true

        await expect(exchange(stack, connection, incompressible(10_000))).to.eventually.be.rejected.and.be.an('error')
        await gone(dialler, listener)
      })
    }

    if (stack !== 'rlpx') {
      it('and is reset within our Disconnect is over for both sides, and leaves nothing', async () => {
        await begin()
        const trap = new Trap()
        proxy.toxics = { up: trap.toxic }
        const connection = await dialler.dial(stackAddress(listener, proxy.port))
        await exchange(stack, connection, Uint8Array.of(1))
        const [accepted] = listener.getConnections()
        trap.sprung = true

        await disconnect(connection, 0x04)
        expect(await sessionEndOf(connection)).to.include({ by: 'local', reason: 0x04 })
        const { by, reason, error } = await sessionEndOf(accepted)
        expect({ by, reason }).to.deep.equal({ by: 'remote', reason: undefined })
        expect(error).to.have.property('name').that.is.oneOf(['SessionClosedError', 'TruncatedFrameError'])
        await gone(dialler, listener)
      })
    }

    /** How many bytes go in a direction until something has been said. */
    async function measure (direction: 'up' | 'down'): Promise<number> {
      await meet()
      const total = proxy.passed[direction]
      await gone(dialler, listener)

      return total
    }

    async function meet (): Promise<void> {
      const connection = await dialler.dial(stackAddress(listener, proxy.port))
      await exchange(stack, connection, Uint8Array.of(1, 2, 3))
      connection.abort(new Error('over'))
    }
  })
}
