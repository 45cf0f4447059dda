/**
 * Prints what a node announces, until Ctrl-C: `node examples/transactions.ts enode://…`
 */

import { randomBytes } from 'node:crypto'
import { ETH_69, exchangeStatus, messageName } from '../src/eth/index.ts'
import { parseEnode } from '../src/index.ts'
import { connect, dialTcp, DisconnectReason } from '../src/p2p/index.ts'

const { id, host, tcpPort } = parseEnode(process.argv[2] ?? '')
const peer = await connect(await dialTcp({ host, port: tcpPort }), {
  privateKey: randomBytes(32),
  remoteId: id,
  capabilities: [ETH_69]
})

process.once('SIGINT', () => { void peer.disconnect(DisconnectReason.quitting) })

const messages = peer.capability('eth')
const status = await exchangeStatus(messages, 'mirror')

process.stdout.write(`${JSON.stringify(peer.hello.clientId)}, network ${status.networkId}\n`)

for await (const { id: messageId, payload } of messages) {
  process.stdout.write(`${messageName(ETH_69, messageId) ?? messageId}, ${payload.byteLength} bytes\n`)
}
