import { concat } from 'uint8arrays/concat'
import { encrypt } from '../../../src/handshake/ecies.ts'
import { initiate, respond } from '../../../src/handshake/index.ts'
import { decodeAck, decodeAuth, encodeAck, encodeAuth } from '../../../src/handshake/messages.ts'
import { hex } from '../../fixtures/hex.ts'
import { RECORDINGS } from '../../fixtures/recordings.ts'
import { seededRandom } from '../../fixtures/seeded-random.ts'
import { ACKS, AUTHS, bodiesOf } from '../corpora.ts'
import { memoCrypto } from '../memo-crypto.ts'
import { assert, assertEqual, attempt, inWords, sameErrors, sameForAllCuts } from '../target.ts'
import type { Handshake, HandshakeResult } from '../../../src/handshake/index.ts'
import type { Packet } from '../corpora.ts'
import type { Outcome, Target } from '../target.ts'

/** What a whole packet may fail with before it is decrypted, and in it. */
const PACKET_ERRORS = ['InvalidHandshakeSizeError', 'InvalidHandshakeFormatError', 'HandshakeDecryptionError']
const AUTH_ERRORS = [...PACKET_ERRORS, 'InvalidAuthError']
const ACK_ERRORS = [...PACKET_ERRORS, 'InvalidAckError']
const MAX_PACKET = 2048
const OVERHEAD = 113

const crypto = memoCrypto()
const oneTime = { privateKey: new Uint8Array(32).fill(7), iv: new Uint8Array(16).fill(7) }
const recipient = crypto.importPrivateKey(hex(RECORDINGS['geth dials us'].privateKey))
const initiator = crypto.importPrivateKey(hex(RECORDINGS['geth is dialled'].privateKey))
const dialled = hex(RECORDINGS['geth is dialled'].remoteId ?? '')

function answering (): Handshake {
  return respond({ crypto, privateKey: recipient, random: seededRandom(1).bytes })
}

function dialling (): Handshake {
  return initiate({ crypto, privateKey: initiator, remoteId: dialled, random: seededRandom(2).bytes })
}

/** What a handshake makes of chunks, up to where it is through or fails. */
function run (handshake: Handshake, chunks: Uint8Array[], errors: string[]): Outcome<HandshakeResult | undefined> {
  return attempt(errors, () => {
    for (const [i, chunk] of chunks.entries()) {
      const result = handshake.receive(chunk)

      if (result != null) {
        result.rest.appendAll(chunks.slice(i + 1))

        return result
      }
    }
  })
}

function sameResult ({ value: a, error }: Outcome<HandshakeResult | undefined>, { value: b, error: other }: Outcome<HandshakeResult | undefined>): boolean {
  return sameErrors(error, other) && a?.rest.byteLength === b?.rest.byteLength && (a == null || b == null ||
    (crypto.equal(a.secrets.aes, b.secrets.aes) && crypto.equal(a.secrets.ingressMac.digest(), b.secrets.ingressMac.digest())))
}

function inWordsOf (outcome: Outcome<HandshakeResult | undefined>): string {
  return inWords(outcome, outcome.value == null ? 'not yet' : 'through')
}

interface Side {
  errors: string[]
  begin (): Handshake
  packets: Packet[]
}

/** Bytes from outside: whatever is not what the owner of a key wrote must not pass. */
function outside (name: string, { errors, begin, packets }: Side): Target {
  const whole = packets.map(({ bytes }) => bytes)

  return {
    name,
    corpus: whole,
    check: (input) => {
      const outcome = sameForAllCuts(input, chunks => run(begin(), chunks, errors), sameResult)

      if (outcome.value != null) {
        const packet = input.subarray(0, input.byteLength - outcome.value.rest.byteLength)
        assert(whole.some(bytes => crypto.equal(bytes, packet)), 'A packet passed that nobody wrote')
      }

      return inWordsOf(outcome)
    }
  }
}

/** Plaintext that a peer with a key encrypts as it must. */
function inside (name: string, publicKey: Uint8Array, { errors, begin, packets }: Side, decodeBody: (body: Uint8Array) => void): Target {
  return {
    name,
    corpus: bodiesOf(packets),
    check: (input) => {
      decodeBody(input)

      // what is longer has no size
      const body = input.subarray(0, MAX_PACKET - OVERHEAD + 8)
      const size = new Uint8Array(2)
      new DataView(size.buffer).setUint16(0, body.byteLength + OVERHEAD)
      const packet = concat([size, encrypt(crypto, publicKey, body, size, oneTime)])
      const outcome = run(begin(), [packet], errors)
      assert(outcome.error?.name !== 'HandshakeDecryptionError', 'What was encrypted as it must was not decrypted')
      assert(outcome.error != null || outcome.value != null, 'A whole packet was not enough')

      return inWordsOf(outcome)
    }
  }
}

function decodeAuthBody (input: Uint8Array): void {
  const { value: auth } = attempt(['InvalidAuthError'], () => decodeAuth(input))

  if (auth != null) {
    const again = decodeAuth(encodeAuth(auth))
    assertEqual(concat([again.signature, again.publicKey, again.nonce]), concat([auth.signature, auth.publicKey, auth.nonce]), 'An auth is another one when it is written and read')
  }
}

function decodeAckBody (input: Uint8Array): void {
  const { value: ack } = attempt(['InvalidAckError'], () => decodeAck(input))

  if (ack != null) {
    const again = decodeAck(encodeAck(ack))
    assertEqual(concat([again.ephemeralPublicKey, again.nonce]), concat([ack.ephemeralPublicKey, ack.nonce]), 'An ack is another one when it is written and read')
  }
}

const auths: Side = { errors: AUTH_ERRORS, begin: answering, packets: AUTHS }
const acks: Side = { errors: ACK_ERRORS, begin: dialling, packets: ACKS }

export const HANDSHAKE_TARGETS: Target[] = [
  outside('auth', auths),
  inside('auth-sealed', recipient.publicKey, auths, decodeAuthBody),
  outside('ack', acks),
  inside('ack-sealed', initiator.publicKey, acks, decodeAckBody)
]
