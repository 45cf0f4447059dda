import { raceSignal } from 'race-signal'
import { DisconnectReason } from '../p2p/index.ts'
import { Conversation } from './conversation.ts'
import type { Context } from './context.ts'
import type { Interlocutor } from './conversation.ts'
import type { Peer } from '../p2p/index.ts'

/** What is talked to, until it is gone. */
export interface ConnectedPeer extends Interlocutor, Pick<Peer, 'closed' | 'disconnect'> {}

/** How long one who dialled waits for a Status before one is sent unasked, in milliseconds. */
const DIALER_STATUS_DELAY = 2_000

/** How long one who was dialled does. */
const LISTENER_STATUS_DELAY = 1_000

/** How long `--once` waits for a Status, in milliseconds. */
const ONCE_TIMEOUT = 10_000

/** Talks to a peer that was dialled, as the arguments say, and leaves. True where nothing went wrong. */
export async function talkToDialled (peer: ConnectedPeer, { args, output, signal }: Context): Promise<boolean> {
  const conversation = new Conversation({ peer, output, statusDelay: DIALER_STATUS_DELAY, status: args.status })
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

/** Talks to a peer that dialled us for as long as it stays. */
export async function talkToDialler (peer: ConnectedPeer, { args, output }: Context): Promise<void> {
  // eslint-disable-next-line no-new
  new Conversation({ peer, output, statusDelay: LISTENER_STATUS_DELAY, status: args.status })
  output.disconnect(peer.remoteId, await peer.closed)
}

/** Waits for the end of a session; true where it was a peaceful one. */
async function endedWell (peer: ConnectedPeer): Promise<boolean> {
  const { error } = await peer.closed

  return error == null
}
