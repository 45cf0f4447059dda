/**
 * libp2p nodes of a flavour in a process of their own: some that listen, or one that dials.
 */

import { setTimeout as delay } from 'node:timers/promises'
import { multiaddr } from '@multiformats/multiaddr'
import { native } from './flavours/native.ts'
import { encrypter, noise } from './flavours/yamux.ts'
import { residentBytes } from './memory.ts'
import { serve } from './serve.ts'
import { timedDials } from './timed-dials.ts'
import type { Flavour, Sender } from './flavours/flavour.ts'
import type { Connection } from '@libp2p/interface'

const FLAVOURS: Record<string, Flavour> = { native, noise, encrypter }

/** Pings on one link come no closer than this, in milliseconds: ours would wait. */
const PING_INTERVAL = 1_001

/** A load is sent in runs of so many messages of so many bytes. */
const LOAD = { size: 64 * 1024, count: 64 }

const flavour = FLAVOURS[process.argv[2]]
const dialer = await flavour.createNode()
const connections: Connection[] = []
const senders: Sender[] = []

async function dial (address: string): Promise<Connection> {
  return dialer.dial(multiaddr(address), { force: true })
}

await serve({
  /** Further nodes, which receive or not; returns where they are dialled. */
  listen: async ({ count = 1, receive = true }) => {
    return Promise.all(Array.from({ length: count }, async () => {
      const node = await flavour.createNode()

      if (receive) {
        await flavour.receive(node)
      }

      return flavour.addressOf(node)
    }))
  },

  /** Opens connections, which stay open: one to each address at once, and again. */
  connect: async ({ addresses, count }: { addresses: string[], count: number }) => {
    for (let opened = 0; opened < count; opened += addresses.length) {
      connections.push(...await Promise.all(addresses.slice(0, count - opened).map(dial)))
    }
  },

  openSenders: async () => {
    for (const connection of connections) {
      senders.push(await flavour.openSender(connection))
    }
  },

  /** Milliseconds that so many messages take. */
  send: async ({ size, count }) => senders[0](size, count),

  /** A round trip on each connection, in milliseconds, one after the other. */
  ping: async () => {
    const times: number[] = []

    for (const connection of connections) {
      times.push(await flavour.ping(dialer, connection))
    }

    return times
  },

  /** Round trips on the first connection while it is full, in milliseconds. */
  pingLoaded: async ({ count }) => {
    const times: number[] = []
    const over = (): boolean => times.length >= count

    const load = async (): Promise<void> => {
      while (!over()) {
        await senders[0](LOAD.size, LOAD.count)
      }
    }

    const pings = async (): Promise<void> => {
      while (!over()) {
        await delay(PING_INTERVAL)
        times.push(await flavour.ping(dialer, connections[0]))
      }
    }

    await Promise.all([load(), pings()])

    return times
  },

  /** Milliseconds that so many dials take, some of them at once, each to another address. */
  dial: async (plan) => timedDials({ ...plan, dial, drop: async (connection: Connection) => connection.close() }),

  memory: residentBytes
})
