import { raceSignal } from 'race-signal'
import { FrameDecoder, FrameEncoder } from '../frame/index.ts'
import { HANDSHAKE_TIMEOUT } from '../handshake/constants.ts'
import { HandshakeClosedError, HandshakeTimeoutError } from '../handshake/errors.ts'
import { MAX_BASE_MESSAGE } from './constants.ts'
import { Deadline } from './deadline.ts'
import { FrameLink } from './frame-link.ts'
import type { ByteLink } from './link.ts'
import type { UnfinishedBytes } from './unfinished-bytes.ts'
import type { Crypto } from '../crypto/index.ts'
import type { Handshake } from '../handshake/index.ts'
import type { AbortOptions } from '@libp2p/interface'

export interface EncryptionHandshakeOptions extends AbortOptions {
  /**
   * How long the encryption handshake may take, in milliseconds.
   *
   * @default 5000
   */
  handshakeTimeout?: number

  /**
   * From the first byte of a frame to its last, in milliseconds.
   *
   * @default 30000
   */
  frameTimeout?: number
  crypto?: Crypto

  /** Where what is held of frames that are not complete is counted, with that of other connections. */
  unfinished?: UnfinishedBytes
}

export interface Encrypted {
  /** Who the other side claims to be: its first frame proves it. */
  remoteId: Uint8Array

  /** Paused, and ready for a Hello. */
  link: FrameLink
}

/** Performs the handshake over a link of bytes and makes it one of frames. Where that fails the link is destroyed. */
export async function encryptionHandshake (bytes: ByteLink, handshake: Handshake, options: EncryptionHandshakeOptions): Promise<Encrypted> {
  const encrypted = Promise.withResolvers<Encrypted>()
  const closed = (how = 'ended'): Error => new HandshakeClosedError(handshake.opening == null
    ? `The connection ${how} before a whole auth was received`
    : `The connection ${how} before a whole ack was received: wrong public key, or not RLPx`)

  const receive = (chunk: Parameters<Handshake['receive']>[0]): void => {
    const result = handshake.receive(chunk)

    if (result == null) {
      return
    }

    if (result.reply != null) {
      bytes.send(result.reply)
    }

    // at once, since the frames may already follow
    const { remoteId, secrets, rest } = result
    const { crypto, frameTimeout, unfinished } = options
    const decoder = new FrameDecoder({ secrets, crypto, maxFrameSize: MAX_BASE_MESSAGE })
    decoder.append(rest)

    const link = new FrameLink({ bytes, encoder: new FrameEncoder({ secrets, crypto }), decoder, frameTimeout, unfinished })
    encrypted.resolve({ remoteId, link })
  }

  bytes.listener = {
    onReceive: (chunk) => {
      try {
        receive(chunk)
      } catch (err) {
        encrypted.reject(err)
      }
    },
    onDrain: () => {},
    onEnd: () => { encrypted.reject(closed()) },
    onFail: encrypted.reject,
    onClose: (err) => { encrypted.reject(err == null ? closed() : closed(`failed (${err.message})`)) }
  }

  const deadline = new Deadline(() => { encrypted.reject(new HandshakeTimeoutError()) })
  deadline.start(options.handshakeTimeout ?? HANDSHAKE_TIMEOUT)

  try {
    if (handshake.opening != null) {
      bytes.send(handshake.opening)
    }

    bytes.resume()

    return await raceSignal(encrypted.promise, options.signal)
  } catch (err: any) {
    bytes.destroy(err)
    handshake.close()
    throw err
  } finally {
    deadline.stop()
  }
}
