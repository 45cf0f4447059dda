import { raceSignal } from 'race-signal'
import { FrameDecoder, FrameEncoder } from '../frame/index.ts'
import { HANDSHAKE_TIMEOUT } from '../handshake/constants.ts'
import { HandshakeClosedError, HandshakeTimeoutError } from '../handshake/errors.ts'
import { Direction } from './direction.ts'
import { decodeWith } from './frames.ts'
import type { Session } from './frames.ts'
import type { Crypto } from '../crypto/index.ts'
import type { Handshake, HandshakeResult } from '../handshake/index.ts'
import type { AbortOptions } from '@libp2p/interface'
import type { Duplex, Source } from 'it-stream-types'
import type { Uint8ArrayList } from 'uint8arraylist'

/** Takes bytes in any form. */
export type ByteDuplex<Output> = Duplex<AsyncGenerator<Output, void, undefined>, Source<Uint8Array | Uint8ArrayList>, Promise<void>>

/** One connection, seen from both its ends. */
export interface Codec {
  /** The end of the wire: `pipe(socket, ciphertext, socket)`. Its chunks are plain, as sockets take no lists. */
  ciphertext: ByteDuplex<Uint8Array>

  /** The end of the application, each chunk one message: `pipe(requests, messages, responses)`. */
  messages: ByteDuplex<Uint8ArrayList>

  /** Settles with the encryption handshake. */
  session: Promise<Session>
}

export interface CodecOptions extends AbortOptions {
  /**
   * How long the encryption handshake may take, in milliseconds.
   *
   * @default 5000
   */
  handshakeTimeout?: number

  /**
   * The largest message that is read, in bytes.
   *
   * @default 16,777,215
   */
  maxFrameSize?: number

  /** @default the primitives of this platform */
  crypto?: Crypto
}

/**
 * The directions end one by one, but a failure of one is a failure of both. So is an end of
 * either during the handshake, which needs both.
 */
export class DuplexCodec implements Codec {
  readonly ciphertext: ByteDuplex<Uint8Array>
  readonly messages: ByteDuplex<Uint8ArrayList>
  readonly session: Promise<Session>
  readonly #handshake: Handshake
  readonly #options: CodecOptions
  readonly #result = Promise.withResolvers<HandshakeResult>()
  readonly #incoming: Direction<Uint8ArrayList>
  readonly #outgoing: Direction<Uint8Array>
  readonly #timer: ReturnType<typeof setTimeout>
  #encoder?: FrameEncoder
  #decoder?: FrameDecoder
  #handshaking = true

  constructor (handshake: Handshake, options: CodecOptions) {
    this.#handshake = handshake
    this.#options = options
    this.session = this.#result.promise.then(({ remoteId, secrets }) => ({ remoteId, secrets }))

    // whoever looks only at the messages gets the error there
    this.session.catch(() => {})

    this.#incoming = new Direction({ transform: () => this.#decode(), onEnd: this.#onEnd })
    this.#outgoing = new Direction({ transform: () => this.#encode(), onEnd: this.#onEnd })

    this.ciphertext = {
      source: this.#outgoing.source,
      sink: async (source) => { await this.#incoming.sink(source) }
    }

    this.messages = {
      source: this.#incoming.source,
      sink: async (source) => { await this.#outgoing.sink(source) }
    }

    this.#timer = setTimeout(() => { this.#fail(new HandshakeTimeoutError()) }, options.handshakeTimeout ?? HANDSHAKE_TIMEOUT)
    options.signal?.addEventListener('abort', this.#onAbort)

    if (options.signal?.aborted === true) {
      this.#onAbort()
    }

    this.#shakeHands().catch(this.#fail)
  }

  /** The handshake is read at once, the frames only as they are asked for. */
  async #shakeHands (): Promise<void> {
    const chunks = await this.#incoming.input()
    const result = await readHandshake(this.#handshake, chunks)

    clearTimeout(this.#timer)
    this.#handshaking = false
    this.#result.resolve(result)
  }

  async * #encode (): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.#handshake.opening != null) {
      yield this.#handshake.opening
    }

    const { secrets, reply } = await raceSignal(this.#result.promise, this.#outgoing.signal)

    if (reply != null) {
      yield reply
    }

    this.#outgoing.signal.throwIfAborted()
    this.#encoder = new FrameEncoder({ secrets, crypto: this.#options.crypto })

    for await (const message of await this.#outgoing.input()) {
      yield this.#encoder.encode(message)
    }
  }

  async * #decode (): AsyncGenerator<Uint8ArrayList, void, undefined> {
    const { rest, secrets } = await raceSignal(this.#result.promise, this.#incoming.signal)
    const { crypto, maxFrameSize } = this.#options

    this.#incoming.signal.throwIfAborted()
    this.#decoder = new FrameDecoder({ secrets, crypto, maxFrameSize })

    yield * decodeWith(this.#decoder, this.#incoming.signal)(behind(rest, await this.#incoming.input()))
  }

  readonly #onAbort = (): void => {
    this.#fail(this.#options.signal?.reason)
  }

  readonly #onEnd = (err?: Error): void => {
    if (err != null) {
      this.#fail(err)
    } else if (this.#handshaking) {
      this.#fail(new HandshakeClosedError())
    }

    if (this.#incoming.signal.aborted && this.#outgoing.signal.aborted) {
      this.#options.signal?.removeEventListener('abort', this.#onAbort)
      this.#encoder?.close()
      this.#decoder?.close()
    }
  }

  readonly #fail = (err: Error): void => {
    clearTimeout(this.#timer)
    this.#handshaking = false
    this.#handshake.close()
    this.#result.reject(err)
    this.#incoming.end(err)
    this.#outgoing.end(err)
  }
}

async function readHandshake (handshake: Handshake, chunks: AsyncIterator<Uint8Array | Uint8ArrayList, void>): Promise<HandshakeResult> {
  while (true) {
    const { done, value } = await chunks.next()

    if (done === true) {
      throw new HandshakeClosedError(handshake.opening == null
        ? 'The connection ended before a whole auth was received'
        : 'The connection ended before a whole ack was received: wrong public key, or not RLPx')
    }

    const result = handshake.receive(value)

    if (result != null) {
      return result
    }
  }
}

async function * behind <T> (first: T, rest: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  yield first
  yield * rest
}
