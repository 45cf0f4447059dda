import { parseEnode } from '../identity/enode.ts'
import { connect } from '../p2p/index.ts'
import { dialTcp } from '../p2p/tcp.ts'
import { privateKeyOf } from './context.ts'
import { talkToDialled } from './talk.ts'
import type { Context } from './context.ts'

/** How long a dial may take, in milliseconds: a geth whose slots are all taken needs 5 s to accept. */
const DIAL_TIMEOUT = 15_000

/** Connects to a node and prints what comes. True where nothing went wrong. */
export async function runDial (context: Context): Promise<boolean> {
  const { args, signal } = context
  const enode = parseEnode(args.enode)
  const dialSignal = AbortSignal.any([signal, AbortSignal.timeout(DIAL_TIMEOUT)])
  const duplex = await dialTcp({ host: enode.host, port: enode.tcpPort }, { signal: dialSignal })
  const peer = await connect(duplex, {
    privateKey: privateKeyOf(args),
    capabilities: args.capabilities,
    remoteId: enode.id,
    signal: dialSignal
  })

  return talkToDialled(peer, context)
}
