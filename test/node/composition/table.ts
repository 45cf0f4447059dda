import { expect } from 'aegir/chai'
import { createPair } from '../../fixtures/composition-nodes.ts'
import { dialIdentified, expectEcho, expectPing } from '../../fixtures/composition-services.ts'
import { CELLS, formatTable, titleOf } from '../../fixtures/composition-table.ts'
import { stopNodes } from '../../fixtures/libp2p-nodes.ts'

const ENCRYPTIONS = { rlpx: '/rlpx/5', noise: '/noise', tls: '/tls/1.0.0', rlpxTransport: 'native' }
const MULTIPLEXERS = { yamux: '/yamux/1.0.0', mplex: '/mplex/6.7.0', devp2p: '/devp2p/5' }

describe('nodes with parts of ours', function () {
  this.timeout(30_000)

  const passed = new Set<string>()

  afterEach(stopNodes)

  after(() => { process.stdout.write(`\n${formatTable(passed)}\n`) })

  for (const cell of CELLS) {
    const { transport, security, muxer } = cell

    it(`identify and ping each other and echo 1 MiB over ${titleOf(cell)}`, async () => {
      const [near, far] = await createPair(cell)
      await dialIdentified(near, far)

      await expectPing(near, far)
      await expectPing(far, near)
      await expectEcho(near, far)

      // libp2p dials again in place of using a connection that is relayed
      for (const { encryption, multiplexer, limits } of [...near.getConnections(far.peerId), ...far.getConnections(near.peerId)]) {
        expect({ encryption, multiplexer }).to.deep.equal({ encryption: ENCRYPTIONS[security], multiplexer: MULTIPLEXERS[muxer] })
        expect(limits != null).to.equal(transport === 'circuit-relay-v2')
      }

      passed.add(titleOf(cell))
    })
  }
})
