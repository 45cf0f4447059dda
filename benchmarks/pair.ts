import { startWorker } from './worker.ts'
import type { Worker } from './worker.ts'

/** Two processes, one of which dials the other. */
export interface DialPair <Address = unknown> {
  dialer: Worker

  /** Where the nodes of the other one are dialled. */
  addresses: Address[]
  stop (): Promise<void>
}

/** Two processes with libp2p nodes. */
export interface Pair extends DialPair<string> {
  listener: Worker
}

export interface PairOptions {
  /** How many nodes listen. */
  nodes?: number

  /** How many connections are opened to them, as many at once as there are nodes. */
  connections?: number

  /** Whether something is to be sent over them. */
  senders?: boolean

  /** Whether whoever listens receives what is sent: a capability that is handled has a stream on each connection. */
  receive?: boolean
}

export async function startPair (flavour: string, { nodes = 1, connections = 1, senders = false, receive = true }: PairOptions = {}): Promise<Pair> {
  const [dialer, listener] = [startWorker('nodes', flavour), startWorker('nodes', flavour)]
  const addresses = await listener.call<string[]>('listen', { count: nodes, receive })

  await dialer.call('connect', { addresses, count: connections })

  if (senders) {
    await dialer.call('openSenders')
  }

  return {
    dialer,
    listener,
    addresses,
    stop: async () => { await Promise.all([dialer.stop(), listener.stop()]) }
  }
}
