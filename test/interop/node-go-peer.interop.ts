import { getEnodes, openCapability } from '../../src/index.ts'
import { createNode, handledMessages, nextConnection, stopNodes } from '../fixtures/libp2p-nodes.ts'
import { exchangeMessages } from './exchange-messages.ts'
import { offerOf, startGoPeer } from './go-peer.ts'
import type { Capability } from '../../src/index.ts'

const CAPABILITIES: Capability[] = [
  { name: 'aaa', version: 1, length: 3 },
  { name: 'echo', version: 1, length: 2 },
  { name: 'zzz', version: 7, length: 5 }
]

describe("a libp2p node with handlers and a peer on go-ethereum's p2p.Server", function () {
  this.timeout(120_000)

  afterEach(stopNodes)

  it('talk on the capabilities that are handled, and on one that is opened', async () => {
    const node = await createNode({ rlpx: { capabilities: CAPABILITIES } })
    const handled = ['/aaa/1', '/zzz/7'].map(async protocol => handledMessages(node, protocol))
    const [[enode], connected] = [getEnodes(node), nextConnection(node)]
    const go = await startGoPeer({ dial: enode, caps: offerOf(CAPABILITIES) })
    const echo = await openCapability(await connected, 'echo')

    await exchangeMessages(go, [echo.messages, ...await Promise.all(handled)], [0, 1, 65_536])
    await go.stop()
  })
})
