import { RlpxTransport } from './transport.ts'
import type { Capability } from '../p2p/capability.ts'
import type { EncryptionHandshakeOptions } from '../p2p/encryption-handshake.ts'
import type { SessionOptions } from '../p2p/session-options.ts'
import type { ComponentLogger, ConnectionGater, ConnectionProtector, Libp2pEvents, Metrics, OutboundConnectionUpgradeEvents, PeerId, PeerStore, PrivateKey, Secp256k1PrivateKey, Transport, TypedEventTarget } from '@libp2p/interface'
import type { ConnectionManager, Registrar } from '@libp2p/interface-internal'
import type { ProgressEvent } from 'progress-events'

export { getEnodes } from './enodes.ts'
export { PeerRefusedError, TooManyHandshakesError, UnprotectedTransportError, UnsupportedTransportError } from './errors.ts'
export type { EnodeListener } from './enodes.ts'

export interface RlpxTransportInit extends Omit<EncryptionHandshakeOptions, 'signal' | 'unfinished'>, SessionOptions {
  /** What we speak: may be left out only where `libp2p` is on. */
  capabilities?: Capability[]

  /**
   * Our RLPx key, where it is not the node's: secp256k1, or its 32 bytes.
   *
   * @default the node's
   */
  privateKey?: Secp256k1PrivateKey | Uint8Array

  /**
   * What RLPx runs on: TCP, WebSockets or memory.
   *
   * @default tcp()
   */
  transport? (components: any): Transport

  /**
   * What we call ourselves.
   *
   * @default 'libp2p-rlpx'
   */
  clientId?: string

  /**
   * Whether libp2p's own protocols run beside the capabilities, towards peers that do the same,
   * as the capability `libp2p/1`. All peers see it in our Hello.
   *
   * @default false
   */
  libp2p?: boolean

  /**
   * Whether to tell libp2p's peers of our `/rlpx` addresses. Those that do not know `/rlpx`
   * cannot identify us then.
   *
   * @default false
   */
  announce?: boolean

  /**
   * Whether a node of a private network may leave it by RLPx.
   *
   * @default false
   */
  allowUnprotected?: boolean

  /**
   * RLPx connections above which no more are let in.
   *
   * @default the connection manager's `maxConnections`
   */
  maxPeers?: number

  /**
   * RLPx connections to one peer.
   *
   * @default 1
   */
  maxConnectionsPerPeer?: number

  /**
   * How long a peer that is tagged to be kept, and that took our dial and then told us to go, is
   * not dialled again, in milliseconds: twice as long each time, up to 5 minutes. To libp2p such a
   * dial has succeeded, so it would dial the peer again at once, and without end.
   *
   * @default 1000
   */
  refusalPause?: number

  /**
   * Bytes of frames that are not complete, of all connections together: over it the oldest is cut.
   *
   * @default 268435456
   */
  maxUnfinishedBytes?: number

  /**
   * Inbound connections whose other side has proven nothing yet, at once.
   *
   * @default 50
   */
  maxPendingHandshakes?: number

  /**
   * Those of one address, or of one IPv6 network of 64 bits.
   *
   * @default 8
   */
  maxPendingHandshakesPerAddress?: number

  /**
   * Inbound handshakes of one address, or of one IPv6 network of 64 bits, that turn out to be forged,
   * in a minute: for the rest of it connections of that address are dropped unread.
   *
   * @default 30
   */
  maxForgedHandshakesPerAddress?: number
}

export interface RlpxTransportComponents {
  peerId: PeerId
  privateKey: PrivateKey
  logger: ComponentLogger
  events: TypedEventTarget<Libp2pEvents>
  peerStore: PeerStore
  registrar: Registrar
  connectionManager: ConnectionManager
  connectionGater: ConnectionGater
  connectionProtector?: ConnectionProtector
  metrics?: Metrics
}

export type RlpxDialEvents =
  OutboundConnectionUpgradeEvents |
  ProgressEvent<'rlpx:encryption-handshake'> |
  ProgressEvent<'rlpx:hello'>

/**
 * RLPx as a libp2p transport, for addresses that end in `/rlpx`: what geth and reth speak, byte
 * for byte. Its connections are devp2p sessions, and the shared capabilities are their protocols.
 *
 * @throws {InvalidParametersError} where there is no secp256k1 key
 * @throws {InvalidLocalHelloError} where a capability or the client id must not be sent
 * @throws {UnsupportedTransportError} where RLPx does not run on the inner transport
 * @throws {UnprotectedTransportError} where the node is part of a private network
 */
export function rlpxTransport (init: RlpxTransportInit): (components: RlpxTransportComponents) => Transport<RlpxDialEvents> {
  return (components) => new RlpxTransport(components, init)
}
