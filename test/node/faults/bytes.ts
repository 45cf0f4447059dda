/* eslint-disable no-loop-func -- the loops make tests, which run one after the other */
import { expect } from 'aegir/chai'
import { disconnect, sessionEndOf } from '../../../src/index.ts'
import { delays, merges, openFaultyProxy, splits } from '../../fixtures/faulty-proxy.ts'
import { stopNodes } from '../../fixtures/libp2p-nodes.ts'
import { incompressible } from '../../fixtures/p2p-raw-peer.ts'
import { createEchoingNode, createStackNode, exchange, gone, portOf, stackAddress, STACKS } from '../../fixtures/stacks.ts'
import type { FaultyProxy, Toxic } from '../../fixtures/faulty-proxy.ts'
import type { StackNode } from '../../fixtures/stacks.ts'

const TOXICS: Record<string, Toxic> = {
  'late by 30 ms': delays(30),
  'one by one': splits,
  'together, all of 30 ms': merges(30)
}

const SIZES = [1, 15, 16, 17, 1_000, 3_000]

for (const stack of STACKS) {
  describe(`the bytes of ${stack} that arrive`, function () {
    this.timeout(120_000)

    let dialler: StackNode
    let listener: StackNode
    let proxy: FaultyProxy

    beforeEach(async () => {
      [dialler, listener] = await Promise.all([createStackNode(stack), createEchoingNode(stack)])
      proxy = await openFaultyProxy(portOf(listener))
    })

    afterEach(async () => {
      await stopNodes()
      await proxy.close()
    })

    for (const [how, toxic] of Object.entries(TOXICS)) {
      it(`${how}, are the same`, async () => {
        proxy.toxics = { up: toxic, down: toxic }
        const connection = await dialler.dial(stackAddress(listener, proxy.port))

        for (const size of SIZES) {
          await exchange(stack, connection, incompressible(size))
        }

        const [accepted] = listener.getConnections()

        if (stack === 'rlpx') {
          await connection.close()
        } else {
          const end = sessionEndOf(accepted)
          await disconnect(connection, 0x04)
          expect(await end).to.include({ by: 'remote', reason: 0x04 })
        }

        await gone(listener)
      })
    }
  })
}
