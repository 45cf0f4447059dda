import { InvalidCryptoExchangeError, InvalidParametersError, serviceCapabilities, UnexpectedPeerError } from '@libp2p/interface'
import { raceSignal } from 'race-signal'
import { Uint8ArrayList } from 'uint8arraylist'
import { equals } from 'uint8arrays/equals'
import { fromString } from 'uint8arrays/from-string'
import { defaultCrypto } from '../crypto/index.ts'
import { HANDSHAKE_TIMEOUT } from '../handshake/constants.ts'
import { HandshakeClosedError, HandshakeTimeoutError } from '../handshake/errors.ts'
import { initiate, respond } from '../handshake/index.ts'
import { nodeIdFromPeerId, peerIdFromNodeId } from '../identity/peer-id.ts'
import { MessageStreamLink } from '../message-stream/link.ts'
import { rlpxMetrics } from '../metrics/rlpx-metrics.ts'
import { Deadline } from '../p2p/deadline.ts'
import { encryptionHandshake } from '../p2p/encryption-handshake.ts'
import { EncryptedStream } from './encrypted-stream.ts'
import type { RlpxComponents, RlpxInit } from './index.ts'
import type { PrivateKey } from '../crypto/index.ts'
import type { Handshake } from '../handshake/index.ts'
import type { RlpxMetrics } from '../metrics/rlpx-metrics.ts'
import type { FrameLink } from '../p2p/frame-link.ts'
import type { ConnectionEncrypter, MessageStream, SecureConnectionOptions, SecuredConnection } from '@libp2p/interface'

/** The encrypter's multistream id: version 5 of devp2p's handshake and frames. */
const PROTOCOL = '/rlpx/5'

/** What each side says in its first frame: its MAC is what proves who is there. */
const CONFIRM = fromString(PROTOCOL)

/** Bytes of a frame that is read; what we send has far less. */
const MAX_DATA_LENGTH = 1024 * 1024

/**
 * RLPx's handshake and frames as libp2p's encryption of a connection. Neither side takes the
 * other's word for who it is: a frame each way that passes its MAC comes first.
 */
export class Rlpx implements ConnectionEncrypter {
  readonly protocol = PROTOCOL
  readonly [Symbol.toStringTag] = '@libp2p/rlpx'
  readonly [serviceCapabilities]: string[] = ['@libp2p/connection-encryption']
  readonly #init: RlpxInit
  readonly #privateKey: PrivateKey
  readonly #metrics?: RlpxMetrics

  constructor ({ privateKey, metrics }: RlpxComponents, init: RlpxInit) {
    if (privateKey.type !== 'secp256k1') {
      throw new InvalidParametersError(`RLPx needs an identity with a secp256k1 key, and the node's is ${privateKey.type}`)
    }

    this.#init = init
    this.#privateKey = (init.crypto ?? defaultCrypto).importPrivateKey(privateKey.raw)
    this.#metrics = rlpxMetrics(metrics)
  }

  async secureOutbound (connection: MessageStream, options: SecureConnectionOptions = {}): Promise<SecuredConnection> {
    if (options.remotePeer == null) {
      throw new InvalidCryptoExchangeError('RLPx dials nobody it does not know: the address has no /p2p part')
    }

    const remoteId = nodeIdFromPeerId(options.remotePeer)

    return this.#secure(connection, initiate({ privateKey: this.#privateKey, remoteId, crypto: this.#init.crypto }), options)
  }

  async secureInbound (connection: MessageStream, options: SecureConnectionOptions = {}): Promise<SecuredConnection> {
    return this.#secure(connection, respond({ privateKey: this.#privateKey, crypto: this.#init.crypto }), options)
  }

  async #secure (connection: MessageStream, handshake: Handshake, options: SecureConnectionOptions): Promise<SecuredConnection> {
    try {
      const secured = await this.#perform(connection, handshake, options)
      this.#metrics?.setUp(connection.direction)

      return secured
    } catch (err: any) {
      this.#metrics?.setUp(connection.direction, err)
      throw err
    }
  }

  async #perform (connection: MessageStream, handshake: Handshake, { signal, remotePeer: expected }: SecureConnectionOptions): Promise<SecuredConnection> {
    const { remoteId, link } = await encryptionHandshake(new MessageStreamLink(connection), handshake, { ...this.#init, signal })

    try {
      const remotePeer = peerIdFromNodeId(remoteId)

      if (expected?.equals(remotePeer) === false) {
        throw new UnexpectedPeerError('The peer is not the one that was expected')
      }

      await raceSignal(confirm(link, this.#init.handshakeTimeout ?? HANDSHAKE_TIMEOUT), signal)

      return { connection: new EncryptedStream({ connection, link }), remotePeer }
    } catch (err: any) {
      link.destroy(err)
      throw err
    }
  }
}

/** Sends the first frame, and waits for the other side's; leaves the link paused. */
async function confirm (link: FrameLink, timeout: number): Promise<void> {
  const confirmed = Promise.withResolvers<void>()
  const onEnd = (): void => { confirmed.reject(new HandshakeClosedError('The connection ended before it was confirmed')) }

  link.listener = {
    onReceive: (data) => {
      link.pause()

      if (equals(data, CONFIRM)) {
        confirmed.resolve()
      } else {
        confirmed.reject(new InvalidCryptoExchangeError('The first frame is not the one that confirms the handshake'))
      }
    },
    onDrain: () => {},
    onEnd,
    onFail: confirmed.reject,
    onClose: (err) => { err == null ? onEnd() : confirmed.reject(err) }
  }

  const deadline = new Deadline(() => { confirmed.reject(new HandshakeTimeoutError()) })
  deadline.start(timeout)

  try {
    link.send(new Uint8ArrayList(CONFIRM))
    link.resume()
    await confirmed.promise
    link.maxMessageSize = MAX_DATA_LENGTH
  } finally {
    deadline.stop()
  }
}
