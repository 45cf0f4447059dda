import { createLibp2p } from 'libp2p'
import { privateKeyOf } from '../../src/cli/context.ts'
import { talkToDialler } from '../../src/cli/talk.ts'
import { getEnodes, rlpxTransport } from '../../src/index.ts'
import { peerOf } from './peer.ts'
import type { Context } from '../../src/cli/context.ts'

/** Waits for peers until it is told to leave, and prints what comes. */
export async function runListen (context: Context): Promise<boolean> {
  const { args, output, signal } = context
  const node = await createLibp2p({
    start: false,
    addresses: { listen: [`/ip4/127.0.0.1/tcp/${args.port}/rlpx`] },
    transports: [rlpxTransport({ privateKey: privateKeyOf(args), capabilities: args.capabilities, maxPendingHandshakesPerAddress: 50 })],
    // all who dial it come from one host
    connectionManager: { inboundConnectionThreshold: 50, maxIncomingPendingConnections: 50 }
  })

  node.addEventListener('connection:open', ({ detail: connection }) => {
    void talkToDialler(peerOf(connection), context)
  })

  await node.start()
  output.print({ event: 'listening', enode: getEnodes(node)[0] })

  if (!signal.aborted) {
    await new Promise((resolve) => { signal.addEventListener('abort', resolve, { once: true }) })
  }

  // tells every peer that we quit
  await node.stop()

  return true
}
