import { createLibp2p } from 'libp2p'
import { privateKeyOf } from '../../src/cli/context.ts'
import { talkToDialled } from '../../src/cli/talk.ts'
import { enodeToMultiaddr, rlpxTransport } from '../../src/index.ts'
import { peerOf } from './peer.ts'
import type { Context } from '../../src/cli/context.ts'

/** How long a dial may take, in milliseconds: a geth whose slots are all taken needs 5 s to accept. */
const DIAL_TIMEOUT = 15_000

/** Connects to a node and prints what comes. True where nothing went wrong. */
export async function runDial (context: Context): Promise<boolean> {
  const { args, signal } = context
  const address = enodeToMultiaddr(args.enode)
  const node = await createLibp2p({
    transports: [rlpxTransport({ privateKey: privateKeyOf(args), capabilities: args.capabilities })],
    connectionManager: { addressDialTimeout: DIAL_TIMEOUT, dialTimeout: DIAL_TIMEOUT }
  })

  try {
    const connection = await node.dial(address, { signal })

    return await talkToDialled(peerOf(connection), context)
  } finally {
    await node.stop()
  }
}
