import { setTimeout as delay } from 'node:timers/promises'
import { toString } from 'uint8arrays/to-string'
import { defaultCrypto } from '../../src/crypto/index.ts'
import { formatEnode, parseEnode } from '../../src/identity/enode.ts'
import { accept, connect } from '../../src/p2p/index.ts'
import { dialTcp, listenTcp } from '../../src/p2p/tcp.ts'
import { recordFailure, recordMessage, SessionReader } from '../fixtures/recorded-session.ts'
import { seededRandom } from '../fixtures/seeded-random.ts'
import type { ByteDuplex, Capability, Message, Peer } from '../../src/p2p/index.ts'
import type { RecordedEvent, Recording } from '../fixtures/recorded-session.ts'

const HOST = '127.0.0.1'
const POLL = 10
const TIMEOUT = 10_000

export interface RecorderInit {
  capabilities: Capability[]

  /** What all that is drawn on our side comes from. */
  seed: number
}

/** A session of ours over TCP that is written down. */
export class Recorder {
  readonly privateKey: Uint8Array
  readonly id: Uint8Array
  readonly #init: RecorderInit
  readonly #random: string[] = []
  readonly #events: RecordedEvent[] = []
  #remoteId?: Uint8Array
  #peer?: Peer
  #reader?: SessionReader
  #failure?: Error

  constructor (init: RecorderInit) {
    this.#init = init
    this.privateKey = seededRandom(init.seed).bytes(32)
    this.id = defaultCrypto.importPrivateKey(this.privateKey).publicKey
  }

  /** A session that may not come about, which is recorded too. */
  async dial (enode: string): Promise<void> {
    const { id, host, tcpPort } = parseEnode(enode)
    this.#remoteId = id

    await this.#open(connect(this.#tap(await dialTcp({ host, port: tcpPort })), { ...this.#connectInit(), remoteId: id }))
  }

  /** Listens, says where, and resolves once somebody has come. */
  async listen (onListening: (enode: string) => Promise<unknown>): Promise<void> {
    const came = Promise.withResolvers<ByteDuplex>()
    const listening = await listenTcp({ host: HOST, port: 0 }, came.resolve)
    const dialled = onListening(formatEnode({ id: this.id, host: HOST, tcpPort: listening.port, udpPort: 0 }))
    const duplex = await came.promise
    listening.close()

    await this.#open(accept(this.#tap(duplex), this.#connectInit()))
    await dialled
  }

  async send (capability: string, message: Message): Promise<void> {
    this.#events.push({ send: { capability, ...recordMessage(message) } })
    await this.#reader?.send(capability, message)
  }

  async ping (): Promise<void> {
    this.#events.push({ ping: true })
    await this.#peer?.ping()
  }

  async disconnect (reason: number): Promise<void> {
    this.#events.push({ disconnect: reason })
    await this.#peer?.disconnect(reason)
  }

  /** The so-manieth message of a capability, once it has come. */
  async message (capability: string, index: number): Promise<Message> {
    for (const deadline = Date.now() + TIMEOUT; Date.now() < deadline; await delay(POLL)) {
      const message = this.#reader?.messages(capability)[index]

      if (message != null) {
        return message
      }
    }

    throw new Error(`There was no message ${index} of ${capability}`)
  }

  /** All of it, once the session has ended. */
  async recording (client: string): Promise<Recording> {
    const decoded = this.#reader == null ? recordFailure(this.#failure ?? new Error('There was no session')) : await this.#reader.decoded()

    // what the socket still has to say
    await delay(POLL)

    return {
      client,
      privateKey: toString(this.privateKey, 'base16'),
      ...(this.#remoteId == null ? {} : { remoteId: toString(this.#remoteId, 'base16') }),
      random: this.#random,
      capabilities: this.#init.capabilities.map(({ name, version, length }) => ({ name, version, length })),
      events: this.#events,
      decoded
    }
  }

  async #open (opening: Promise<Peer>): Promise<void> {
    try {
      this.#peer = await opening
      this.#reader = new SessionReader(this.#peer)
    } catch (err: any) {
      this.#failure = err
    }
  }

  #connectInit (): { privateKey: Uint8Array, capabilities: Capability[], crypto: typeof defaultCrypto } {
    const random = seededRandom(this.#init.seed + 1)

    return {
      privateKey: this.privateKey,
      capabilities: this.#init.capabilities,
      crypto: {
        ...defaultCrypto,
        randomBytes: (length) => {
          const bytes = random.bytes(length)
          this.#random.push(toString(bytes, 'base16'))

          return bytes
        }
      }
    }
  }

  /** Writes down what passes. */
  #tap (duplex: ByteDuplex): ByteDuplex {
    const events = this.#events

    return {
      ...duplex,
      source: (async function * () {
        for await (const chunk of duplex.source) {
          events.push({ received: toString(chunk.subarray(), 'base16') })
          yield chunk
        }

        events.push({ ended: true })
      })(),
      sink: async (source) => {
        await duplex.sink((async function * () {
          for await (const chunk of source) {
            events.push({ sent: toString(chunk, 'base16') })
            yield chunk
          }
        })())
      }
    }
  }
}
