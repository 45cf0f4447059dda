import { defaultCrypto } from '../crypto/index.ts'
import { ETH_69 } from '../eth/index.ts'
import { formatEnode } from '../identity/enode.ts'
import { nodeIdToHex } from '../identity/node-id.ts'
import { accept, connect } from '../p2p/index.ts'
import { dialTcp, listenTcp } from '../p2p/tcp.ts'
import { ECHO_1 } from './arguments.ts'
import { Conversation } from './conversation.ts'
import type { Context } from './context.ts'

const HOST = '127.0.0.1'
const ECHO_LENGTH = 1024 * 1024

/** Two peers in one process, over a real socket: all that the protocol does, once. */
export async function runDemo ({ output, signal }: Context): Promise<boolean> {
  const listenerKey = defaultCrypto.randomBytes(32)
  const dialerKey = defaultCrypto.randomBytes(32)
  const listenerId = defaultCrypto.importPrivateKey(listenerKey).publicKey
  const dialerId = defaultCrypto.importPrivateKey(dialerKey).publicKey
  const capabilities = [ECHO_1, ETH_69]

  const listening = await listenTcp({ host: HOST, port: 0 }, (duplex) => {
    accept(duplex, { privateKey: listenerKey, capabilities, clientId: 'listener', signal })
      // the listener speaks first, the dialler mirrors it
      .then((peer) => new Conversation({ peer, output, statusDelay: 0 }))
      .catch((err) => { output.error(err) })
  })

  output.print({ event: 'listening', enode: formatEnode({ id: listenerId, host: HOST, tcpPort: listening.port, udpPort: 0 }) })
  output.note(`listener ${nodeIdToHex(listenerId)}`)
  output.note(`dialler  ${nodeIdToHex(dialerId)}`)

  const duplex = await dialTcp({ host: HOST, port: listening.port }, { signal })
  const peer = await connect(duplex, { privateKey: dialerKey, capabilities, remoteId: listenerId, clientId: 'dialler', signal })
  const conversation = new Conversation({ peer, output, statusDelay: 60_000 })

  try {
    await conversation.status
    output.print({ event: 'ping', id: nodeIdToHex(listenerId), ms: await peer.ping({ signal }) })

    return await conversation.echo(ECHO_LENGTH)
  } finally {
    await peer.disconnect()
    output.disconnect(peer.remoteId, await peer.closed)
    listening.close()
  }
}
