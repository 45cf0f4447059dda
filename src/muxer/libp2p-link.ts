import { AbstractMessageStream } from '@libp2p/utils'
import { DisconnectReason } from '../p2p/disconnect.ts'
import type { Channel } from '../p2p/channel.ts'
import type { AbortOptions, Logger, MessageStreamDirection } from '@libp2p/interface'
import type { SendResult } from '@libp2p/utils'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface Libp2pLinkInit {
  direction: MessageStreamDirection
  log: Logger

  /** Ends the session. */
  disconnect (reason: number, err: Error): void
}

/** Bytes of a message: small enough for what else is shared to come in between. */
const MAX_MESSAGE_SIZE = 64 * 1024

const BYTES = 0

/**
 * The bytes of the capability `libp2p/1`, for a muxer of libp2p's own to run on. What is sent
 * before it is known to be shared waits.
 */
export class Libp2pLink extends AbstractMessageStream {
  readonly #init: Libp2pLinkInit
  #channel?: Channel

  constructor (init: Libp2pLinkInit) {
    super({ ...init, maxMessageSize: MAX_MESSAGE_SIZE })
    this.#init = init
  }

  attach (channel: Channel): void {
    const onReadable = (): void => {
      for (let message = channel.read(); message != null; message = channel.read()) {
        this.onData(message.payload)
      }
    }

    const onDrain = (): void => {
      if (this.writableNeedsDrain) {
        this.safeDispatchEvent('drain')
      }
    }

    this.#channel = channel
    channel.claim({ onReadable, onDrain, onEnd: ({ error }) => { this.onTransportClosed(error) } })
    onReadable()
    onDrain()
  }

  sendData (data: Uint8ArrayList): SendResult {
    if (this.#channel == null) {
      return { sentBytes: 0, canSendMore: false }
    }

    const canSendMore = this.#channel.send({ id: BYTES, payload: data.subarray() })

    return { sentBytes: data.byteLength, canSendMore }
  }

  /** What runs on it has lost its way: there is no other connection to go on with. */
  sendReset (err: Error): void {
    this.#init.disconnect(DisconnectReason.breachOfProtocol, err)
  }

  /** A muxer takes all that comes, as each of its streams has a window. */
  sendPause (): void {}

  sendResume (): void {}

  async close (options?: AbortOptions): Promise<void> {
    options?.signal?.throwIfAborted()
    this.onTransportClosed()
  }
}
