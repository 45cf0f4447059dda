import type { AbortOptions, MultiaddrConnection } from '@libp2p/interface'

/** What connections of libp2p's own transports have beside what all have. */
interface Closable {
  sendClose? (options?: AbortOptions): Promise<void>
}

/**
 * Closes the WebSocket of a connection that is aborted. libp2p's transport would reset it by the
 * close code 1006, which nobody may send (RFC 6455, 7.4.1): browsers and Node.js throw, and the
 * socket stays open for as long as the other side likes.
 */
export function closeAborted (maConn: MultiaddrConnection & Closable): void {
  maConn.addEventListener('close', () => {
    if (maConn.status === 'aborted') {
      maConn.sendClose?.().catch(() => {})
    }
  }, { once: true })
}
