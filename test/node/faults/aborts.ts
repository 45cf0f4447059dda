import { expect } from 'aegir/chai'
import { accept, connect } from '../../../src/p2p/connect.ts'
import { stopNodes } from '../../fixtures/libp2p-nodes.ts'
import { DIALLER, LISTENER } from '../../fixtures/p2p-peers.ts'
import { socketDuplexes } from '../../fixtures/p2p-sockets.ts'
import { expectResources, resources } from '../../fixtures/resources.ts'
import { createEchoingNode, createStackNode, exchange, gone, stackAddress, STACKS } from '../../fixtures/stacks.ts'
import { Steps } from '../../fixtures/steps.ts'
import type { Peer } from '../../../src/p2p/peer.ts'
import type { StackNode } from '../../fixtures/stacks.ts'

/** A task that is disturbed at every step of it, one time after another, until it is through before that. */
async function atEveryStep (stride: number, disturb: (steps: Steps, step: number) => Promise<unknown>): Promise<number> {
  const steps = new Steps()
  let step = 0

  do {
    await disturb(steps, step)
    step += stride
  } while (steps.count >= step - stride)

  return step
}

/** A dial that was not given up in time leaves a connection. */
async function end (dialler: StackNode, listener: StackNode): Promise<void> {
  dialler.getConnections().forEach((connection) => { connection.abort(new Error('over')) })
  await gone(dialler, listener)
}

describe('what is given up at any step of it', function () {
  this.timeout(240_000)

  let before: Record<string, number>

  beforeEach(async () => {
    // the timer of the test itself begins after the first turn
    await new Promise(resolve => setImmediate(resolve))
    before = resources()
  })

  afterEach(async () => {
    await stopNodes()
    await expectResources(before)
  })

  for (const side of ['connect', 'accept'] as const) {
    it(`settles, and leaves nothing: ${side}`, async () => {
      const count = await atEveryStep(1, async (steps, step) => {
        const [near, far] = await socketDuplexes()
        const controller = new AbortController()
        const { signal } = controller
        const reason = new Error('changed my mind')
        const options = (ours: boolean): { disconnectGrace: number, signal?: AbortSignal } => ({ disconnectGrace: 50, ...(ours ? { signal } : {}) })
        const dial = async (): Promise<Peer> => connect(near, { ...DIALLER, ...options(side === 'connect') })
        const answer = async (): Promise<Peer> => accept(far, { ...LISTENER, ...options(side === 'accept') })
        const [ours, theirs] = side === 'connect' ? [dial, answer] : [answer, dial]

        const other = theirs()
        other.catch(() => {})
        const [result] = await Promise.allSettled([steps.run(ours, step, () => { controller.abort(reason) }), other])

        if (result.status === 'rejected') {
          expect(result.reason).to.equal(reason)
        } else {
          await result.value.disconnect()
        }
      })

      expect(count).to.be.above(10)
    })
  }

  for (const stack of STACKS) {
    it(`settles, and leaves nothing: a dial by ${stack}`, async () => {
      const [dialler, listener] = await Promise.all([createStackNode(stack), createEchoingNode(stack)])

      const count = await atEveryStep(5, async (steps, step) => {
        const controller = new AbortController()
        const dial = steps.run(async () => dialler.dial(stackAddress(listener), { signal: controller.signal }), step, () => { controller.abort() })
        await Promise.allSettled([dial])
        await end(dialler, listener)
      })

      expect(count).to.be.above(50)
      await exchange(stack, await dialler.dial(stackAddress(listener)), Uint8Array.of(1))
    })

    for (const who of ['dials', 'is dialled'] as const) {
      it(`settles, and leaves nothing: a connection by ${stack} where the node that ${who} stops, which starts again`, async () => {
        const [dialler, listener] = await Promise.all([createStackNode(stack), createEchoingNode(stack)])
        const stopping: StackNode = who === 'dials' ? dialler : listener

        const meet = async (): Promise<void> => {
          const connection = await dialler.dial(stackAddress(listener))
          await exchange(stack, connection, Uint8Array.of(1))
        }

        const count = await atEveryStep(29, async (steps, step) => {
          let stopped: Promise<unknown> | undefined
          await Promise.allSettled([steps.run(meet, step, () => { stopped = stopping.stop() as Promise<void> })])
          await stopped
          await end(dialler, listener)
          await stopping.start()
        })

        expect(count).to.be.above(50)
        await meet()
      })
    }
  }
})
