import { defaultCrypto } from '../crypto/index.ts'
import { formatEnode } from '../identity/enode.ts'
import { accept, DisconnectReason } from '../p2p/index.ts'
import { listenTcp } from '../p2p/tcp.ts'
import { privateKeyOf } from './context.ts'
import { talkToDialler } from './talk.ts'
import type { Context } from './context.ts'
import type { ByteDuplex, Peer } from '../p2p/index.ts'

const HOST = '127.0.0.1'

/** Waits for peers until it is told to leave, and prints what comes. */
export async function runListen (context: Context): Promise<boolean> {
  const { args, output, signal } = context
  const privateKey = privateKeyOf(args)
  const id = defaultCrypto.importPrivateKey(privateKey).publicKey
  const peers = new Set<Peer>()

  const welcome = async (duplex: ByteDuplex): Promise<void> => {
    const peer = await accept(duplex, { privateKey, capabilities: args.capabilities, listenPort: listening.port, signal })
    peers.add(peer)
    await talkToDialler(peer, context)
    peers.delete(peer)
  }

  const listening = await listenTcp({ host: HOST, port: args.port }, (duplex) => {
    welcome(duplex).catch((err) => { output.error(err) })
  })

  output.print({ event: 'listening', enode: formatEnode({ id, host: HOST, tcpPort: listening.port, udpPort: 0 }) })

  if (!signal.aborted) {
    await new Promise((resolve) => { signal.addEventListener('abort', resolve, { once: true }) })
  }

  listening.close()
  await Promise.all([...peers].map(async (peer) => peer.disconnect(DisconnectReason.quitting)))

  return true
}
