import type { Connection, Libp2p } from '@libp2p/interface'

/** Sends so many messages of a size one way; resolves with the milliseconds until the last has been received. */
export type Sender = (size: number, count: number) => Promise<number>

/** A way for libp2p nodes to talk to each other. */
export interface Flavour {
  /** A node that listens on a port of 127.0.0.1. */
  createNode (): Promise<Libp2p>

  /** Has a node receive what senders send. */
  receive (node: Libp2p): Promise<void>

  /** Where it is dialled. */
  addressOf (node: Libp2p): string

  /** A sender on a connection that was dialled. */
  openSender (connection: Connection): Promise<Sender>

  /** A round trip, in milliseconds. */
  ping (node: Libp2p, connection: Connection): Promise<number>
}

/** What all nodes have: they let through as many connections as it takes, and give up none because a machine is busy. */
export const NODE_OPTIONS = {
  connectionManager: {
    maxConnections: 10_000,
    maxIncomingPendingConnections: 1_000,
    inboundConnectionThreshold: Infinity
  },
  connectionMonitor: { enabled: false }
}
