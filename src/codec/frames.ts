import { Uint8ArrayList } from 'uint8arraylist'
import { FrameDecoder, FrameEncoder, TruncatedFrameError } from '../frame/index.ts'
import { abortable, isAsyncIterable } from '../iterable/abortable.ts'
import type { Crypto } from '../crypto/index.ts'
import type { Secrets } from '../handshake/index.ts'
import type { AbortOptions } from '@libp2p/interface'
import type { Source } from 'it-stream-types'

/** What a handshake left: whom it was with, and what its frames are made of. */
export interface Session {
  /**
   * 64 bytes: the node id of the other side. A claim, until the first frame passes its MAC:
   * anyone who knows a public key can begin a handshake in its name.
   */
  remoteId: Uint8Array
  secrets: Secrets
}

export interface EncodeFramesOptions extends AbortOptions {
  /** @default the primitives of this platform */
  crypto?: Crypto
}

export interface DecodeFramesOptions extends EncodeFramesOptions {
  /**
   * The largest message that is read, in bytes.
   *
   * @default 16,777,215
   */
  maxFrameSize?: number
}

/** A transform of bytes: what goes in as an iterable comes out as one, what goes in as an async iterable likewise. */
export interface ByteTransform {
  (source: Iterable<Uint8Array | Uint8ArrayList>): Generator<Uint8ArrayList, void, undefined>
  (source: Source<Uint8Array | Uint8ArrayList>): AsyncGenerator<Uint8ArrayList, void, undefined>
}

/**
 * Turns messages into frames. It moves the session's egress on, so a session has one.
 *
 * The transform throws `FrameTooLargeError` for a message of more than 16,777,200 bytes.
 */
export function encodeFrames (session: Session, options: EncodeFramesOptions = {}): ByteTransform {
  const encoder = new FrameEncoder({ secrets: session.secrets, crypto: options.crypto })

  return transform(function * (message) {
    yield new Uint8ArrayList(encoder.encode(message))
  }, () => {}, options.signal)
}

/**
 * Turns frames, in chunks of any size, into messages. It moves the session's ingress on,
 * so a session has one.
 *
 * The transform throws `BadHeaderMacError`, `BadFrameMacError`, `FrameTooLargeError` (over
 * `maxFrameSize`), `ChunkedFrameError`, and `TruncatedFrameError` where the source ends
 * within a frame.
 */
export function decodeFrames (session: Session, options: DecodeFramesOptions = {}): ByteTransform {
  const { crypto, maxFrameSize, signal } = options

  return decodeWith(new FrameDecoder({ secrets: session.secrets, maxFrameSize, crypto }), signal)
}

/** `decodeFrames` with a decoder of the caller's, who closes it. */
export function decodeWith (decoder: FrameDecoder, signal?: AbortSignal): ByteTransform {
  return transform(function * (chunk) {
    decoder.append(chunk)

    for (let message = decoder.read(); message != null; message = decoder.read()) {
      yield new Uint8ArrayList(message)
      signal?.throwIfAborted()
    }
  }, () => {
    if (decoder.partial) {
      throw new TruncatedFrameError()
    }
  }, signal)
}

interface Step {
  (chunk: Uint8Array | Uint8ArrayList): Generator<Uint8ArrayList, void, undefined>
}

function transform (step: Step, end: () => void, signal?: AbortSignal): ByteTransform {
  function * sync (source: Iterable<Uint8Array | Uint8ArrayList>): Generator<Uint8ArrayList, void, undefined> {
    for (const chunk of source) {
      signal?.throwIfAborted()
      yield * step(chunk)
    }

    end()
  }

  async function * async (source: AsyncIterable<Uint8Array | Uint8ArrayList>): AsyncGenerator<Uint8ArrayList, void, undefined> {
    for await (const chunk of abortable(source, signal)) {
      yield * step(chunk)
    }

    end()
  }

  return ((source: Source<Uint8Array | Uint8ArrayList>) => isAsyncIterable(source) ? async(source) : sync(source)) as ByteTransform
}
