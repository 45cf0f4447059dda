/**
 * @packageDocumentation
 *
 * The RLPx encryption handshake and frame codec as transforms of async iterables, with no
 * libp2p around them.
 *
 * A codec is one connection with two ends, both duplexes: `ciphertext` faces the socket,
 * `messages` the application. `session` says who is at the other side, which is proven only
 * by the first message that arrives: until then it is what the other side claims.
 *
 * The directions end one by one. A failure, be it an abort of `signal`, ends both, and is
 * told at both ends: whatever has not ended before rejects with it.
 *
 * @example Sending and receiving messages over a socket
 *
 * ```ts
 * import { connect } from 'node:net'
 * import { pipe } from 'it-pipe'
 * import { duplex } from 'stream-to-it'
 * import { initiator } from 'libp2p-rlpx/codec'
 *
 * declare const privateKey: Uint8Array
 * declare const remoteId: Uint8Array
 *
 * // half-open, so that the other side's end does not cut off what we still have to say
 * const socket = connect({ host: '127.0.0.1', port: 30303, allowHalfOpen: true })
 * const wire = duplex<Uint8Array>(socket)
 * const { ciphertext, messages, session } = initiator({ privateKey, remoteId })
 *
 * // what goes wrong here also reaches whoever reads or writes messages
 * socket.on('error', () => {})
 * pipe(wire, ciphertext, wire).catch(() => {})
 *
 * console.info('encrypted, with', (await session).remoteId)
 *
 * await pipe([Uint8Array.of(1, 2, 3)], messages, async (source) => {
 *   for await (const message of source) {
 *     console.info('received', message.byteLength, 'bytes')
 *   }
 * })
 * ```
 */

import { defaultCrypto } from '../crypto/index.ts'
import { initiate, respond } from '../handshake/index.ts'
import { DuplexCodec } from './duplex.ts'
import type { Codec, CodecOptions } from './duplex.ts'

export { InvalidPrivateKeyError, InvalidPublicKeyError } from '../crypto/index.ts'
export { BadFrameMacError, BadHeaderMacError, ChunkedFrameError, FrameTooLargeError, TruncatedFrameError } from '../frame/index.ts'
export {
  HandshakeClosedError,
  HandshakeDecryptionError,
  HandshakeTimeoutError,
  InvalidAckError,
  InvalidAuthError,
  InvalidHandshakeFormatError,
  InvalidHandshakeSizeError
} from '../handshake/errors.ts'
export { decodeFrames, encodeFrames } from './frames.ts'
export type { Aes256Block, Aes256Ctr, Crypto, FrameOpener, FrameSealer, FrameSecrets, Keccak256, PrivateKey } from '../crypto/index.ts'
export type { Secrets } from '../handshake/index.ts'
export type { ByteDuplex, Codec, CodecOptions } from './duplex.ts'
export type { ByteTransform, DecodeFramesOptions, EncodeFramesOptions, Session } from './frames.ts'

export interface RecipientInit extends CodecOptions {
  /** Our static key: 32 bytes. */
  privateKey: Uint8Array
}

export interface InitiatorInit extends RecipientInit {
  /** The node that is dialled: 64 bytes, its public key without the `04` prefix. */
  remoteId: Uint8Array
}

/**
 * The side that dials.
 *
 * @throws {InvalidPrivateKeyError}
 * @throws {InvalidPublicKeyError} where `remoteId` is not a point of secp256k1
 */
export function initiator (init: InitiatorInit): Codec {
  const { crypto = defaultCrypto, remoteId } = init
  const privateKey = crypto.importPrivateKey(init.privateKey)

  return new DuplexCodec(initiate({ crypto, privateKey, remoteId }), init)
}

/**
 * The side that is dialled.
 *
 * @throws {InvalidPrivateKeyError}
 */
export function recipient (init: RecipientInit): Codec {
  const { crypto = defaultCrypto } = init
  const privateKey = crypto.importPrivateKey(init.privateKey)

  return new DuplexCodec(respond({ crypto, privateKey }), init)
}
