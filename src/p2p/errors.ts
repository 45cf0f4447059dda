import { disconnectReasonName, DisconnectReason } from './disconnect.ts'

/** Which side did something. */
export type Side = 'local' | 'remote'

/**
 * A session was ended, or not begun, with a Disconnect. `by` tells whose.
 */
export class DisconnectError extends Error {
  static name = 'DisconnectError'

  /** The reason's number; `undefined` where the other side gave none. */
  readonly reason?: number
  readonly by: Side

  constructor (reason?: number, by: Side = 'local', stage?: string) {
    const code = reason == null ? '' : ` (0x${reason.toString(16).padStart(2, '0')})`

    super(`${by === 'remote' ? 'The peer' : 'We'} disconnected${stage == null ? '' : ` ${stage}`}: ${disconnectReasonName(reason)}${code}`)
    this.name = 'DisconnectError'
    this.reason = reason
    this.by = by
  }
}

/** What ends a session because of a fault that is answered with a Disconnect. */
export class SessionError extends Error {
  static name = 'SessionError'

  /** The reason that the other side is told. */
  readonly reason: number

  constructor (message: string, reason: number) {
    super(message)
    this.name = 'SessionError'
    this.reason = reason
  }
}

/** A message that may not come, or not now: before Hello, a second Hello, an id that nobody has. */
export class ProtocolBreachError extends SessionError {
  static name = 'ProtocolBreachError'

  constructor (message = 'The peer broke the devp2p protocol') {
    super(message, DisconnectReason.breachOfProtocol)
    this.name = 'ProtocolBreachError'
  }
}

/** A message whose id or compression cannot be read. */
export class MalformedMessageError extends SessionError {
  static name = 'MalformedMessageError'

  constructor (message = 'A message cannot be read') {
    super(message, DisconnectReason.breachOfProtocol)
    this.name = 'MalformedMessageError'
  }
}

/** A Hello that cannot be read. */
export class InvalidHelloError extends SessionError {
  static name = 'InvalidHelloError'

  constructor (message = 'The Hello cannot be read', reason: number = DisconnectReason.breachOfProtocol) {
    super(message, reason)
    this.name = 'InvalidHelloError'
  }
}

/** No Hello came in time. */
export class HelloTimeoutError extends SessionError {
  static name = 'HelloTimeoutError'

  constructor (message = 'No Hello was received in time') {
    super(message, DisconnectReason.pingTimeout)
    this.name = 'HelloTimeoutError'
  }
}

/** The node id in Hello is not the key of the encryption handshake. */
export class UnexpectedIdentityError extends SessionError {
  static name = 'UnexpectedIdentityError'

  constructor (message = 'The node id in Hello is not the key of the encryption handshake') {
    super(message, DisconnectReason.unexpectedIdentity)
    this.name = 'UnexpectedIdentityError'
  }
}

/** No capability is shared. */
export class UselessPeerError extends SessionError {
  static name = 'UselessPeerError'

  constructor (message = 'The peer shares no capability with us') {
    super(message, DisconnectReason.uselessPeer)
    this.name = 'UselessPeerError'
  }
}

/** The peer has our own key. */
export class SelfConnectionError extends SessionError {
  static name = 'SelfConnectionError'

  constructor (message = 'The peer has our own node id') {
    super(message, DisconnectReason.self)
    this.name = 'SelfConnectionError'
  }
}

/** A Ping was not answered in time. */
export class PingTimeoutError extends SessionError {
  static name = 'PingTimeoutError'

  constructor (message = 'The peer did not answer a Ping in time') {
    super(message, DisconnectReason.pingTimeout)
    this.name = 'PingTimeoutError'
  }
}

/** More came for a capability that nobody reads than is kept for whoever may come. */
export class UnclaimedCapabilityError extends SessionError {
  static name = 'UnclaimedCapabilityError'

  constructor (message = 'The peer sent more than is kept for a capability that nobody reads') {
    super(message, DisconnectReason.subprotocolError)
    this.name = 'UnclaimedCapabilityError'
  }
}

/** The other side stopped reading, and writes were blocked for too long. */
export class WriteTimeoutError extends Error {
  static name = 'WriteTimeoutError'

  constructor (message = 'The peer read nothing for too long') {
    super(message)
    this.name = 'WriteTimeoutError'
  }
}

/** A frame was begun and not ended in time. */
export class FrameTimeoutError extends Error {
  static name = 'FrameTimeoutError'

  constructor (message = 'A frame was not complete in time') {
    super(message)
    this.name = 'FrameTimeoutError'
  }
}

/** All connections together hold too much of frames that are not complete, and this one has for the longest. */
export class UnfinishedBytesError extends Error {
  static name = 'UnfinishedBytesError'

  constructor (message = 'Too much is held of frames that are not complete') {
    super(message)
    this.name = 'UnfinishedBytesError'
  }
}

/** The connection ended without a Disconnect, or is asked for something after its end. */
export class SessionClosedError extends Error {
  static name = 'SessionClosedError'

  constructor (message = 'The session has ended', options?: ErrorOptions) {
    super(message, options)
    this.name = 'SessionClosedError'
  }
}

/** Somebody has claimed the capability already. */
export class CapabilityInUseError extends Error {
  static name = 'CapabilityInUseError'

  constructor (message = 'The capability is in use') {
    super(message)
    this.name = 'CapabilityInUseError'
  }
}

/** The capability is not shared with the peer. */
export class CapabilityNotSharedError extends Error {
  static name = 'CapabilityNotSharedError'

  constructor (message = 'The capability is not shared with the peer') {
    super(message)
    this.name = 'CapabilityNotSharedError'
  }
}

/** A capability, client id or port of ours that must not be sent. */
export class InvalidLocalHelloError extends Error {
  static name = 'InvalidLocalHelloError'

  constructor (message = 'This Hello must not be sent') {
    super(message)
    this.name = 'InvalidLocalHelloError'
  }
}

/** A message of ours that cannot be sent; the session goes on. */
export class InvalidMessageError extends Error {
  static name = 'InvalidMessageError'

  constructor (message = 'This message cannot be sent') {
    super(message)
    this.name = 'InvalidMessageError'
  }
}

/** The reason that goes with an error: of a `DisconnectError` or of a fault that has one. */
export function reasonOf (err: Error, otherwise: number): number {
  if (err instanceof DisconnectError) {
    return err.reason ?? DisconnectReason.requested
  }

  return err instanceof SessionError ? err.reason : otherwise
}
