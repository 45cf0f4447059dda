import { MAX_FRAME_SIZE } from '../frame/index.ts'
import { DISCONNECT_GRACE } from '../p2p/constants.ts'
import type { ByteLink, LinkListener } from '../p2p/link.ts'
import type { MessageStream, MessageStreamStatus, StreamCloseEvent, StreamMessageEvent } from '@libp2p/interface'
import type { Uint8ArrayList } from 'uint8arraylist'

/** Large writes go in pieces, so that those of other streams come in between. */
const MAX_WRITE = 256 * 1024

/** Where a carrier cannot pause, this much is kept beyond what is being read, in bytes. */
const MAX_UNPAUSED = 2 * (MAX_FRAME_SIZE + 1)

/** What streams are that have told of their end. */
const ENDED: MessageStreamStatus[] = ['closed', 'aborted', 'reset']

/** Why a stream is aborted when nobody said why. */
const DESTROYED = new Error('The connection was dropped')

/** Those that libp2p makes have a way to let go of what is underneath, whatever their status. */
type ResettableStream = MessageStream & { sendReset? (err: Error): void }

/**
 * What libp2p calls a message stream, a raw connection or an encrypted one, as a link of
 * bytes. It has no half-close: whoever says the last word closes. It is not read before `resume`.
 */
export class MessageStreamLink implements ByteLink {
  listener?: LinkListener<Uint8Array | Uint8ArrayList>
  readonly gives: boolean
  readonly #stream: ResettableStream
  #paused = true
  #ended = false

  /** Set once the stream is gone. */
  #closed?: { err?: Error }

  constructor (stream: MessageStream, { gives = false }: Pick<ByteLink, 'gives'> = {}) {
    this.gives = gives
    this.#stream = stream
    stream.maxReadBufferLength = Math.max(stream.maxReadBufferLength, MAX_UNPAUSED)
    this.pause()
    stream.addEventListener('message', this.#onMessage)
    stream.addEventListener('drain', this.#onDrain)
    stream.addEventListener('end', this.#onReadEnd)
    stream.addEventListener('close', this.#onClose)

    if (ENDED.includes(stream.status)) {
      this.#closed = {}
    }
  }

  send (bytes: Uint8Array): boolean {
    try {
      let writable = true

      for (let offset = 0; offset < bytes.byteLength; offset += MAX_WRITE) {
        writable = this.#stream.send(bytes.subarray(offset, offset + MAX_WRITE))
      }

      return writable
    } catch {
      // it is closed, or aborts itself: its close tells why
      return false
    }
  }

  pause (): void {
    this.#paused = true
    this.#ask(() => { this.#stream.pause() })
  }

  resume (): void {
    this.#paused = false
    this.#ask(() => { this.#stream.resume() })

    this.#tellClosed()
  }

  end (over = false): void {
    this.#ended = true

    if (over) {
      this.destroy()
    }
  }

  destroy (err?: Error): void {
    const stream = this.#stream

    // nobody waits for what is unread, and nobody can wait for what the other side does not read
    this.#paused = false

    if (err != null || stream.writeBufferLength > 0 || stream.writableNeedsDrain) {
      stream.abort(err ?? DESTROYED)
    } else {
      stream.close({ signal: AbortSignal.timeout(DISCONNECT_GRACE) }).catch((err) => { stream.abort(err) })
    }

    this.#tellClosed()
  }

  #ask (change: () => void): void {
    if (!this.#stream.readableEnded) {
      try {
        change()
      } catch {
        // what it runs on is closed, which it has not heard of yet
      }
    }
  }

  readonly #onMessage = ({ data }: StreamMessageEvent): void => {
    this.listener?.onReceive(data)
  }

  /** The stream has its own buffer, which it empties first. */
  readonly #onDrain = (): void => {
    queueMicrotask(() => {
      if (!this.#stream.writableNeedsDrain && this.#stream.writeBufferLength === 0) {
        this.listener?.onDrain()
      }
    })
  }

  /** All has been read. Where that is so because the stream is closed, the close says all there is to say. */
  readonly #onReadEnd = (): void => {
    if (this.#stream.status === 'open') {
      this.listener?.onEnd()

      if (this.#ended) {
        this.destroy()
      }
    }
  }

  readonly #onClose = ({ error }: StreamCloseEvent): void => {
    this.#closed = { err: error }
    this.#stream.removeEventListener('drain', this.#onDrain)
    this.#stream.removeEventListener('end', this.#onReadEnd)
    this.#stream.removeEventListener('close', this.#onClose)

    if (error == null) {
      this.#letGo()
    }

    this.#tellClosed()
  }

  /**
   * To libp2p a TCP connection is closed once the other side has ended. The socket stays until all
   * is written, which is for ever where nobody reads; and whoever is closed can no longer be aborted.
   */
  #letGo (): void {
    const stream = this.#stream

    // nothing but the stream is kept for it
    const timer: { unref?(): void } | number = setTimeout(() => {
      try {
        stream.sendReset?.(DESTROYED)
      } catch {
        // it was gone, as it should be
      }
    }, DISCONNECT_GRACE)

    if (typeof timer === 'object') {
      timer.unref?.()
    }
  }

  /** What came before a close is read before it is told, here or by those who paused us to read in their own time. */
  #tellClosed (): void {
    const closed = this.#closed

    if (closed == null || (this.#paused && (closed.err == null || this.#stream.readBufferLength > 0))) {
      return
    }

    this.#closed = undefined
    this.#stream.removeEventListener('message', this.#onMessage)
    this.listener?.onClose(closed.err)
  }
}
