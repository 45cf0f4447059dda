import { disconnect, helloOf, openCapability, sessionEndOf, sharedCapabilities } from '../../src/index.ts'
import type { ConnectedPeer } from '../../src/cli/talk.ts'
import type { Connection } from '@libp2p/interface'

/** A connection by RLPx, as the commands talk to a peer. */
export function peerOf (connection: Connection): ConnectedPeer {
  const hello = helloOf(connection)

  return {
    remoteId: hello.id,
    hello,
    shared: sharedCapabilities(connection),
    closed: sessionEndOf(connection),
    capability: async (name) => (await openCapability(connection, name)).messages,
    disconnect: async (reason) => disconnect(connection, reason)
  }
}
