import { raceSignal } from 'race-signal'
import { parseEnode } from '../identity/enode.ts'
import { connect, DisconnectReason } from '../p2p/index.ts'
import { dialTcp } from '../p2p/tcp.ts'
import { privateKeyOf } from './context.ts'
import { Conversation } from './conversation.ts'
import type { Context } from './context.ts'
import type { Peer, SessionEnd } from '../p2p/index.ts'

/** How long to wait for a Status before one is sent unasked, in milliseconds. */
const STATUS_DELAY = 2_000

/** How long `--once` waits for a Status, in milliseconds. */
const ONCE_TIMEOUT = 10_000

/** How long a dial may take, in milliseconds: a geth whose slots are all taken needs 5 s to accept. */
const DIAL_TIMEOUT = 15_000

/** Connects to a node and prints what comes. True where nothing went wrong. */
export async function runDial ({ args, output, signal }: Context): Promise<boolean> {
  const enode = parseEnode(args.enode)
  const dialSignal = AbortSignal.any([signal, AbortSignal.timeout(DIAL_TIMEOUT)])
  const duplex = await dialTcp({ host: enode.host, port: enode.tcpPort }, { signal: dialSignal })
  const peer = await connect(duplex, {
    privateKey: privateKeyOf(args),
    capabilities: args.capabilities,
    remoteId: enode.id,
    signal: dialSignal
  })

  const conversation = new Conversation({ peer, output, statusDelay: STATUS_DELAY, status: args.status })
  let ok = true

  try {
    if (args.once && conversation.hasStatus) {
      await raceSignal(conversation.status, AbortSignal.any([signal, AbortSignal.timeout(ONCE_TIMEOUT)]))
    }

    if (args.echo != null) {
      ok = await raceSignal(Promise.race([conversation.echo(args.echo), endedWell(peer)]), signal)
    }

    if (!args.once) {
      ok = await raceSignal(endedWell(peer), signal) && ok
    }
  } finally {
    await peer.disconnect(signal.aborted ? DisconnectReason.quitting : DisconnectReason.requested)
    output.disconnect(peer.remoteId, await peer.closed)
  }

  return ok
}

/** Waits for the end of a session; true where it was a peaceful one. */
async function endedWell (peer: Peer): Promise<boolean> {
  const { error }: SessionEnd = await peer.closed

  return error == null
}
