import { decode, encode } from 'rlp'
import { uncompress } from './snappy.ts'

/** Why a session ends, as the devp2p specification numbers it. */
export const DisconnectReason = {
  requested: 0x00,
  tcpError: 0x01,
  breachOfProtocol: 0x02,
  uselessPeer: 0x03,
  tooManyPeers: 0x04,
  alreadyConnected: 0x05,
  incompatibleVersion: 0x06,
  nullIdentity: 0x07,
  quitting: 0x08,
  unexpectedIdentity: 0x09,
  self: 0x0a,
  pingTimeout: 0x0b,
  subprotocolError: 0x10
} as const

const NAMES: Record<number, string> = {
  [DisconnectReason.requested]: 'disconnect requested',
  [DisconnectReason.tcpError]: 'TCP error',
  [DisconnectReason.breachOfProtocol]: 'breach of protocol',
  [DisconnectReason.uselessPeer]: 'useless peer',
  [DisconnectReason.tooManyPeers]: 'too many peers',
  [DisconnectReason.alreadyConnected]: 'already connected',
  [DisconnectReason.incompatibleVersion]: 'incompatible p2p version',
  [DisconnectReason.nullIdentity]: 'null node identity',
  [DisconnectReason.quitting]: 'quitting',
  [DisconnectReason.unexpectedIdentity]: 'unexpected identity',
  [DisconnectReason.self]: 'connected to self',
  [DisconnectReason.pingTimeout]: 'ping timeout',
  [DisconnectReason.subprotocolError]: 'subprotocol error'
}

/** Bytes of a reason, far more than any has: it has to fit a number. */
const MAX_REASON_LENGTH = 4

/** A payload of more bytes is no Disconnect of any form. */
const MAX_UNCOMPRESSED = 64

/**
 * A reason in words.
 *
 * @param reason - `undefined` where the other side gave none
 */
export function disconnectReasonName (reason?: number): string {
  if (reason == null) {
    return 'no reason given'
  }

  return NAMES[reason] ?? 'unknown reason'
}

/** Whether a reason tells of no fault; giving none tells of none. */
export function isFarewell (reason?: number): boolean {
  return reason == null || reason === DisconnectReason.requested || reason === DisconnectReason.quitting
}

/** The payload of a Disconnect, as specified: a list of one. */
export function encodeDisconnect (reason: number): Uint8Array {
  return encode([reason])
}

/**
 * Reads a reason in every form that is on the wire: a list or a bare integer, compressed or
 * not, whether or not that is what the state of the session asks for. Unknown reasons are
 * kept as their numbers; `undefined` is an empty or an unreadable one.
 */
export function decodeDisconnect (payload: Uint8Array): number | undefined {
  // no compressed form that says anything is this short
  if (payload.byteLength <= 2) {
    return readReason(payload)
  }

  try {
    return readReason(uncompress(payload, MAX_UNCOMPRESSED))
  } catch {
    return readReason(payload)
  }
}

function readReason (bytes: Uint8Array): number | undefined {
  try {
    const { data } = decode(bytes, true)
    const reason = Array.isArray(data) ? data[0] : data

    return reason instanceof Uint8Array && bytes.byteLength > 0 ? readInteger(reason) : undefined
  } catch {
    return undefined
  }
}

function readInteger (bytes: Uint8Array): number | undefined {
  if (bytes.byteLength > MAX_REASON_LENGTH) {
    return undefined
  }

  return bytes.reduce((value, byte) => value * 256 + byte, 0)
}
