import { concat } from 'uint8arrays/concat'
import { wipe } from '../crypto/wipe.ts'
import { ECIES_OVERHEAD, MAX_PACKET_SIZE, MIN_PADDING, PADDING_SPREAD, SIZE_LENGTH } from './constants.ts'
import { decrypt, encrypt } from './ecies.ts'
import { InvalidHandshakeFormatError, InvalidHandshakeSizeError } from './errors.ts'
import type { Random } from './random.ts'
import type { Crypto, PrivateKey } from '../crypto/index.ts'
import type { Uint8ArrayList } from 'uint8arraylist'

/** The first byte of an uncompressed point. */
const POINT_PREFIX = 4

/**
 * The length of the packet, prefix included, that the received bytes begin with, or
 * `undefined` while too few are in. Each rule is applied with the first byte that can
 * break it, so that nobody waits for a packet that will never be one.
 *
 * @throws {InvalidHandshakeSizeError} where the announced size is under `minSize` or over 2048
 * @throws {InvalidHandshakeFormatError} where no uncompressed point follows, as in the form before EIP-8
 */
export function packetLength (received: Uint8ArrayList, minSize: number): number | undefined {
  if (received.byteLength < SIZE_LENGTH) {
    return
  }

  const size = received.getUint16(0)

  if (size < minSize || size > MAX_PACKET_SIZE) {
    throw new InvalidHandshakeSizeError(`The handshake packet announces ${size} bytes, legal are ${minSize} to ${MAX_PACKET_SIZE}`)
  }

  // a packet from before EIP-8 has its point first: `04` is then read as a size of 1024 to 1279
  if (received.byteLength > SIZE_LENGTH && received.get(SIZE_LENGTH) !== POINT_PREFIX) {
    throw new InvalidHandshakeFormatError()
  }

  return SIZE_LENGTH + size
}

/** Encrypts an auth or ack body with padding of a random length (EIP-8) behind it. */
export function sealPacket (crypto: Crypto, publicKey: Uint8Array, body: Uint8Array, random: Random): Uint8Array {
  const padding = new Uint8Array(MIN_PADDING + random(1)[0] % PADDING_SPREAD)
  const plaintext = concat([body, padding])
  const size = new Uint8Array(SIZE_LENGTH)
  new DataView(size.buffer).setUint16(0, plaintext.byteLength + ECIES_OVERHEAD)

  const privateKey = random(32)
  const message = encrypt(crypto, publicKey, plaintext, size, { privateKey, iv: random(16) })
  wipe(privateKey, plaintext)

  return concat([size, message])
}

/**
 * The body of a packet, with whatever padding follows it.
 *
 * @throws {HandshakeDecryptionError}
 */
export function openPacket (crypto: Crypto, privateKey: PrivateKey, packet: Uint8Array): Uint8Array {
  return decrypt(crypto, privateKey, packet.subarray(SIZE_LENGTH), packet.subarray(0, SIZE_LENGTH))
}
