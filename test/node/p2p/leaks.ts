import { getEventListeners } from 'node:events'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect } from 'aegir/chai'
import { DisconnectReason } from '../../../src/p2p/disconnect.ts'
import { DisconnectError } from '../../../src/p2p/errors.ts'
import { hex } from '../../fixtures/hex.ts'
import { openFailing } from '../../fixtures/p2p-peers.ts'
import { openSocketPeers, socketDuplexes } from '../../fixtures/p2p-sockets.ts'
import { expectResources, resources } from '../../fixtures/resources.ts'
import type { AcceptInit } from '../../../src/p2p/connect.ts'
import type { Peers } from '../../fixtures/p2p-peers.ts'

const BATCHES = 10
const BATCH = 10

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

describe('a connection', () => {
  it('keeps nothing that was only needed to open it', async () => {
    const peers: Peers[] = []

    // in a function of its own, whose variables are gone after it
    const open = async (): Promise<Array<WeakRef<object>>> => {
      const { signal } = new AbortController()
      const checkpoint = (): void => {}
      peers.push(await openSocketPeers({ signal, checkpoint }, { signal, checkpoint }))

      return [new WeakRef(signal), new WeakRef(checkpoint)]
    }

    const refs = await open()

    // a WeakRef holds on until the turn in which it was made is over
    await new Promise(resolve => setTimeout(resolve, 10))
    collectGarbage()
    const kept = refs.map(ref => ref.deref() != null)
    await Promise.all(peers.map(async ({ dialled }) => dialled.disconnect()))

    expect(kept).to.deep.equal([false, false])
  })
})

describe('a hundred connections', () => {
  /** Opens and closes them, with one signal for all, and looks whether anything is left. */
  async function repeat (run: (init: Partial<AcceptInit>) => Promise<unknown>): Promise<void> {
    // the timer of the test itself begins after the first turn
    await new Promise(resolve => setImmediate(resolve))
    const before = resources()
    const { signal } = new AbortController()

    for (let i = 0; i < BATCHES; i++) {
      await Promise.all(Array.from({ length: BATCH }, async () => run({ signal, disconnectGrace: 50 })))
    }

    expect(getEventListeners(signal, 'abort')).to.have.lengthOf(0)
    await expectResources(before)
  }

  async function use ({ dialled, accepted }: Peers): Promise<void> {
    await dialled.capability('eth').send({ id: 0, payload: hex('c0') })
    await accepted.capability('eth').source.next()
    const waiting = dialled.ping().catch(() => {})
    await Promise.all([dialled.disconnect(), accepted.closed, waiting])
  }

  it('that were closed leave nothing', async () => {
    await repeat(async (init) => use(await openSocketPeers(init, init)))
  })

  it('that were closed by both sides leave nothing', async () => {
    await repeat(async (init) => {
      const { dialled, accepted } = await openSocketPeers(init, init)
      await Promise.all([dialled.disconnect(), accepted.disconnect(DisconnectReason.quitting)])
    })
  })

  it('that were refused leave nothing', async () => {
    const checkpoint = (): void => { throw new DisconnectError(DisconnectReason.tooManyPeers) }

    await repeat(async (init) => openFailing(init, { ...init, checkpoint }, await socketDuplexes()))
  })

  it('that were dialled with a wrong key leave nothing', async () => {
    await repeat(async (init) => openFailing(init, { ...init, privateKey: new Uint8Array(32).fill(9) }, await socketDuplexes()))
  })

  it('that share nothing leave nothing', async () => {
    const capabilities = [{ name: 'les', version: 4, length: 23 }]

    await repeat(async (init) => openFailing(init, { ...init, capabilities }, await socketDuplexes()))
  })

  it('that were aborted leave nothing', async () => {
    await repeat(async (init) => {
      const controller = new AbortController()
      const failing = openFailing({ ...init, signal: controller.signal }, init, await socketDuplexes())
      controller.abort(new Error('changed my mind'))
      await failing
      expect(getEventListeners(controller.signal, 'abort')).to.have.lengthOf(0)
    })
  })
})
