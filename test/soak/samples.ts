import { getEventListeners } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { getHeapSpaceStatistics } from 'node:v8'
import { DISCONNECT_GRACE } from '../../src/p2p/constants.ts'
import { resources } from '../fixtures/resources.ts'
import type { Places } from './places.ts'
import type { Tally } from './tally.ts'
import type { Libp2p } from '@libp2p/interface'

export interface Sample extends Tally {
  /** Since it all began. */
  seconds: number

  /** Bytes in use, within the heap of JavaScript and without, but for code, after garbage was collected. */
  heap: number

  /** Sockets and timers. */
  handles: number

  /** Of the events of the hubs. */
  listeners: number
}

const EVENTS = ['connection:open', 'connection:close', 'peer:connect', 'peer:disconnect', 'peer:identify', 'peer:update', 'self:peer:update']

/** How long what was closed may take to be gone, in milliseconds. */
const MAX_WAIT = 5_000
const POLL = 50

/** How long what is closed is kept for, at the most, in case that the other side does not let go of it. */
const LINGER = DISCONNECT_GRACE + POLL

/** With what V8 would keep for a while, in case that it is called again. */
const ALL_GARBAGE: NodeJS.GCOptions = { type: 'major', execution: 'sync', flavor: 'last-resort' }

/** Where V8 has code, of which it makes more and more for as long as something is called often. */
const CODE = /^(code|trusted)_/

const WIDTHS = [8, 12, 10, 6, 10, 10, 9, 10]

export const HEADER = formatRow(['seconds', 'connections', 'messages', 'late', 'failures', 'heap, MiB', 'handles', 'listeners'])

/** Counts what there is once all have gone, or once they have had their time for it. */
export async function takeSample (places: Places, seconds: number, tally: Tally, first?: Sample): Promise<Sample> {
  const hubs = [places.native.hub, places.encrypter.hub, places.muxer.hub]

  for (let waited = 0; waited < MAX_WAIT; waited += POLL) {
    if (hubs.every(hub => hub.getConnections().length === 0) && first != null && handles() <= first.handles) {
      break
    }

    await delay(POLL)
  }

  await forgetPeers(places)
  await delay(LINGER)

  return { ...tally, seconds, heap: await measureHeap(), handles: handles(), listeners: listeners(places) }
}

export function formatSample ({ seconds, connections, messages, late, failures, heap, handles, listeners }: Sample): string {
  return formatRow([seconds.toFixed(0), connections, messages, late, failures, (heap / 1024 / 1024).toFixed(2), handles, listeners])
}

async function measureHeap (): Promise<number> {
  // what has a finalizer goes with the second
  for (let i = 0; i < 2; i++) {
    globalThis.gc?.(ALL_GARBAGE)
    await delay(0)
  }

  const spaces = getHeapSpaceStatistics().filter(({ space_name: name }) => !CODE.test(name))

  return spaces.reduce((sum, { space_used_size: used }) => sum + used, process.memoryUsage().external)
}

/** libp2p keeps what it knows of all who have proven who they are, for hours. */
async function forgetPeers (places: Places): Promise<void> {
  const nodes = [places.native, places.encrypter, places.muxer].flatMap(({ hub, visitors }): Array<Pick<Libp2p, 'peerStore'>> => [hub, ...visitors])

  for (const { peerStore } of nodes) {
    for (const { id } of await peerStore.all()) {
      await peerStore.delete(id)
    }
  }
}

function handles (): number {
  return Object.values(resources()).reduce((sum, count) => sum + count, 0)
}

function listeners ({ events }: Places): number {
  return events.reduce((sum, target) => sum + EVENTS.reduce((count, event) => count + getEventListeners(target, event).length, 0), 0)
}

function formatRow (cells: Array<string | number>): string {
  return cells.map((cell, i) => `${cell}`.padStart(WIDTHS[i])).join('')
}
