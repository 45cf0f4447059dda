import { DisconnectError, SessionError } from '../p2p/errors.ts'
import type { MessageStreamDirection } from '@libp2p/interface'

/** What libp2p aborts a stream with of its own accord: none of it is the peer's fault. */
const NO_FAULT = ['AbortError', 'TooManyOutboundProtocolStreamsError']

/**
 * Whether to end the session where a stream is aborted. libp2p aborts an inbound one whose
 * handler throws: that only frees the capability.
 */
export function isFault (err: Error, direction: MessageStreamDirection): boolean {
  const named = err instanceof DisconnectError || err instanceof SessionError

  return named || (direction === 'outbound' && !NO_FAULT.includes(err.name))
}
