import { disconnectReasonName, disconnectReasonOf } from '../../../src/index.ts'
import type { SessionEnd } from '../../../src/index.ts'

/** By the names of errors. */
const WORDS: Record<string, string> = {
  InvalidForwarderError: 'That is no address of a forwarder. One looks like /ip4/127.0.0.1/tcp/8545/ws, or /dns4/example.org/tcp/443/tls/ws.',
  HandshakeClosedError: 'The other side hung up before it had proven who it is. Either nobody listens where the forwarder leads, or the node has another key than its enode says, or it does not speak RLPx.',
  TimeoutError: 'Nobody answered in time. Is that the node’s port, and can the forwarder reach it?',
  MissingStatusError: 'The node said Hello and then sent no Status.',
  StatusMismatchError: 'The node is on another chain than we are.'
}

/** What went wrong, for whoever reads the page. */
export function inWords (err: unknown): string {
  const reason = disconnectReasonOf(err)

  if (reason != null) {
    return `The node turned us away: ${disconnectReasonName(reason)}.`
  }

  // a WebSocket that does not open tells nothing: pages must not learn what runs where
  if (!(err instanceof Error) || err.name === 'ConnectionFailedError') {
    return 'Nobody answers at the address of the forwarder. Is it running, and is this its port?'
  }

  return WORDS[err.name] ?? `${err.message} (${err.name})`
}

/** How a conversation ended. */
export function endInWords ({ by, reason, error }: SessionEnd): string {
  if (by === 'local' && error == null) {
    return 'You have left.'
  }

  if (reason != null) {
    return `${by === 'local' ? 'We hung up' : 'The node has left'}: ${disconnectReasonName(reason)}.`
  }

  return error == null ? 'The node has left.' : `The connection broke: ${error.message}`
}
