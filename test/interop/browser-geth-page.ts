/** Runs in a page. */

import { generateKeyPair } from '@libp2p/crypto/keys'
import { webSockets } from '@libp2p/websockets'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { toString } from 'uint8arrays/to-string'
import { ETH_69, exchangeStatus } from '../../src/eth/index.ts'
import { helloOf, nodeIdFromPeerId, openCapability, pingPeer, rlpxTransport } from '../../src/index.ts'
import { parameter, tell } from '../fixtures/page-tell.ts'

function hex (bytes: Uint8Array): string {
  return toString(bytes, 'base16')
}

try {
  const node = await createLibp2p({
    privateKey: await generateKeyPair('secp256k1'),
    transports: [rlpxTransport({ transport: webSockets(), capabilities: [ETH_69], clientId: parameter('clientId') })],
    // by default a page dials no private addresses
    connectionGater: { denyDialMultiaddr: () => false }
  })

  const connection = await node.dial(multiaddr(parameter('address')))
  const { clientId, capabilities } = helloOf(connection)
  tell('hello', { clientId, capabilities, remoteAddr: connection.remoteAddr.toString(), ourId: hex(nodeIdFromPeerId(node.peerId)) })

  const { messages } = await openCapability(connection, 'eth')
  const { networkId, latestBlock, head, genesis } = await exchangeStatus(messages, 'mirror')
  tell('status', { networkId: `${networkId}`, latestBlock: `${latestBlock}`, head: hex(head), genesis: hex(genesis) })
  tell('round-trip', await pingPeer(connection))

  for await (const { id, payload } of messages) {
    const text = hex(payload)

    if (text.includes(parameter('hash')) || text.includes(parameter('raw'))) {
      tell('message', { id, payload: text })
      break
    }
  }

  await node.stop()
  tell('connections', node.getConnections().length)
} catch (err: any) {
  tell('error', err.stack ?? `${err}`)
}
