import { randomBytes } from 'node:crypto'
import { expect } from 'aegir/chai'
import { compressible, readMessages, receivedBy, sendFrom, sendMessages, sha256 } from './exchange-messages.ts'
import { offerOf, startGoPeer } from './go-peer.ts'
import { WAYS } from './us.ts'
import type { GoPeer } from './go-peer.ts'
import type { Conversation, Us } from './us.ts'
import type { CapabilityMessages } from '../../src/p2p/index.ts'

const CAPABILITIES = [{ name: 'bulk', version: 1, length: 2 }]
const MAX_UNCOMPRESSED = 16_777_215

/** Random bytes grow by some 770 bytes: to a frame over 16,777,200 bytes, but not over 16,777,215. */
const LARGEST_FRAME = 16_776_435

/** The same, to a frame that may still be sent. */
const LARGEST_SENT_FRAME = 16_776_300

WAYS.forEach(({ name, start }) => {
  describe(`the largest messages between ${name} and a peer on go-ethereum's p2p.Server`, function () {
    this.timeout(120_000)

    let us: Us
    let go: GoPeer
    let conversation: Conversation
    let bulk: CapabilityMessages

    before(async () => {
      us = await start(CAPABILITIES)
      go = await startGoPeer({ caps: offerOf(CAPABILITIES), echo: false })
      conversation = await us.dial(go.enode)
      bulk = await conversation.open('bulk')
    })

    after(async () => {
      await us.stop()
      await go.stop()
    })

    /** That nothing has come of a message that was refused: the next one is the next one. */
    async function expectAlive (): Promise<void> {
      const sent = await sendMessages(bulk, { size: 100 })
      expect(await receivedBy(go, bulk)).to.deep.equal(sent)
      expect(await sendFrom(go, bulk, { id: 1, size: 100 })).to.deep.equal(await readMessages(bulk, 1, 1))
      expect(await conversation.ping()).to.be.greaterThan(0)
    }

    it('go there with 16,777,215 bytes that can be compressed', async () => {
      const payload = compressible(MAX_UNCOMPRESSED)
      await bulk.send({ id: 0, payload })

      expect(await receivedBy(go, bulk)).to.deep.equal({ count: 1, size: MAX_UNCOMPRESSED, sha256: sha256(payload) })
    })

    it('come here with 16,777,215 bytes that can be compressed', async () => {
      const [sent, received] = await Promise.all([
        sendFrom(go, bulk, { id: 1, size: MAX_UNCOMPRESSED, compressible: true }),
        readMessages(bulk, 1, 1)
      ])

      expect(received).to.deep.equal(sent)
      expect(received.size).to.equal(MAX_UNCOMPRESSED)
    })

    it('are not sent with one byte more, and the connection lives on', async () => {
      await expect(bulk.send({ id: 0, payload: compressible(MAX_UNCOMPRESSED + 1) })).to.eventually.be.rejected
        .with.property('name', 'InvalidMessageError')
      await expectAlive()
    })

    it('go there with random bytes, as long as the frame has no more than 16,777,200', async () => {
      const sent = await sendMessages(bulk, { size: LARGEST_SENT_FRAME })

      expect(await receivedBy(go, bulk)).to.deep.equal(sent)
    })

    it('come here with random bytes in a frame of up to 16,777,215', async () => {
      const [sent, received] = await Promise.all([
        sendFrom(go, bulk, { id: 1, size: LARGEST_FRAME }),
        readMessages(bulk, 1, 1)
      ])

      expect(received).to.deep.equal(sent)
    })

    it('are not sent where the frame would be larger, and the connection lives on', async () => {
      for (const size of [LARGEST_FRAME, MAX_UNCOMPRESSED]) {
        await expect(bulk.send({ id: 0, payload: randomBytes(size) })).to.eventually.be.rejected
          .with.property('name', 'FrameTooLargeError')
        await expectAlive()
      }
    })
  })
})
