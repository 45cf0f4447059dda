import { serviceCapabilities } from '@libp2p/interface'
import { defaultCrypto } from '../crypto/index.ts'
import { nodeIdFromPublicKey } from '../identity/node-id.ts'
import { MessageStreamLink } from '../message-stream/link.ts'
import { rlpxMetrics } from '../metrics/rlpx-metrics.ts'
import { CLIENT_ID, MAX_BASE_MESSAGE, MAX_UNFINISHED_BYTES } from '../p2p/constants.ts'
import { FrameLink } from '../p2p/frame-link.ts'
import { verifyLocalHello } from '../p2p/hello.ts'
import { Session } from '../p2p/session.ts'
import { UnfinishedBytes } from '../p2p/unfinished-bytes.ts'
import { LIBP2P_1, PROTOCOL } from './constants.ts'
import { LengthPrefixDecoder, LengthPrefixEncoder } from './length-prefix.ts'
import { CapabilityMuxer } from './muxer.ts'
import type { CapabilityMuxerComponents } from './muxer.ts'
import type { RlpxMetrics } from '../metrics/rlpx-metrics.ts'
import type { Capability } from '../p2p/capability.ts'
import type { LocalHello } from '../p2p/hello.ts'
import type { SessionOptions } from '../p2p/session-options.ts'
import type { MessageStream, Metrics, PrivateKey, StreamMuxerFactory } from '@libp2p/interface'

export interface Devp2pInit extends SessionOptions {
  /**
   * What we speak.
   *
   * @default []
   */
  capabilities?: Capability[]

  /**
   * What we call ourselves.
   *
   * @default 'libp2p-rlpx'
   */
  clientId?: string

  /**
   * Whether libp2p's own protocols run beside the capabilities, as the capability `libp2p/1`.
   *
   * @default true
   */
  libp2p?: boolean

  /**
   * From the first byte of a message to its last, in milliseconds.
   *
   * @default 30000
   */
  frameTimeout?: number

  /**
   * Bytes of messages that are not complete, of all connections together: over it the oldest is cut.
   *
   * @default 268435456
   */
  maxUnfinishedBytes?: number
}

/** All of it optional: what is missing is asked for when it is needed. */
export interface Devp2pComponents extends CapabilityMuxerComponents {
  /** Whose id Hello names, where it is a secp256k1 key; else that is a random one. */
  privateKey?: PrivateKey
  metrics?: Metrics
}

class Devp2p implements StreamMuxerFactory<CapabilityMuxer> {
  readonly protocol = PROTOCOL
  readonly [Symbol.toStringTag] = '@libp2p/devp2p'
  readonly [serviceCapabilities]: string[] = ['@libp2p/stream-multiplexing']
  readonly #components: Devp2pComponents
  readonly #init: Devp2pInit
  readonly #capabilities: Capability[]
  readonly #unfinished: UnfinishedBytes
  readonly #metrics?: RlpxMetrics

  constructor (components: Devp2pComponents, init: Devp2pInit) {
    const { capabilities = [], libp2p = true } = init

    this.#components = components
    this.#init = init
    this.#unfinished = new UnfinishedBytes(init.maxUnfinishedBytes ?? MAX_UNFINISHED_BYTES)
    this.#metrics = rlpxMetrics(components.metrics)
    this.#capabilities = libp2p ? [...capabilities, LIBP2P_1] : capabilities
    verifyLocalHello(this.#hello(new Uint8Array(64)))
  }

  createStreamMuxer (maConn: MessageStream): CapabilityMuxer {
    const link = new FrameLink({
      bytes: new MessageStreamLink(maConn),
      encoder: new LengthPrefixEncoder(),
      decoder: new LengthPrefixDecoder(MAX_BASE_MESSAGE),
      frameTimeout: this.#init.frameTimeout,
      unfinished: this.#unfinished
    })

    const session = new Session({ ...this.#init, link, hello: this.#hello(this.#id()), observer: this.#metrics })
    const muxer = new CapabilityMuxer(maConn, { session, capabilities: this.#capabilities, components: this.#components })

    void session.closed.then((end) => { this.#metrics?.ended(end) })

    // the connection comes first
    queueMicrotask(() => { session.start() })

    return muxer
  }

  #hello (id: Uint8Array): LocalHello {
    const { clientId = CLIENT_ID } = this.#init

    return { clientId, capabilities: this.#capabilities, listenPort: 0, id }
  }

  /** Nobody can check it here, where the encrypter knows who is there. */
  #id (): Uint8Array {
    const { privateKey } = this.#components

    return privateKey?.type === 'secp256k1'
      ? nodeIdFromPublicKey(privateKey.publicKey.raw)
      : defaultCrypto.importPrivateKey(defaultCrypto.randomBytes(32)).publicKey
  }
}

/**
 * A stream muxer that is a devp2p session: Hello, capabilities, Ping and Disconnect over
 * whatever encrypts the connection, each message behind its length. libp2p's own protocols run
 * beside the capabilities.
 *
 * @throws {InvalidLocalHelloError} where a capability or the client id must not be sent
 */
export function devp2p (init: Devp2pInit = {}): (components?: Devp2pComponents) => StreamMuxerFactory<CapabilityMuxer> {
  return (components = {}) => new Devp2p(components, init)
}
