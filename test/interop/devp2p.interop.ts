import { expect } from 'aegir/chai'
import { ETH_69, SNAP_1 } from '../../src/eth/index.ts'
import { DisconnectError, DisconnectReason } from '../../src/p2p/index.ts'
import { pingEnode } from './devp2p.ts'
import { listen } from './peer.ts'

describe('devp2p rlpx ping', function () {
  this.timeout(60_000)

  it('shows our Hello', async () => {
    const listener = await listen({ capabilities: [ETH_69, SNAP_1] })

    expect(await pingEnode(listener.enode)).to.match(/^\{Version:5 Name:libp2p-rlpx Caps:\[eth\/69 snap\/1\] ListenPort:0 ID:\[/)
    listener.close()
  })

  it('shows why we turn it away in place of Hello', async () => {
    const listener = await listen({
      capabilities: [ETH_69],
      checkpoint: () => { throw new DisconnectError(DisconnectReason.tooManyPeers) }
    })

    await expect(pingEnode(listener.enode)).to.eventually.be.rejected.with.property('stderr').that.matches(/too many peers/)
    listener.close()
  })
})
