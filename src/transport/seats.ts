import { compare } from 'uint8arrays/compare'
import { toString } from 'uint8arrays/to-string'
import { DisconnectReason } from '../p2p/disconnect.ts'
import { DisconnectError } from '../p2p/errors.ts'
import { CROSSING_AGE, CROSSING_WAIT } from './constants.ts'
import type { Session } from '../p2p/session.ts'
import type { MessageStreamDirection } from '@libp2p/interface'

/** The place of one connection among those there may be. */
export interface Seat {
  /** 64 bytes: whose it is. */
  readonly remoteId: Uint8Array
  readonly direction: MessageStreamDirection
  readonly since: number

  /** Known soon after the seat was taken. */
  session?: Session
}

export interface SeatsInit {
  /** 64 bytes: our own node id. */
  localId: Uint8Array

  /** How many connections there may be at once, for those that come in. */
  maxPeers (): number
  maxConnectionsPerPeer: number
}

/** Who is connected, by proven identity, and who may be besides. */
export class Seats implements Iterable<Seat> {
  readonly #init: SeatsInit
  readonly #perPeer = new Map<string, Seat[]>()
  readonly #timers = new Set<ReturnType<typeof setTimeout>>()
  #size = 0
  #closed = false

  constructor (init: SeatsInit) {
    this.#init = init
  }

  get size (): number {
    return this.#size
  }

  * [Symbol.iterator] (): Iterator<Seat> {
    for (const seats of this.#perPeer.values()) {
      yield * seats
    }
  }

  open (): void {
    this.#closed = false
  }

  /** Lets nobody in any more; returns those who are there. */
  close (): Iterable<Seat> {
    this.#closed = true

    for (const timer of this.#timers) {
      clearTimeout(timer)
    }

    this.#timers.clear()

    return this
  }

  /** @throws {DisconnectError} where there is no room for one more that comes in */
  checkRoom (direction: MessageStreamDirection): void {
    if (this.#closed) {
      throw new DisconnectError(DisconnectReason.quitting)
    }

    if (direction === 'inbound' && this.size >= this.#init.maxPeers()) {
      throw new DisconnectError(DisconnectReason.tooManyPeers)
    }
  }

  /**
   * Takes a seat for a peer whose identity is proven.
   *
   * @throws {DisconnectError} where the peer has its share, or there is no room
   */
  take (remoteId: Uint8Array, direction: MessageStreamDirection): Seat {
    const key = toString(remoteId, 'base16')
    const all = this.#perPeer.get(key) ?? []

    // one that is ending is in nobody's way, and counts among all peers until its socket is gone
    const others = all.filter(({ session }) => session?.end == null)
    const seat: Seat = { remoteId, direction, since: performance.now() }
    const rival = others.find(other => other.direction !== direction && seat.since - other.since < CROSSING_AGE)
    const { maxConnectionsPerPeer } = this.#init

    if (others.length > maxConnectionsPerPeer || (others.length === maxConnectionsPerPeer && rival == null)) {
      throw new DisconnectError(DisconnectReason.alreadyConnected)
    }

    this.checkRoom(direction)
    this.#perPeer.set(key, [...all, seat])
    this.#size++

    if (rival != null && others.length === maxConnectionsPerPeer) {
      this.#settle(seat, rival)
    }

    return seat
  }

  /** Makes known which session has a seat. */
  occupy (seat: Seat, session: Session): void {
    seat.session = session

    // the seat was taken, and nobody was there yet who could have been told
    if (this.#closed) {
      void session.disconnect(DisconnectReason.quitting)
    }
  }

  leave (seat: Seat): void {
    const key = toString(seat.remoteId, 'base16')
    const left = this.#perPeer.get(key)?.filter(other => other !== seat) ?? []
    this.#size--

    if (left.length > 0) {
      this.#perPeer.set(key, left)
    } else {
      this.#perPeer.delete(key)
    }
  }

  /**
   * Two connections that crossed: each side may have accepted the other's before it heard of
   * its own. Where both still live after a while both sides close the same one, so that
   * one is left.
   */
  #settle (...pair: [Seat, Seat]): void {
    const smaller: MessageStreamDirection = compare(this.#init.localId, pair[0].remoteId) < 0 ? 'outbound' : 'inbound'

    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      const live = pair.filter(({ session }) => session != null && session.end == null)

      if (live.length === pair.length) {
        void live.find(({ direction }) => direction === smaller)?.session?.disconnect(DisconnectReason.alreadyConnected)
      }
    }, CROSSING_WAIT)

    this.#timers.add(timer)
  }
}
