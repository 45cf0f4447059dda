import { once } from 'node:events'
import { Common, Mainnet } from '@ethereumjs/common'
import { ETH, RLPx } from '@ethereumjs/devp2p'
import { formatEnode, parseEnode } from '../../src/identity/enode.ts'
import { seededRandom } from '../fixtures/seeded-random.ts'
import type { AddressInfo, Server } from 'node:net'

const HOST = '127.0.0.1'
const GENESIS = new Uint8Array(32).fill(1)
const GET_BLOCK_HEADERS = 0x03
const TRANSACTIONS = 0x02

/** A node on ethereumjs' devp2p. It sends its Status, and once it has ours, one request and one transaction that is none. */
export interface EthereumjsNode {
  enode: string
  dial (enode: string): Promise<void>

  /** Tells its peers so, and ends. */
  stop (): void
}

export async function startEthereumjs (): Promise<EthereumjsNode> {
  const privateKey = seededRandom(10).bytes(32)
  const rlpx = new RLPx(privateKey, { capabilities: [ETH.eth68], common: new Common({ chain: Mainnet }), listenPort: 30303 })
  rlpx.events.on('error', () => {})
  rlpx.events.on('peer:error', () => {})
  rlpx.events.on('peer:added', (peer) => {
    const [eth] = peer.getProtocols() as ETH[]
    eth.events.once('status', () => {
      eth.sendMessage(GET_BLOCK_HEADERS, [Uint8Array.of(1), [Uint8Array.of(5), Uint8Array.of(1), new Uint8Array(), new Uint8Array()]])
      eth.sendMessage(TRANSACTIONS, [Uint8Array.of(0x2a)])
    })
    eth.sendStatus({ td: Uint8Array.of(17), bestHash: GENESIS, genesisHash: GENESIS })
  })

  const server = Reflect.get(rlpx, '_server') as Server
  rlpx.listen(0, HOST)
  await once(server, 'listening')

  return {
    enode: formatEnode({ id: rlpx.id, host: HOST, tcpPort: (server.address() as AddressInfo).port, udpPort: 0 }),
    dial: async (enode) => {
      const { id, host, tcpPort } = parseEnode(enode)
      await rlpx.connect({ id, address: host, tcpPort })
    },
    stop: () => { rlpx.destroy() }
  }
}
