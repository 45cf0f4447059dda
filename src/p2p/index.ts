/**
 * @packageDocumentation
 *
 * devp2p sessions without libp2p: `connect` and `accept` make a running peer of a duplex of
 * bytes, `probe` asks a node who it is.
 *
 * @example Asking a node who it is
 *
 * ```ts
 * import { probe } from 'libp2p-rlpx/p2p'
 *
 * const enode = 'enode://79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8@127.0.0.1:30303'
 * const { stage, hello, status, error } = await probe(enode)
 *
 * console.info(stage, hello?.clientId, status?.head, error?.message)
 * ```
 */

export { HandshakeClosedError, HandshakeDecryptionError, HandshakeTimeoutError, InvalidAckError, InvalidAuthError, InvalidHandshakeFormatError, InvalidHandshakeSizeError } from '../handshake/errors.ts'
export { BadFrameMacError, BadHeaderMacError, ChunkedFrameError, FrameTooLargeError, TruncatedFrameError } from '../frame/index.ts'
export { InvalidPrivateKeyError, InvalidPublicKeyError } from '../crypto/index.ts'
export { accept, connect } from './connect.ts'
export { DisconnectReason, disconnectReasonName } from './disconnect.ts'
export { CapabilityInUseError, CapabilityNotSharedError, DisconnectError, FrameTimeoutError, HelloTimeoutError, InvalidHelloError, InvalidLocalHelloError, InvalidMessageError, MalformedMessageError, PingTimeoutError, ProtocolBreachError, SelfConnectionError, SessionClosedError, SessionError, UnclaimedCapabilityError, UnexpectedIdentityError, UnfinishedBytesError, UselessPeerError, WriteTimeoutError } from './errors.ts'
export { probe } from './probe.ts'
export { dialTcp, listenTcp } from './tcp.ts'
export { UnfinishedBytes } from './unfinished-bytes.ts'
export type { Capability, CapabilityId, SharedCapability } from './capability.ts'
export type { CapabilityMessages } from './capability-messages.ts'
export type { AcceptInit, ConnectInit } from './connect.ts'
export type { ByteDuplex } from './duplex-link.ts'
export type { EncryptionHandshakeOptions } from './encryption-handshake.ts'
export type { Side } from './errors.ts'
export type { Hello } from './hello.ts'
export type { Message } from './message.ts'
export type { Peer } from './peer.ts'
export type { ProbeInit, ProbeResult, ProbeStage } from './probe.ts'
export type { SessionEnd, SessionOptions } from './session-options.ts'
export type { Candidate, SetUpOptions } from './set-up.ts'
export type { Endpoint, Listening } from './tcp.ts'
export type { UnfinishedHolder } from './unfinished-bytes.ts'
