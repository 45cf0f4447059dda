import { Uint8ArrayList } from 'uint8arraylist'
import { defaultCrypto } from '../crypto/index.ts'
import { MIN_ACK_SIZE, MIN_AUTH_SIZE } from './constants.ts'
import { createAuth, readAck, wipeSent } from './initiator.ts'
import { packetLength } from './packet.ts'
import { answerAuth } from './recipient.ts'
import type { Random } from './random.ts'
import type { Secrets } from './secrets.ts'
import type { Crypto, PrivateKey } from '../crypto/index.ts'

export type { Random } from './random.ts'
export type { Secrets } from './secrets.ts'

export interface HandshakeInit {
  /** Our static key. */
  privateKey: PrivateKey

  /** @default the primitives of this platform */
  crypto?: Crypto

  /** For replaying what was recorded. */
  random?: Random
}

export interface HandshakeResult {
  /**
   * 64 bytes. For the initiator the node that was dialled; for the recipient only a claim,
   * since anyone can send an auth in the name of a public key. The first frame that passes
   * its MAC proves it, in both roles.
   */
  remoteId: Uint8Array
  secrets: Secrets

  /** The ack that a recipient has to send. */
  reply?: Uint8Array

  /** Bytes that came behind the packet: the beginning of the frames. */
  rest: Uint8ArrayList
}

interface HandshakeSideInit {
  /** The initiator's auth. */
  opening?: Uint8Array

  /** The fewest bytes that the packet of the other side has. */
  minSize: number
  finish (packet: Uint8Array): Omit<HandshakeResult, 'rest'>

  /** Wipes what is kept for `finish`. */
  forget? (): void
}

/**
 * One side of the encryption handshake, without I/O: write `opening` if there is one, then
 * hand in what arrives until there is a result, once, then write its `reply` if it has one.
 */
export class Handshake {
  /** The initiator's auth. */
  readonly opening?: Uint8Array
  readonly #init: HandshakeSideInit
  readonly #received = new Uint8ArrayList()

  constructor (init: HandshakeSideInit) {
    this.#init = init
    this.opening = init.opening
  }

  /**
   * @throws {InvalidHandshakeSizeError}
   * @throws {InvalidHandshakeFormatError}
   * @throws {HandshakeDecryptionError}
   * @throws {InvalidAuthError}
   * @throws {InvalidAckError}
   */
  receive (chunk: Uint8Array | Uint8ArrayList): HandshakeResult | undefined {
    this.#received.append(chunk)
    const length = packetLength(this.#received, this.#init.minSize)

    if (length == null || this.#received.byteLength < length) {
      return
    }

    return {
      ...this.#init.finish(this.#received.subarray(0, length)),
      rest: this.#received.sublist(length)
    }
  }

  /** Wipes what is kept of a handshake that there will be no result of. */
  close (): void {
    this.#init.forget?.()
  }
}

/**
 * The side that dials.
 *
 * @throws {InvalidPublicKeyError} where `remoteId` is not a point of the curve
 */
export function initiate (init: HandshakeInit & { remoteId: Uint8Array }): Handshake {
  const full = withDefaults(init)
  const sent = createAuth(full)

  return new Handshake({
    opening: sent.auth,
    minSize: MIN_ACK_SIZE,
    finish: (packet) => ({ remoteId: init.remoteId, secrets: readAck(full, sent, packet) }),
    forget: () => { wipeSent(sent) }
  })
}

/** The side that is dialled. */
export function respond (init: HandshakeInit): Handshake {
  const full = withDefaults(init)

  return new Handshake({
    minSize: MIN_AUTH_SIZE,
    finish: (packet) => {
      const { remoteId, ack, secrets } = answerAuth(full, packet)

      return { remoteId, secrets, reply: ack }
    }
  })
}

function withDefaults <Init extends HandshakeInit> (init: Init): Init & { crypto: Crypto, random: Random } {
  const crypto = init.crypto ?? defaultCrypto

  return { ...init, crypto, random: init.random ?? crypto.randomBytes }
}
