import { ConnectionClosedError } from '@libp2p/interface'
import { AbstractMessageStream } from '@libp2p/utils'
import { pEvent } from 'p-event'
import { raceSignal } from 'race-signal'
import { Uint8ArrayList } from 'uint8arraylist'
import { DISCONNECT_GRACE } from '../p2p/constants.ts'
import type { FrameLink } from '../p2p/frame-link.ts'
import type { LinkListener } from '../p2p/link.ts'
import type { AbortOptions, MessageStream } from '@libp2p/interface'
import type { SendResult } from '@libp2p/utils'

export interface EncryptedStreamInit {
  /** What the frames go over. */
  connection: MessageStream
  link: FrameLink
}

/**
 * Bytes of a frame: its MACs cost little, and a receiver does not wait long for it. One frame of a muxer, of 64 KiB
 * and a header, fits: were its last bytes in a frame of their own, all would take a third longer.
 */
const MAX_DATA_LENGTH = 65 * 1024

/**
 * Bytes in RLPx frames over a connection of libp2p's. An empty frame is the end of a direction: who
 * closes first hears what the other side still has to say.
 */
export class EncryptedStream extends AbstractMessageStream {
  readonly #connection: MessageStream
  readonly #link: FrameLink

  /** Bytes so far. */
  #received = 0

  readonly #listener: LinkListener<Uint8Array> = {
    onReceive: (data) => { this.#onReceive(data) },
    onDrain: () => { this.safeDispatchEvent('drain') },
    onEnd: () => { this.onRemoteCloseWrite() },
    onFail: (err) => { this.abort(err) },
    onClose: (err) => { this.onTransportClosed(err) }
  }

  constructor ({ connection, link }: EncryptedStreamInit) {
    const { direction, inactivityTimeout, log, maxReadBufferLength } = connection
    super({ direction, inactivityTimeout, log: log.newScope('rlpx'), maxReadBufferLength, maxMessageSize: MAX_DATA_LENGTH })

    this.#connection = connection
    this.#link = link
    link.listener = this.#listener
    link.resume()
  }

  async close (options?: AbortOptions): Promise<void> {
    if (this.status !== 'open') {
      return
    }

    this.status = 'closing'
    this.writeStatus = 'closing'

    if (this.writeBuffer.byteLength > 0) {
      await this.#written(options)
    }

    this.#link.send(new Uint8ArrayList())
    await this.#remoteEnd(options)
    await this.#closeConnection(options)
    this.onTransportClosed()
  }

  sendData (data: Uint8ArrayList): SendResult {
    return { sentBytes: data.byteLength, canSendMore: this.#link.send(data) }
  }

  sendReset (err: Error): void {
    this.#link.destroy(err)
  }

  sendPause (): void {
    this.#link.pause()
  }

  sendResume (): void {
    this.#link.resume()
  }

  #onReceive (data: Uint8Array): void {
    this.#received += data.byteLength

    if (data.byteLength > 0) {
      this.onData(data)
    } else {
      this.onRemoteCloseWrite()
    }
  }

  /** The other side may be the first to close, once it has heard all: what libp2p rejects with then is an event. */
  async #closeConnection (options?: AbortOptions): Promise<void> {
    try {
      await this.#connection.close(options)
    } catch (err: any) {
      if (err.type !== 'close' || err.error != null || this.remoteWriteStatus !== 'closed') {
        throw err
      }
    }
  }

  /** @throws {ConnectionClosedError} where it does not come to that */
  async #written (options?: AbortOptions): Promise<void> {
    const { type } = await pEvent(this, ['idle', 'close'], { ...options, rejectionEvents: [] })

    if (type === 'close') {
      throw new ConnectionClosedError('The connection ended before all was written')
    }
  }

  /** Waits for the other side to have said all, as long as it goes on. */
  async #remoteEnd (options?: AbortOptions): Promise<void> {
    let heard = -1

    while (this.remoteWriteStatus !== 'closed' && heard < this.#received) {
      heard = this.#received
      const ended = pEvent(this, ['remoteCloseWrite', 'close'], { signal: AbortSignal.timeout(DISCONNECT_GRACE) }).catch(() => {})

      await raceSignal(ended, options?.signal)
    }
  }
}
