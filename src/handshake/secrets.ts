import { concat } from 'uint8arrays/concat'
import { xor } from 'uint8arrays/xor'
import { wipe } from '../crypto/wipe.ts'
import type { Crypto, Keccak256 } from '../crypto/index.ts'

/** What a finished handshake leaves to the frames. */
export interface Secrets {
  /** 32 bytes: the key of the frames' AES-256-CTR. */
  aes: Uint8Array

  /** 32 bytes: the key of the MACs' AES-256. */
  mac: Uint8Array

  /** The running MAC state of the frames that are sent. */
  egressMac: Keccak256

  /** The running MAC state of the frames that are received. */
  ingressMac: Keccak256
}

/** Both sides' part of a handshake, as either side knows it at its end. */
export interface HandshakeTranscript {
  /** The x coordinate of both ephemeral keys' shared point. */
  ephemeralSecret: Uint8Array
  initiatorNonce: Uint8Array
  recipientNonce: Uint8Array

  /** The whole auth packet as it went over the wire, size included. */
  auth: Uint8Array

  /** The whole ack packet as it went over the wire, size included. */
  ack: Uint8Array
}

/** The key schedule of the RLPx specification. */
export function deriveSecrets (crypto: Crypto, transcript: HandshakeTranscript, role: 'initiator' | 'recipient'): Secrets {
  const { ephemeralSecret, initiatorNonce, recipientNonce, auth, ack } = transcript
  const nonces = crypto.keccak256(recipientNonce, initiatorNonce)
  const shared = crypto.keccak256(ephemeralSecret, nonces)
  const aes = crypto.keccak256(ephemeralSecret, shared)
  const mac = crypto.keccak256(ephemeralSecret, aes)

  // each direction begins with the packet that was sent in it, under the nonce of its reader
  const initiatorMac = beginMac(crypto, xor(mac, recipientNonce), auth)
  const recipientMac = beginMac(crypto, xor(mac, initiatorNonce), ack)
  wipe(nonces, shared)

  return role === 'initiator'
    ? { aes, mac, egressMac: initiatorMac, ingressMac: recipientMac }
    : { aes, mac, egressMac: recipientMac, ingressMac: initiatorMac }
}

function beginMac (crypto: Crypto, key: Uint8Array, packet: Uint8Array): Keccak256 {
  const state = crypto.createKeccak256()
  const begun = concat([key, packet])
  state.update(begun)
  wipe(key, begun)

  return state
}
