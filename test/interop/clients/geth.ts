import { keccak_256 as keccak256 } from '@noble/hashes/sha3.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { fromString } from 'uint8arrays/from-string'
import { DisconnectReason } from '../../../src/p2p/index.ts'
import { startGeth } from '../geth.ts'
import { GENESIS, HEAD, NETWORK_ID } from '../test-chain.ts'
import type { Client } from '../client.ts'

/** In geth's own words. */
const REASONS: Record<number, string> = {
  [DisconnectReason.requested]: 'disconnect requested',
  [DisconnectReason.tcpError]: 'network error',
  [DisconnectReason.breachOfProtocol]: 'breach of protocol',
  [DisconnectReason.uselessPeer]: 'useless peer',
  [DisconnectReason.tooManyPeers]: 'too many peers',
  [DisconnectReason.alreadyConnected]: 'already connected',
  [DisconnectReason.incompatibleVersion]: 'incompatible p2p protocol version',
  [DisconnectReason.nullIdentity]: 'invalid node identity',
  [DisconnectReason.quitting]: 'client quitting',
  [DisconnectReason.unexpectedIdentity]: 'unexpected identity',
  [DisconnectReason.self]: 'connected to self',
  [DisconnectReason.pingTimeout]: 'read timeout',
  [DisconnectReason.subprotocolError]: 'subprotocol error'
}

export const client: Client = {
  name: 'go-ethereum',

  // at this level it tells why each peer went
  start: async () => startGeth({ flags: ['--verbosity', '4'] }),

  expectations: {
    clientId: /^Geth\/v1\.17\.5/,
    versions: [69, 70, 71, 72],
    directions: ['we dial', 'it dials'],
    status: {
      networkId: NETWORK_ID,
      genesis: fromString(GENESIS, 'base16'),
      head: fromString(HEAD, 'base16')
    },
    reasons: {
      quitting: DisconnectReason.quitting,
      alreadyConnected: DisconnectReason.alreadyConnected,
      unexpectedIdentity: DisconnectReason.unexpectedIdentity
    },
    disconnected: (nodeId, reason) => {
      const id = bytesToHex(keccak256(nodeId)).slice(0, 16)

      return new RegExp(`Removing p2p peer .*id=${id} .*req=true +err="${REASONS[reason]}"`)
    }
  }
}
