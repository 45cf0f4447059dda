import { DEFAULT_STATUS } from '../../src/cli/conversation.ts'
import { exchangeStatus } from '../../src/eth/index.ts'
import {
  capabilityMessages, enodeToMultiaddr, getEnodes, helloOf, nodeIdToHex, openCapability, pingPeer, sharedCapabilities
} from '../../src/index.ts'
import { createEthereumNode, createNode, createStockNode } from './nodes.ts'
import { peerOf } from './peer.ts'
import type { Libp2pNode } from './nodes.ts'
import type { Context } from '../../src/cli/context.ts'
import type { ConnectionDescription } from '../../src/cli/output.ts'
import type { Connection } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/** A node with a neighbour of libp2p's and one of Ethereum's, in one process. */
export async function runDemo (context: Context): Promise<boolean> {
  const { output } = context
  const [node, stock, ethereum] = await Promise.all([createNode(), createStockNode(), createEthereumNode()])

  try {
    // the neighbour speaks first, and the node mirrors it
    await ethereum.handle('/eth/69', async (stream) => {
      await exchangeStatus(capabilityMessages(stream), DEFAULT_STATUS)
    })

    const [enode] = getEnodes(ethereum)
    output.note(`we are ${node.peerId}, to Ethereum ${getEnodes(node)[0]}`)
    output.print({ event: 'listening', enode })
    await meetStock(node, stock.getMultiaddrs(), context)
    const { remoteId, closed } = peerOf(await meetEthereum(node, enodeToMultiaddr(enode), context))
    output.print({ event: 'connections', connections: node.getConnections().map(describeConnection) })

    // tells whoever it speaks RLPx with that it quits
    await node.stop()
    output.disconnect(remoteId, await closed)

    return true
  } finally {
    await Promise.all([node.stop(), stock.stop(), ethereum.stop()])
  }
}

/** By Noise and yamux, as if there were no RLPx. */
async function meetStock (node: Libp2pNode, addresses: Multiaddr[], { output, signal }: Context): Promise<void> {
  const connection = await node.dial(addresses, { signal })
  const id = `${connection.remotePeer}`
  const { agentVersion, protocols } = await node.services.identify.identify(connection, { signal })
  output.print({ event: 'identify', id, agentVersion: agentVersion ?? null, protocols })
  output.print({ event: 'ping', id, ms: await node.services.ping.ping(connection.remotePeer, { signal }) })
}

/** By RLPx and devp2p. */
async function meetEthereum (node: Libp2pNode, address: Multiaddr, { output, signal }: Context): Promise<Connection> {
  const connection = await node.dial(address, { signal })
  const hello = helloOf(connection)
  output.hello(hello.id, hello, sharedCapabilities(connection))

  const { messages } = await openCapability(connection, 'eth', { signal })
  const status = await exchangeStatus(messages, 'mirror', { signal })
  output.status(hello.id, messages.capability, status)
  output.print({ event: 'ping', id: nodeIdToHex(hello.id), ms: await pingPeer(connection, { signal }) })

  return connection
}

function describeConnection ({ remotePeer, remoteAddr, direction, encryption, multiplexer }: Connection): ConnectionDescription {
  return { id: `${remotePeer}`, address: `${remoteAddr}`, direction, encryption: encryption ?? null, multiplexer: multiplexer ?? null }
}
