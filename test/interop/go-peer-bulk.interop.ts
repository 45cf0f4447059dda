import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'aegir/chai'
import { settled } from '../fixtures/p2p-traffic.ts'
import { readMessages, receivedBy, sendFrom, sendMessages } from './exchange-messages.ts'
import { offerOf, startGoPeer } from './go-peer.ts'
import { WAYS } from './us.ts'
import type { GoPeer, GoPeerOptions } from './go-peer.ts'
import type { Conversation, Way } from './us.ts'
import type { CapabilityMessages } from '../../src/p2p/index.ts'

const CAPABILITIES = [{ name: 'bulk', version: 1, length: 2 }]
const MIB = 1024 * 1024

/** More than both sides' sockets and ours hold. */
const MANY = { count: 48, size: MIB }

/** go-ethereum gives up a peer that takes nothing for 20 s, as we do one that sends no Ping either. */
const SHORT_NAP = 12_000
const LONG_NAP = 30_000

/** What connections may come to hold while a reader sleeps: less than one message more for each. */
const MAX_GROWTH = 16 * MIB

interface Talk {
  go: GoPeer
  conversation: Conversation
  bulk: CapabilityMessages
}

async function withPeer ({ start }: Way, options: GoPeerOptions, scenario: (talk: Talk) => Promise<void>): Promise<void> {
  const [us, go] = [await start(CAPABILITIES), await startGoPeer({ caps: offerOf(CAPABILITIES), echo: false, ...options })]

  try {
    const conversation = await us.dial(go.enode)
    await scenario({ go, conversation, bulk: await conversation.open('bulk') })
  } finally {
    await us.stop()
    await go.stop()
  }
}

/** A nap is spent with all the ways we have at once. */
async function everyWay (options: GoPeerOptions, scenario: (talk: Talk) => Promise<void>): Promise<void> {
  await Promise.all(WAYS.map(async (way) => withPeer(way, options, scenario)))
}

/** The memory of a sleep of that long has to stay what it is. */
async function sleepWithoutGrowth (ms: number): Promise<void> {
  const before = held()
  await delay(ms)
  expect(held() - before).to.be.lessThan(MAX_GROWTH)
}

function held (): number {
  const { external, arrayBuffers } = process.memoryUsage()

  return external + arrayBuffers
}

WAYS.forEach((way) => {
  describe(`${way.name} and a peer on go-ethereum's p2p.Server, in bulk`, function () {
    this.timeout(240_000)

    it('send 100,000 small messages, which arrive in order', async () => {
      const small = { count: 100_000, size: 64 }

      await withPeer(way, { batch: small.count }, async ({ go, bulk }) => {
        const sent = await sendMessages(bulk, small)
        expect(await receivedBy(go, bulk)).to.deep.equal(sent)

        const [theirs, received] = await Promise.all([sendFrom(go, bulk, { id: 1, ...small }), readMessages(bulk, small.count, 1)])
        expect(received).to.deep.equal(theirs)
      })
    })

    it('send at full speed, both at once', async () => {
      await withPeer(way, { batch: MANY.count }, async ({ go, bulk }) => {
        const [ours, theirs, received] = await Promise.all([
          sendMessages(bulk, MANY), sendFrom(go, bulk, { id: 1, ...MANY }), readMessages(bulk, MANY.count, 1)
        ])

        expect(await receivedBy(go, bulk)).to.deep.equal(ours)
        expect(received).to.deep.equal(theirs)
      })
    })
  })
})

describe("a reader that sleeps, on one side or the other of go-ethereum's p2p.Server", function () {
  this.timeout(240_000)

  it('slows us, costs no memory and loses nothing, for longer than writes may be blocked', async () => {
    await everyWay({ batch: MANY.count }, async ({ go, conversation, bulk }) => {
      go.send({ cmd: 'sleep', ms: LONG_NAP })
      await go.next('asleep')

      let sent = 0
      const sending = sendMessages(bulk, MANY, () => { sent++ })
      const before = await settled(() => sent)
      expect(before).to.be.lessThan(MANY.count)
      await sleepWithoutGrowth(LONG_NAP / 2)
      expect(sent).to.equal(before)

      expect(await receivedBy(go, bulk)).to.deep.equal(await sending)
      expect(await conversation.ping()).to.be.greaterThan(0)
    })
  })

  it('slows the peer, costs no memory and loses nothing, for shorter than its writes may be blocked', async () => {
    await everyWay({}, async ({ go, conversation, bulk }) => {
      const sending = sendFrom(go, bulk, { id: 1, ...MANY })
      await settled(held)
      await sleepWithoutGrowth(SHORT_NAP)

      const received = await readMessages(bulk, MANY.count, 1)
      expect(received).to.deep.equal(await sending)
      expect(await conversation.ping()).to.be.greaterThan(0)
    })
  })

  it('is given up by the peer after 20 s, and reads what had come before it is told', async () => {
    await everyWay({}, async ({ go, conversation, bulk }) => {
      go.send({ cmd: 'send', capability: 'bulk/1', id: 1, ...MANY })
      await go.next('disconnect')

      let read = 0
      const end = await readMessages(bulk, MANY.count, 1, () => { read++ }).catch((err: Error) => err)
      expect(read).to.be.within(1, MANY.count - 1)
      expect(end).to.have.property('name').that.is.oneOf(['SessionClosedError', 'TruncatedFrameError'])
      expect(await conversation.ended).to.have.property('error', end)
    })
  })
})
