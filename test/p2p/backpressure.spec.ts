import { expect } from 'aegir/chai'
import { Uint8ArrayList } from 'uint8arraylist'
import { accept } from '../../src/p2p/connect.ts'
import { hex } from '../fixtures/hex.ts'
import { memoryDuplexes } from '../fixtures/p2p-duplex.ts'
import { DIALLER_KEY, LISTENER, LISTENER_ID, openPeers } from '../fixtures/p2p-peers.ts'
import { openRawPeer } from '../fixtures/p2p-raw-peer.ts'
import { expectTraffic, settled, Traffic } from '../fixtures/p2p-traffic.ts'
import type { AcceptInit } from '../../src/p2p/connect.ts'
import type { Peer } from '../../src/p2p/peer.ts'
import type { RawPeer } from '../fixtures/p2p-raw-peer.ts'

const SIZE = 10_000
const COUNT = 50

/** What a reader may be behind by, which with the 64 KiB of who sends is far less than all messages. */
const BOUNDED = { maxBufferedBytes: 5 * SIZE }

describe('backpressure', () => {
  it('stops who sends to a reader that sleeps, until it wakes up', async () => {
    const { dialled, accepted } = await openPeers({}, BOUNDED)
    const theirs = accepted.capability('eth')
    const traffic = new Traffic(dialled.capability('eth'), COUNT, SIZE)
    expect(await settled(() => traffic.sent)).to.be.within(5, 20)

    await Promise.all([traffic.done, expectTraffic(theirs, COUNT, SIZE)])
    await dialled.disconnect()
  })

  it('works both ways at once', async () => {
    const { dialled, accepted } = await openPeers(BOUNDED, BOUNDED)
    const [ours, theirs] = [dialled.capability('eth'), accepted.capability('eth')]
    const [outbound, inbound] = [new Traffic(ours, COUNT, SIZE), new Traffic(theirs, COUNT, SIZE)]
    expect(await settled(() => outbound.sent + inbound.sent)).to.be.within(10, 40)

    await Promise.all([outbound.done, inbound.done, expectTraffic(ours, COUNT, SIZE), expectTraffic(theirs, COUNT, SIZE)])
    await dialled.disconnect()
  })

  it('of one capability holds the other up too, and loses nothing of either', async () => {
    const { dialled, accepted } = await openPeers({}, BOUNDED)
    const [slow, quick] = [accepted.capability('eth'), accepted.capability('snap')]
    const traffic = new Traffic(dialled.capability('eth'), COUNT, SIZE)
    await settled(() => traffic.sent)
    const behind = dialled.capability('snap').send({ id: 7, payload: hex('c0') })

    await Promise.all([traffic.done, behind, expectTraffic(slow, COUNT, SIZE)])
    expect(await quick.source.next()).to.have.nested.property('value.id', 7)
    await dialled.disconnect()
  })

  it('ends for a capability that is given back', async () => {
    const { dialled, accepted } = await openPeers({}, BOUNDED)
    const [slow, quick] = [accepted.capability('eth'), accepted.capability('snap')]
    const traffic = new Traffic(dialled.capability('eth'), 9, SIZE)
    await settled(() => traffic.sent)
    await dialled.capability('snap').send({ id: 1, payload: hex('c0') })
    const next = quick.source.next()
    let arrived = 0
    void next.then(() => { arrived++ })
    expect(await settled(() => arrived)).to.equal(0)

    slow.close()
    expect(await next).to.have.nested.property('value.id', 1)
    await dialled.disconnect()
  })

  it('is given up by the signal of who sends, and the message still arrives', async () => {
    const { dialled, accepted } = await openPeers({}, BOUNDED)
    const [ours, theirs] = [dialled.capability('eth'), accepted.capability('eth')]
    const controller = new AbortController()
    const traffic = new Traffic(ours, COUNT, SIZE, controller.signal)
    const sent = await settled(() => traffic.sent)
    controller.abort(new Error('not so slow'))
    await expect(traffic.done).to.eventually.be.rejectedWith('not so slow')

    // the one that waited for room is on its way as well
    await expectTraffic(theirs, sent + 1, SIZE)
    await ours.send({ id: 17, payload: hex('c0') })
    expect(await theirs.source.next()).to.have.deep.property('value', { id: 17, payload: hex('c0') })
    await dialled.disconnect()
  })

  it('is not for a capability that nobody reads', async () => {
    const { dialled, accepted } = await openPeers({}, BOUNDED)
    const traffic = new Traffic(dialled.capability('eth'), COUNT, SIZE)

    await expect(traffic.done).to.eventually.be.rejected.with.property('reason', 0x10)
    expect(await accepted.closed).to.have.nested.property('error.name', 'UnclaimedCapabilityError')
    await dialled.closed
  })

  describe('of Pings', () => {
    async function open (init: Partial<AcceptInit> = {}): Promise<{ raw: RawPeer, peer: Peer }> {
      const [duplex, other] = memoryDuplexes()
      const accepting = accept(other, { ...LISTENER, ...init })
      const raw = await openRawPeer(duplex, DIALLER_KEY, LISTENER_ID)
      raw.sendHello()

      return { raw, peer: await accepting }
    }

    it('answers 5,000 in a burst', async () => {
      const { raw, peer } = await open()

      for (let i = 0; i < 5_000; i++) {
        raw.sendCompressed(2, hex('c0'))
      }

      expect(await raw.message(5_000)).to.deep.equal({ id: 3, payload: hex('0100c0') })
      raw.link.end()
      await peer.closed
    })

    it('cuts who sends them without end and reads no Pong', async () => {
      const { raw, peer } = await open({ writeTimeout: 300 })
      await raw.message(0)
      raw.link.pause()
      const ends: unknown[] = []
      void peer.closed.then((end) => ends.push(end))

      while (ends.length === 0) {
        for (let i = 0; i < 500; i++) {
          raw.link.send(new Uint8ArrayList(hex('020100c0')))
        }

        await new Promise(resolve => setTimeout(resolve))
      }

      expect(await peer.closed).to.have.nested.property('error.name', 'WriteTimeoutError')
      raw.link.destroy()
    })
  })
})
