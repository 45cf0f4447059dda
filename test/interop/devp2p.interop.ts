import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect } from 'aegir/chai'
import { ETH_69, SNAP_1 } from '../../src/eth/index.ts'
import { DisconnectError, DisconnectReason } from '../../src/p2p/index.ts'
import { listen } from './peer.ts'
import { devp2pPath } from './tools.ts'

const execute = promisify(execFile)

describe('devp2p rlpx ping', function () {
  this.timeout(600_000)

  it('shows our Hello', async () => {
    const listener = await listen({ capabilities: [ETH_69, SNAP_1] })
    const { stdout } = await execute(await devp2pPath(), ['rlpx', 'ping', listener.enode], { timeout: 10_000 })

    expect(stdout).to.match(/^\{Version:5 Name:libp2p-rlpx Caps:\[eth\/69 snap\/1\] ListenPort:0 ID:\[/)
    listener.close()
  })

  it('shows why we turn it away in place of Hello', async () => {
    const listener = await listen({
      capabilities: [ETH_69],
      checkpoint: () => { throw new DisconnectError(DisconnectReason.tooManyPeers) }
    })

    await expect(execute(await devp2pPath(), ['rlpx', 'ping', listener.enode], { timeout: 10_000 }))
      .to.eventually.be.rejected.with.property('stderr').that.matches(/too many peers/)
    listener.close()
  })
})
