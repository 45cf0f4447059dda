import { raceSignal } from 'race-signal'
import { MIN_PING_INTERVAL, PING_INTERVAL, PING_TIMEOUT } from './constants.ts'
import { Deadline } from './deadline.ts'
import type { AbortOptions } from '@libp2p/interface'

export interface KeepaliveInit {
  /** Sends one Ping. */
  sendPing (): void

  /** A Ping was answered, after so many milliseconds. */
  onPong? (roundTrip: number): void

  /** The oldest Ping was not answered in time. */
  onTimeout (): void

  /** From Ping to Ping, in milliseconds. */
  interval?: number

  /** From Ping to Pong, in milliseconds. */
  timeout?: number
}

/**
 * Sends Pings and waits for their Pongs. The first one is held until the peer has sent a
 * capability's message, or for one interval: some clients end a session in which anything
 * comes before eth's Status.
 */
export class Keepalive {
  readonly #init: KeepaliveInit
  readonly #interval: number
  readonly #timeout: number
  #intervalTimer?: ReturnType<typeof setInterval>
  #pingTimer?: ReturnType<typeof setTimeout>
  readonly #pongDeadline = new Deadline(() => { this.#expire() })

  /** When the Pings were sent that have no Pong yet, in order. */
  #unanswered: number[] = []

  /** When the peer's last Ping came. */
  #lastHeard = -Infinity
  #lastSent = -Infinity
  #held = true
  #paused = false
  #next?: PromiseWithResolvers<number>

  constructor (init: KeepaliveInit) {
    this.#init = init
    this.#interval = init.interval ?? PING_INTERVAL
    this.#timeout = init.timeout ?? PING_TIMEOUT
  }

  start (): void {
    this.#intervalTimer = setInterval(() => {
      this.#held = false
      this.#sendSoon()
    }, this.#interval)
  }

  /** The peer has sent a capability's message. */
  release (): void {
    if (this.#held) {
      this.#held = false

      if (this.#next != null) {
        this.#sendSoon()
      }
    }
  }

  /** The round-trip time of a Ping, in milliseconds; calls that overlap share one. */
  async ping (options: AbortOptions = {}): Promise<number> {
    if (this.#next == null) {
      this.#next = Promise.withResolvers()
      this.#next.promise.catch(() => {})

      if (!this.#held && this.#unanswered.length === 0) {
        this.#sendSoon()
      }
    }

    return raceSignal(this.#next.promise, options.signal)
  }

  /** A Pong came; one that nobody asked for is nothing. */
  pong (): void {
    const sent = this.#unanswered.shift()

    if (sent == null) {
      return
    }

    const roundTrip = performance.now() - sent
    this.#pongDeadline.stop()
    this.#startClock()
    this.#next?.resolve(roundTrip)
    this.#next = undefined
    this.#init.onPong?.(roundTrip)
  }

  /** A Ping of the peer came. */
  heard (): void {
    this.#lastHeard = performance.now()
  }

  /** Nothing is read, so no Pong can come: the clock stands still. Pings go on. */
  pause (): void {
    this.#paused = true
    this.#pongDeadline.stop()
  }

  resume (): void {
    this.#paused = false
    this.#startClock()
  }

  /** Ends all timers; who waits for a Pong gets the error. */
  stop (err: Error): void {
    clearInterval(this.#intervalTimer)
    clearTimeout(this.#pingTimer)
    this.#pongDeadline.stop()
    this.#unanswered = []
    this.#next?.reject(err)
    this.#next = undefined
  }

  /** Sends now, or as soon as the last one is long enough ago. */
  #sendSoon (): void {
    const wait = this.#lastSent + MIN_PING_INTERVAL - performance.now()

    clearTimeout(this.#pingTimer)
    this.#pingTimer = undefined

    if (wait > 0) {
      this.#pingTimer = setTimeout(() => { this.#send() }, wait)
    } else {
      this.#send()
    }
  }

  #send (): void {
    clearTimeout(this.#pingTimer)
    this.#lastSent = performance.now()
    this.#unanswered.push(this.#lastSent)
    this.#startClock()
    this.#init.sendPing()
  }

  #startClock (): void {
    if (!this.#paused && !this.#pongDeadline.running && this.#unanswered.length > 0) {
      this.#pongDeadline.start(this.#timeout)
    }
  }

  /**
   * A peer that goes on pinging is there, but does not read for now, as its own reader may
   * sleep. Its Pings come about as often as ours expire, so it has twice that time for the next.
   */
  #expire (): void {
    const [oldest] = this.#unanswered
    const silent = performance.now() - this.#lastHeard

    if (this.#lastHeard < oldest - MIN_PING_INTERVAL || silent >= 2 * this.#timeout) {
      this.#init.onTimeout()
    } else {
      this.#pongDeadline.start(2 * this.#timeout - silent)
    }
  }
}
