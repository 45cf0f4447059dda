import type { Side } from './errors.ts'
import type { LocalHello } from './hello.ts'
import type { MessageLink } from './link.ts'
import type { SessionObserver } from './observer.ts'

/** How a session ended. */
export interface SessionEnd {
  /** Who ended it. */
  by: Side

  /** The reason of the Disconnect; `undefined` where there was none, or one without. */
  reason?: number

  /** What was wrong; nothing, where a Disconnect just said "requested" or "quitting". */
  error?: Error
}

export interface SessionOptions {
  /**
   * How long the other side's Hello may take, in milliseconds.
   *
   * @default 10000
   */
  helloTimeout?: number

  /**
   * From Ping to Ping, in milliseconds.
   *
   * @default 15000
   */
  pingInterval?: number

  /**
   * From Ping to Pong, in milliseconds.
   *
   * @default 15000
   */
  pingTimeout?: number

  /**
   * How long writes may be blocked, in milliseconds.
   *
   * @default 20000
   */
  writeTimeout?: number

  /**
   * How long the other side has to take our Disconnect in and close, in milliseconds.
   *
   * @default 750
   */
  disconnectGrace?: number

  /**
   * Bytes that wait for the reader of one capability before the connection is paused.
   *
   * @default 1048576
   */
  maxBufferedBytes?: number
}

export interface SessionInit extends SessionOptions {
  link: MessageLink
  hello: LocalHello

  /** The key of the encryption handshake, which Hello has to name; without one any is taken. */
  remoteId?: Uint8Array
  observer?: SessionObserver
}
