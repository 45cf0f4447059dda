import type { Uint8ArrayList } from 'uint8arraylist'

/** Who hears of a link. */
export interface LinkListener<Received> {
  onReceive (received: Received): void

  /** After a `send` that returned false: there is room again. */
  onDrain (): void

  /** The other side sends no more; it may still read. */
  onEnd (): void

  /** What was received makes no sense, or comes too slowly: the link can only be destroyed. */
  onFail (err: Error): void

  /** The link is gone in both directions; the last of all calls. */
  onClose (err?: Error): void
}

interface Link<Sent, Received> {
  /** Who hears of the link; set before the link has anything to tell. */
  listener?: LinkListener<Received>

  /** Takes what is to be sent; false: enough is waiting for now. */
  send (sent: Sent): boolean

  /** Reads no more, so that the other side's writes come to wait. */
  pause (): void
  resume (): void

  /**
   * Ends the direction to the other side, once what was sent is on its way.
   *
   * @param over - the other side has said all that it has to say, too
   */
  end (over?: boolean): void

  /** Drops everything at once. */
  destroy (err?: Error): void
}

/** What carries bytes: a socket, or whatever stands for one. */
export interface ByteLink extends Link<Uint8Array, Uint8Array | Uint8ArrayList> {
  /** Whether what it hands out, and the memory that it is all of, is nobody else's any more. */
  readonly gives?: boolean
}

/** What carries whole messages. It keeps nothing that it is to send; what it hands out belongs to who receives it. */
export interface MessageLink extends Link<Uint8ArrayList, Uint8Array> {
  /** The largest message that is read from now on, in bytes. */
  maxMessageSize: number
}
