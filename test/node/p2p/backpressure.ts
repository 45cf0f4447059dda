import { expect } from 'aegir/chai'
import { openSocketPeers } from '../../fixtures/p2p-sockets.ts'
import { expectTraffic, settled, Traffic } from '../../fixtures/p2p-traffic.ts'

const MIB = 1024 * 1024

describe('backpressure over TCP', function () {
  this.timeout(60_000)

  it('stops who sends to a reader that sleeps, until all 20 MiB are through', async () => {
    const { dialled, accepted } = await openSocketPeers()
    const theirs = accepted.capability('eth')
    const traffic = new Traffic(dialled.capability('eth'), 20, MIB)
    expect(await settled(() => traffic.sent)).to.be.within(1, 19)

    await Promise.all([traffic.done, expectTraffic(theirs, 20, MIB)])
    await dialled.disconnect()
  })

  it('stops both sides, and leaves neither waiting for the other', async () => {
    const { dialled, accepted } = await openSocketPeers()
    const [ours, theirs] = [dialled.capability('eth'), accepted.capability('eth')]
    const [outbound, inbound] = [new Traffic(ours, 10, MIB), new Traffic(theirs, 10, MIB)]
    expect(await settled(() => outbound.sent + inbound.sent)).to.be.within(2, 18)

    await Promise.all([outbound.done, inbound.done, expectTraffic(ours, 10, MIB), expectTraffic(theirs, 10, MIB)])
    await dialled.disconnect()
  })
})
