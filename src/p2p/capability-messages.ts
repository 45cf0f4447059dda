import { raceSignal } from 'race-signal'
import { abortable } from '../iterable/abortable.ts'
import { DisconnectReason } from './disconnect.ts'
import { reasonOf, SessionClosedError } from './errors.ts'
import { Turns } from './turns.ts'
import type { SharedCapability } from './capability.ts'
import type { Channel, ChannelOwner } from './channel.ts'
import type { Message } from './message.ts'
import type { SessionEnd } from './session-options.ts'
import type { AbortOptions } from '@libp2p/interface'
import type { Duplex, Source } from 'it-stream-types'

/**
 * The messages of a capability, with ids that begin at 0: `for await` reads them, `send` or
 * `pipe` writes them. A reader that is slow slows the whole connection.
 *
 * Reading throws a `DisconnectError` or whatever else ended the session, once all that came
 * before has been read.
 */
export interface CapabilityMessages extends AsyncIterable<Message>, Duplex<AsyncGenerator<Message, void, undefined>, Source<Message>, Promise<void>> {
  readonly capability: SharedCapability

  /**
   * Sends a message and resolves once there is room for more.
   *
   * @throws {InvalidMessageError} where the capability has no such id, or the payload is over 16,777,215 bytes
   * @throws {FrameTooLargeError} where the payload is too large once it is compressed
   * @throws {SessionClosedError}
   */
  send (message: Message, options?: AbortOptions): Promise<void>

  /** Gives the capability back; it can be claimed again. */
  close (): void

  /** Ends the session: with the reason of a `DisconnectError`, with "subprotocol error" for any other. */
  abort (err: Error): void
}

/** What messages are read from and sent to: a channel, or whatever has claimed one. */
export type MessageChannel = Pick<Channel, 'capability' | 'claim' | 'release' | 'read' | 'send'>

export interface CapabilityMessagesInit {
  channel: MessageChannel

  /** Ends the session. */
  disconnect (reason: number, err: Error): void
}

export class ClaimedMessages implements CapabilityMessages, ChannelOwner {
  readonly source: AsyncGenerator<Message, void, undefined>
  readonly sink: (source: Source<Message>) => Promise<void>
  readonly #init: CapabilityMessagesInit
  readonly #channel: MessageChannel

  /** Aborted when there is nothing more to send. */
  readonly #over = new AbortController()
  readonly #turns = new Turns()
  #readers: Array<PromiseWithResolvers<IteratorResult<Message, void>>> = []
  #drained?: PromiseWithResolvers<void>
  #end?: SessionEnd
  #released = false

  constructor (init: CapabilityMessagesInit) {
    this.#init = init
    this.#channel = init.channel
    this.#channel.claim(this)
    this.source = this.#generator()
    this.sink = async (source) => { await this.#sendAll(source) }
  }

  get capability (): SharedCapability {
    return this.#channel.capability
  }

  [Symbol.asyncIterator] (): AsyncGenerator<Message, void, undefined> {
    return this.source
  }

  async send (message: Message, options: AbortOptions = {}): Promise<void> {
    options.signal?.throwIfAborted()
    this.#over.signal.throwIfAborted()

    if (!this.#channel.send(message)) {
      await raceSignal(this.#drain(), options.signal)
    }

    // a peer that reads faster than we send always has room
    await this.#turns.leave()
  }

  close (): void {
    this.#released = true
    this.#finish(new SessionClosedError(`The capability ${this.capability.name}/${this.capability.version} was given back`))
    this.#channel.release(this)
    this.onReadable()
  }

  abort (err: Error): void {
    this.#init.disconnect(reasonOf(err, DisconnectReason.subprotocolError), err)
    this.close()
  }

  onReadable (): void {
    while (this.#readers.length > 0) {
      const result = this.#read()

      if (result == null) {
        return
      }

      this.#readers.shift()?.resolve(result)
    }
  }

  onDrain (): void {
    this.#drained?.resolve()
    this.#drained = undefined
  }

  onEnd (end: SessionEnd): void {
    this.#end = end
    this.#finish(end.error ?? new SessionClosedError())
    this.onReadable()
  }

  /** Resolves once there is room, and rejects where there will be none: one promise for all who wait. */
  async #drain (): Promise<void> {
    // the session may end from within a send
    this.#over.signal.throwIfAborted()

    this.#drained ??= Promise.withResolvers()

    return this.#drained.promise
  }

  /** Nothing more is sent. */
  #finish (reason: Error): void {
    this.#over.abort(reason)
    this.#drained?.reject(reason)
  }

  /** What the next reader gets, if there is anything for it yet. */
  #read (): IteratorResult<Message, void> | Promise<never> | undefined {
    const message = this.#released ? undefined : this.#channel.read()

    if (message != null) {
      return { done: false, value: message }
    }

    const error = this.#released ? undefined : this.#end?.error

    if (error != null) {
      // told once: who goes on reading after an error gets the end
      this.#released = true

      return Promise.reject(error)
    }

    return this.#released || this.#end != null ? { done: true, value: undefined } : undefined
  }

  async #next (): Promise<IteratorResult<Message, void>> {
    const result = this.#readers.length > 0 ? undefined : this.#read()

    if (result != null) {
      return result
    }

    const reader = Promise.withResolvers<IteratorResult<Message, void>>()
    this.#readers.push(reader)

    return reader.promise
  }

  /** Not a generator function, since one that waits for a message would not hear of its own `return`. */
  #generator (): AsyncGenerator<Message, void, undefined> {
    const end = async (): Promise<IteratorResult<Message, void>> => {
      this.close()

      return { done: true, value: undefined }
    }

    return {
      next: async () => this.#next(),
      return: end,
      throw: async (err) => {
        this.close()
        throw err
      },
      [Symbol.asyncIterator] () { return this },
      [Symbol.asyncDispose]: async () => { await end() }
    }
  }

  async #sendAll (source: Source<Message>): Promise<void> {
    try {
      for await (const message of abortable(source, this.#over.signal)) {
        await this.send(message)
      }
    } catch (err: any) {
      if (!this.#over.signal.aborted) {
        this.abort(err)
      }

      throw err
    }
  }
}
