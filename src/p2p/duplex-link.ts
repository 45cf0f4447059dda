import { pushable } from 'it-pushable'
import { raceSignal } from 'race-signal'
import { abortable } from '../iterable/abortable.ts'
import type { ByteLink, LinkListener } from './link.ts'
import type { Duplex, Source } from 'it-stream-types'
import type { Uint8ArrayList } from 'uint8arraylist'

/** A connection as a duplex of async iterables. */
export interface ByteDuplex extends Duplex<Source<Uint8Array | Uint8ArrayList>, Source<Uint8Array>, Promise<void>> {
  /**
   * Drops the connection at once. Without it, a connection whose other side reads nothing
   * goes only when that side lets it.
   */
  abort? (err?: Error): void
}

/** Bytes that may wait to be written before `send` says that it is enough. */
const HIGH_WATER_MARK = 64 * 1024

/** Why reading and writing ended that nobody wants any more. */
const DESTROYED = new Error('destroyed')

/** A duplex of async iterables as a link. It is not read before `resume`. */
export class DuplexLink implements ByteLink {
  listener?: LinkListener<Uint8Array | Uint8ArrayList>
  readonly #duplex: ByteDuplex
  readonly #outbox = pushable<Uint8Array>()
  readonly #destroyed = new AbortController()
  #draining = false
  #error?: Error

  /** Settles when reading may go on. */
  #resumed?: PromiseWithResolvers<void> = Promise.withResolvers()

  constructor (duplex: ByteDuplex) {
    this.#duplex = duplex

    Promise.all([this.#read(), this.#write()])
      .catch((err: Error) => { this.destroy(err) })
      .finally(() => { this.listener?.onClose(this.#error) })
  }

  send (bytes: Uint8Array): boolean {
    this.#outbox.push(bytes)

    if (this.#outbox.readableLength < HIGH_WATER_MARK) {
      return true
    }

    if (!this.#draining) {
      this.#draining = true
      this.#outbox.onEmpty({ signal: this.#destroyed.signal }).then(() => {
        this.#draining = false
        this.listener?.onDrain()
      }, () => {})
    }

    return false
  }

  pause (): void {
    this.#resumed ??= Promise.withResolvers()
  }

  resume (): void {
    this.#resumed?.resolve()
    this.#resumed = undefined
  }

  end (): void {
    this.#outbox.end()
  }

  destroy (err?: Error): void {
    if (this.#destroyed.signal.aborted) {
      return
    }

    this.#error = err
    this.#outbox.end(err ?? DESTROYED)
    this.#destroyed.abort(DESTROYED)
    this.#duplex.abort?.(err)
    this.resume()
  }

  async #read (): Promise<void> {
    await this.#resumed?.promise

    for await (const chunk of abortable(this.#duplex.source, this.#destroyed.signal)) {
      this.listener?.onReceive(chunk)
      await this.#resumed?.promise
    }

    this.listener?.onEnd()
  }

  async #write (): Promise<void> {
    await raceSignal(this.#duplex.sink(this.#outbox), this.#destroyed.signal)
  }
}
