import { AbstractMultiaddrConnection } from '@libp2p/utils'
import { raceSignal } from 'race-signal'
import { DisconnectReason } from '../p2p/disconnect.ts'
import { reasonOf } from '../p2p/errors.ts'
import type { Session } from '../p2p/session.ts'
import type { AbortOptions } from '@libp2p/interface'
import type { AbstractMultiaddrConnectionInit, SendResult } from '@libp2p/utils'

export interface SessionConnectionInit extends AbstractMultiaddrConnectionInit {
  session: Session
}

/**
 * What libp2p takes for the raw connection of a session: no bytes go through it, but its end is
 * the session's. So a connection that is closed or aborted says why, in a Disconnect, and one
 * that the peer ended tells it in its close event.
 */
export class SessionConnection extends AbstractMultiaddrConnection {
  readonly #session: Session

  constructor (init: SessionConnectionInit) {
    super(init)

    this.#session = init.session
    void this.#session.closed.then(({ error }) => { this.onTransportClosed(error) })
  }

  async sendClose (options?: AbortOptions): Promise<void> {
    try {
      await raceSignal(this.#session.disconnect(DisconnectReason.requested), options?.signal)
    } catch (err: any) {
      this.#session.destroy(err)
      throw err
    }
  }

  sendReset (err: Error): void {
    void this.#session.disconnect(reasonOf(err, DisconnectReason.requested), err)
  }

  sendData (): SendResult {
    throw new Error('All that is sent is sent by the session')
  }

  sendPause (): void {}

  sendResume (): void {}
}
