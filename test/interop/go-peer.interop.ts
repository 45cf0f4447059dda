import { expect } from 'aegir/chai'
import { DisconnectReason } from '../../src/p2p/index.ts'
import { exchangeMessages } from './exchange-messages.ts'
import { offerOf, startGoPeer } from './go-peer.ts'
import { WAYS } from './us.ts'
import type { GoPeer } from './go-peer.ts'
import type { Conversation, Us } from './us.ts'
import type { Capability } from '../../src/p2p/index.ts'

// two versions of one name, and the length of the real thing: offsets matter
const CAPABILITIES: Capability[] = [
  { name: 'aaa', version: 1, length: 3 },
  { name: 'aaa', version: 2, length: 5 },
  { name: 'eth', version: 69, length: 18 },
  { name: 'zzz', version: 7, length: 2 }
]

const SIZES = [0, 1, 15, 16, 17, 65_536, 1_048_576, 10_485_760]
const REASONS = Object.values(DisconnectReason)

/** With a TCP error geth says nothing more. */
const UNSAID: number = DisconnectReason.tcpError
const FAREWELLS: number[] = [DisconnectReason.requested, DisconnectReason.quitting]

/** What holds whoever dialled. */
async function converse (go: GoPeer, conversation: Conversation): Promise<void> {
  const { caps } = await go.next('hello')
  expect(caps).to.deep.equal(['aaa/1', 'aaa/2', 'eth/69', 'zzz/7'])
  expect(conversation.hello.clientId).to.equal('libp2p-rlpx-interop/v1')
  expect(conversation.shared.map(({ name, version, offset }) => ({ name, version, offset }))).to.deep.equal([
    { name: 'aaa', version: 2, offset: 16 },
    { name: 'eth', version: 69, offset: 21 },
    { name: 'zzz', version: 7, offset: 39 }
  ])

  await exchangeMessages(go, await Promise.all(['aaa', 'eth', 'zzz'].map(async name => conversation.open(name))), SIZES)
  expect(await conversation.ping()).to.be.greaterThan(0)
}

/** What the application is told when the other side disconnects. */
function errorName (reason: number): string | undefined {
  if (FAREWELLS.includes(reason)) {
    return undefined
  }

  return reason === UNSAID ? 'SessionClosedError' : 'DisconnectError'
}

WAYS.forEach(({ name, start }) => {
  describe(`${name} and a peer on go-ethereum's p2p.Server`, function () {
    this.timeout(120_000)

    let us: Us

    beforeEach(async () => {
      us = await start(CAPABILITIES)
    })

    afterEach(async () => {
      await us.stop()
    })

    it('talk on several capabilities at once, in messages of 0 bytes to 10 MiB, when we dial', async () => {
      const go = await startGoPeer({ caps: offerOf(CAPABILITIES) })

      await converse(go, await us.dial(go.enode))
      await go.stop()
    })

    it('talk on several capabilities at once, in messages of 0 bytes to 10 MiB, when it dials', async () => {
      const go = await startGoPeer({ dial: us.enode, caps: offerOf(CAPABILITIES) })

      await converse(go, await us.accepted())
      await go.stop()
    })

    it('learn each reason for which the other disconnects', async () => {
      const go = await startGoPeer({ caps: offerOf(CAPABILITIES) })

      for (const reason of REASONS) {
        const leaving = await us.dial(go.enode)
        await go.next('hello')
        await leaving.disconnect(reason)
        expect(await go.next('disconnect')).to.have.property('reason', reason)

        const left = await us.dial(go.enode)
        await go.next('hello')
        go.send({ cmd: 'disconnect', reason })
        const end = await left.ended
        expect(end).to.have.property('by', 'remote')
        expect(end.reason).to.equal(reason === UNSAID ? undefined : reason)
        expect(end.error?.name).to.equal(errorName(reason))
        await go.next('disconnect')
      }

      await go.stop()
    })

    it('part when it quits', async () => {
      const go = await startGoPeer({ caps: offerOf(CAPABILITIES) })
      const conversation = await us.dial(go.enode)
      await go.next('hello')
      await go.stop()

      expect(await conversation.ended).to.deep.equal({ by: 'remote', reason: DisconnectReason.quitting, error: undefined })
    })
  })
})
