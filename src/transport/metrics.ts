import { disconnectReasonName } from '../p2p/disconnect.ts'
import type { SessionEnd } from '../p2p/session-options.ts'
import type { CounterGroup, MessageStreamDirection, Metrics } from '@libp2p/interface'

/** Counts what becomes of connections. */
export class RlpxMetrics {
  readonly #setUps?: CounterGroup
  readonly #disconnects?: CounterGroup

  constructor (metrics?: Metrics) {
    this.#setUps = metrics?.registerCounterGroup('libp2p_rlpx_set_ups_total', {
      label: 'outcome',
      help: 'Total count of connections by direction and what became of their handshake and Hello: success, or the name of the error'
    })

    this.#disconnects = metrics?.registerCounterGroup('libp2p_rlpx_disconnects_total', {
      label: 'reason',
      help: 'Total count of ended sessions by side and reason of the Disconnect'
    })
  }

  setUp (direction: MessageStreamDirection, err?: Error): void {
    this.#setUps?.increment({ [`${direction} ${err?.name ?? 'success'}`]: true })
  }

  /** Reasons go by the names we know, so that no peer makes up labels. */
  ended ({ by, reason, error }: SessionEnd): void {
    const how = reason == null && error != null ? error.name : disconnectReasonName(reason)

    this.#disconnects?.increment({ [`${by} ${how}`]: true })
  }
}
