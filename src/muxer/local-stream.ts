import { AbstractStream } from '@libp2p/utils'
import type { AbortOptions } from '@libp2p/interface'
import type { SendResult } from '@libp2p/utils'

/** A stream that ends on this side alone: devp2p has no way to end or to pause one of its capabilities. */
export abstract class LocalStream extends AbstractStream {
  /** Never called: what is sent is not queued here. */
  sendData (): SendResult {
    throw new Error('All that is sent goes to the session at once')
  }

  /** Both directions end at once. */
  async sendCloseWrite (options?: AbortOptions): Promise<void> {
    options?.signal?.throwIfAborted()

    if (this.readStatus === 'paused') {
      this.readStatus = 'closed'
    }

    this.onRemoteCloseWrite()
  }

  /** The channel fills while it is not read, and that slows the peer. */
  sendPause (): void {}

  /** The connection has room again: whether there is any for this stream, its channel says. */
  onMuxerDrain (): void {}
}
