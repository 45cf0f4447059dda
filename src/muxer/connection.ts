import { raceSignal } from 'race-signal'
import { DisconnectReason } from '../p2p/disconnect.ts'
import { CapabilityNotSharedError, DisconnectError, SessionError } from '../p2p/errors.ts'
import { CapabilityStream } from './capability-stream.ts'
import { NotDevp2pError } from './errors.ts'
import { protocolOf } from './protocol.ts'
import { sessionOf } from './sessions.ts'
import type { CapabilityMessages } from '../p2p/capability-messages.ts'
import type { SharedCapability } from '../p2p/capability.ts'
import type { Hello } from '../p2p/hello.ts'
import type { SessionEnd } from '../p2p/session-options.ts'
import type { AbortOptions, Connection, Stream } from '@libp2p/interface'

export interface OpenedCapability {
  /** The one that both sides agreed on, the highest of those they share. */
  version: number

  /** Length-prefixed messages, as bytes. */
  stream: Stream

  /** The same, as messages. */
  messages: CapabilityMessages
}

/**
 * Claims a shared capability of a connection, whichever its version.
 *
 * @throws {CapabilityNotSharedError}
 * @throws {CapabilityInUseError} where it has been claimed, or has a handler
 * @throws {NotDevp2pError} where the connection speaks no devp2p
 */
export async function openCapability (connection: Connection, name: string, options?: AbortOptions): Promise<OpenedCapability> {
  // under `devp2p()` Hello follows the connection
  await raceSignal(sessionOf(connection).ready, options?.signal)

  const shared = sharedCapabilities(connection).find(capability => capability.name === name)

  if (shared == null) {
    throw new CapabilityNotSharedError(`The capability ${name} is not shared with the peer`)
  }

  const stream = await connection.newStream(protocolOf(shared), options)

  return { version: shared.version, stream, messages: capabilityMessages(stream) }
}

/**
 * The messages of a capability's stream, as a handler gets one.
 *
 * @throws {NotDevp2pError} where the stream is of no capability
 */
export function capabilityMessages (stream: Stream): CapabilityMessages {
  if (!(stream instanceof CapabilityStream)) {
    throw new NotDevp2pError(`The stream is of no capability, but of ${stream.protocol}`)
  }

  return stream.messages
}

/**
 * What is shared with the peer, with the offsets of its message ids.
 *
 * @throws {NotDevp2pError}
 */
export function sharedCapabilities (connection: Connection): SharedCapability[] {
  return sessionOf(connection).channels.capabilities
}

/**
 * What the peer said of itself: escape it before you print it.
 *
 * @throws {NotDevp2pError}
 */
export function helloOf (connection: Connection): Hello {
  return sessionOf(connection).hello
}

/**
 * The round-trip time of a devp2p Ping, in milliseconds. The first one waits until the peer
 * has sent a capability's message, or for the Ping interval.
 *
 * @throws {NotDevp2pError}
 * @throws {SessionClosedError}
 */
export async function pingPeer (connection: Connection, options?: AbortOptions): Promise<number> {
  return sessionOf(connection).ping(options)
}

/**
 * Ends a connection with a reason, and resolves once it is gone.
 *
 * @param connection - one of devp2p
 * @param reason - one of `DisconnectReason`, by default "requested"
 * @throws {NotDevp2pError}
 */
export async function disconnect (connection: Connection, reason: number = DisconnectReason.requested): Promise<void> {
  await sessionOf(connection).disconnect(reason)
}

/**
 * How a connection ends, once it has: unlike its close event it tells "requested" and "quitting"
 * too, which are no error.
 *
 * @throws {NotDevp2pError}
 */
export async function sessionEndOf (connection: Connection): Promise<SessionEnd> {
  return sessionOf(connection).closed
}

/** The reason of a Disconnect that an error tells of, either side's; `undefined` where it tells of none. */
export function disconnectReasonOf (error: unknown): number | undefined {
  return error instanceof DisconnectError || error instanceof SessionError ? error.reason : undefined
}
