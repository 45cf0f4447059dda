/**
 * A devp2p peer made of `@ethereumjs/devp2p`, which speaks eth/68 on mainnet. It prints one JSON object per line for
 * everything that happens, and takes one per line as a command, until its input ends.
 */

import { randomBytes } from 'node:crypto'
import { createInterface } from 'node:readline'
import { Common, Hardfork, Mainnet } from '@ethereumjs/common'
import { ETH, RLPx } from '@ethereumjs/devp2p'
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { decode, encode } from 'rlp'
import { formatEnode, parseEnode } from '../../../src/identity/enode.ts'
import type { EthereumjsCommand, EthereumjsEvents } from './index.ts'
import type { Peer } from '@ethereumjs/devp2p'

const HOST = '127.0.0.1'
const GENESIS = hexToBytes('d4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3')
const STATUS_ID = 0
const STATUS = { td: Uint8Array.of(0x11), bestHash: new Uint8Array(32).fill(0x22), genesisHash: GENESIS }

const rlpx = new RLPx(randomBytes(32), {
  capabilities: [ETH.eth68],
  common: new Common({ chain: Mainnet, hardfork: Hardfork.Prague }),
  listenPort: null,
  maxPeers: Number(process.argv[2])
})

function emit <Name extends keyof EthereumjsEvents> (event: Name, details: EthereumjsEvents[Name]): void {
  process.stdout.write(`${JSON.stringify({ event, ...details })}\n`)
}

function ethOf (peer: Peer): ETH {
  return peer.getProtocols()[0] as ETH
}

rlpx.events.on('peer:added', (peer) => {
  const { clientId, capabilities, id } = peer.getHelloMessage()!
  emit('hello', { id: bytesToHex(id), name: clientId, caps: capabilities.map(({ name, version }) => `${name}/${version}`) })

  const eth = ethOf(peer)
  eth.events.on('status', ({ chainId, bestHash }) => { emit('status', { networkId: bytesToHex(chainId), head: bytesToHex(bestHash) }) })
  eth.events.on('message', (id, payload) => {
    if (id !== STATUS_ID) {
      emit('message', { id, payload: bytesToHex(encode(payload)) })
    }
  })
  eth.sendStatus(STATUS)
})

rlpx.events.on('peer:removed', (peer, reason, local) => { emit('disconnect', { reason, local }) })
rlpx.events.on('peer:error', (peer, { message }) => { emit('error', { error: message }) })
rlpx.events.on('error', ({ message }) => { emit('error', { error: message }) })

function obey (command: EthereumjsCommand): void {
  switch (command.cmd) {
    case 'dial': {
      const { id, host, tcpPort } = parseEnode(command.enode)
      rlpx.connect({ id, address: host, tcpPort }).catch(({ message }) => { emit('error', { error: message }) })
      break
    }
    case 'send':
      rlpx.getPeers().forEach((peer) => { ethOf(peer).sendMessage(command.id as any, decode(hexToBytes(command.payload))) })
      break
    default:
      rlpx.getPeers().forEach((peer) => { peer.disconnect(command.reason as any) })
  }
}

createInterface({ input: process.stdin })
  .on('line', (line) => { obey(JSON.parse(line)) })
  .on('close', () => { process.exit() })

rlpx.listen(0, HOST, () => {
  const { port } = rlpx['_server']!.address() as { port: number }
  emit('listening', { enode: formatEnode({ id: rlpx.id, host: HOST, tcpPort: port, udpPort: 0 }) })
})
