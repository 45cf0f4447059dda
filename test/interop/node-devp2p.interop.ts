import { expect } from 'aegir/chai'
import { ETH_69, SNAP_1 } from '../../src/eth/index.ts'
import { getEnodes, parseEnode } from '../../src/index.ts'
import { createNode, stopNodes } from '../fixtures/libp2p-nodes.ts'
import { pingEnode } from './devp2p.ts'

describe('devp2p rlpx ping of a libp2p node', function () {
  this.timeout(30_000)

  afterEach(stopNodes)

  it('shows the Hello of the node', async () => {
    const node = await createNode({ rlpx: { capabilities: [ETH_69, SNAP_1] } })
    const [enode] = getEnodes(node)
    const { tcpPort } = parseEnode(enode)

    expect(await pingEnode(enode)).to.match(new RegExp(`^\\{Version:5 Name:libp2p-rlpx Caps:\\[eth/69 snap/1\\] ListenPort:${tcpPort} ID:\\[`))
  })

  it('shows that the node has no room', async () => {
    const node = await createNode({ rlpx: { maxPeers: 0 } })

    await expect(pingEnode(getEnodes(node)[0])).to.eventually.be.rejected.with.property('stderr').that.matches(/too many peers/)
  })
})
