import { disconnectReasonName } from '../p2p/disconnect.ts'
import { DisconnectError } from '../p2p/errors.ts'
import type { Capability } from '../p2p/capability.ts'
import type { SessionObserver } from '../p2p/observer.ts'
import type { SessionEnd } from '../p2p/session-options.ts'
import type { CounterGroup, Histogram, MessageStreamDirection, Metrics } from '@libp2p/interface'

/** Those of a node, whose transports, encrypter and muxer count together. */
const registered = new WeakMap<Metrics, RlpxMetrics>()

/** What a node counts with: nothing, where it has no metrics. */
export function rlpxMetrics (metrics?: Metrics): RlpxMetrics | undefined {
  if (metrics == null) {
    return
  }

  const ours = registered.get(metrics) ?? new RlpxMetrics(metrics)
  registered.set(metrics, ours)

  return ours
}

/** Counts what becomes of connections, and what goes over them. No peer makes up a label. */
export class RlpxMetrics implements SessionObserver {
  readonly #setUps: CounterGroup
  readonly #disconnects: CounterGroup
  readonly #sentMessages: CounterGroup
  readonly #sentBytes: CounterGroup
  readonly #receivedMessages: CounterGroup
  readonly #receivedBytes: CounterGroup
  readonly #ping: Histogram

  constructor (metrics: Metrics) {
    const count = (name: string, label: string, help: string): CounterGroup => metrics.registerCounterGroup(`libp2p_rlpx_${name}_total`, {
      label,
      help: `Total count of ${help}`
    })

    this.#setUps = count('set_ups', 'outcome', 'handshakes by direction and outcome: success, who refused and why, or the error')
    this.#disconnects = count('disconnects', 'reason', 'ended sessions by side and reason of the Disconnect')
    this.#sentMessages = count('sent_messages', 'capability', 'messages sent by capability')
    this.#sentBytes = count('sent_bytes', 'capability', 'bytes of payloads sent by capability, uncompressed')
    this.#receivedMessages = count('received_messages', 'capability', 'messages received by capability')
    this.#receivedBytes = count('received_bytes', 'capability', 'bytes of payloads received by capability, uncompressed')
    this.#ping = metrics.registerHistogram('libp2p_rlpx_ping_seconds', { help: 'Time from Ping to Pong in seconds' })
  }

  setUp (direction: MessageStreamDirection, err?: Error): void {
    this.#setUps.increment({ [`${direction} ${outcomeOf(err)}`]: true })
  }

  /** By the names we know of reasons. */
  ended ({ by, reason, error }: SessionEnd): void {
    const how = reason == null && error != null ? error.name : disconnectReasonName(reason)

    this.#disconnects.increment({ [`${by} ${how}`]: true })
  }

  onSent (capability: Capability, bytes: number): void {
    const label = labelOf(capability)

    this.#sentMessages.increment({ [label]: true })
    this.#sentBytes.increment({ [label]: bytes })
  }

  onReceived (capability: Capability, bytes: number): void {
    const label = labelOf(capability)

    this.#receivedMessages.increment({ [label]: true })
    this.#receivedBytes.increment({ [label]: bytes })
  }

  onPong (roundTrip: number): void {
    this.#ping.observe(roundTrip / 1000)
  }
}

function outcomeOf (err?: Error): string {
  return err instanceof DisconnectError ? `${err.by} ${disconnectReasonName(err.reason)}` : err?.name ?? 'success'
}

/** What is shared is ours too. */
function labelOf ({ name, version }: Capability): string {
  return `${name}/${version}`
}
