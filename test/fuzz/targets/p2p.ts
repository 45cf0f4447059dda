import { uncompress as uncompressBySnappyjs } from 'snappyjs'
import { concat } from 'uint8arrays/concat'
import { decodeDisconnect, encodeDisconnect } from '../../../src/p2p/disconnect.ts'
import { decodeHello, encodeHello, verifyLocalHello } from '../../../src/p2p/hello.ts'
import { decodeMessage, encodeMessage, inflate } from '../../../src/p2p/message.ts'
import { compress, uncompress } from '../../../src/p2p/snappy.ts'
import { hex } from '../../fixtures/hex.ts'
import { helloPayload } from '../../fixtures/p2p-hello.ts'
import verdicts from '../../fixtures/snappy-verdicts.json' with { type: 'json' }
import { CONVERSATIONS, MESSAGES } from '../corpora.ts'
import { assert, assertEqual, attempt, inWords } from '../target.ts'
import type { Hello } from '../../../src/p2p/hello.ts'
import type { Target } from '../target.ts'

const MAX_SNAPPY = 16_777_215
const PROTOCOL_VERSION = 5
const MAX_BASE_PAYLOAD = 2048

function payloadsOf (wanted: number): Uint8Array[] {
  return MESSAGES.filter(({ id }) => id === wanted).map(({ payload }) => payload)
}

const hello: Target = {
  name: 'hello',
  corpus: [helloPayload(), ...payloadsOf(0)],
  check: (input) => {
    const outcome = attempt(['InvalidHelloError'], () => decodeHello(input))

    if (outcome.value != null) {
      checkHello(outcome.value)
    }

    return inWords(outcome, `${Math.min(outcome.value?.capabilities.length ?? 0, 16)} capabilities`)
  }
}

function checkHello (hello: Hello): void {
  const { version, listenPort, capabilities } = hello
  assert([version, listenPort, ...capabilities.map(({ version }) => version)].every(number => number >= 0), 'A number in a Hello is none')
  assert(hello.id.byteLength === 64 && hello.id.byteLength === hello.id.buffer.byteLength, 'A node id holds on to the message')

  const ours = { ...hello, capabilities: capabilities.map(capability => ({ ...capability, length: 1 })) }
  const { error } = attempt(['InvalidLocalHelloError'], () => { verifyLocalHello(ours) })

  if (error == null) {
    const payload = encodeHello(ours)
    assertEqual(encodeHello({ ...ours, ...decodeHello(payload), capabilities: ours.capabilities }), payload, 'A Hello is another one when it is written and read')
    assert(decodeHello(payload).version === PROTOCOL_VERSION, 'We write another version than ours')
    assert(JSON.stringify(sorted(decodeHello(payload))) === JSON.stringify(sorted(hello)), 'A Hello has other capabilities when it is written and read')
  }
}

function sorted ({ capabilities }: Hello): string[] {
  return capabilities.map(({ name, version }) => `${name}/${version}`).sort()
}

const disconnect: Target = {
  name: 'disconnect',
  corpus: [...payloadsOf(1), ...['04', 'c104', '0104', '0100c104', 'c0', '80', '00', '', '8204d2', '0400c104', 'c382ffff'].map(hex)],
  check: (input) => {
    const reason = decodeDisconnect(input)
    assert(reason == null || (Number.isInteger(reason) && reason >= 0 && reason < 2 ** 32), 'A reason is no number')

    if (reason != null) {
      assert(decodeDisconnect(encodeDisconnect(reason)) === reason, 'A reason is another one when it is written and read')
      assert(decodeDisconnect(compress(encodeDisconnect(reason))) === reason, 'A reason is another one when it is compressed')
    }

    return reason == null ? 'none' : `${Math.min(reason, 32)}`
  }
}

const message: Target = {
  name: 'message',
  corpus: CONVERSATIONS.flat(),
  check: (input) => {
    const outcome = attempt(['MalformedMessageError'], () => decodeMessage(input))

    if (outcome.value == null) {
      return inWords(outcome)
    }

    const { id, payload } = outcome.value
    assert(Number.isInteger(id) && id >= 0 && id < 2 ** 32, 'An id is no number')
    const again = encodeMessage(id, payload).subarray()
    assertEqual(again.subarray(1), input.subarray(1), 'A message is another one when it is read and written')
    assert(again[0] === input[0] || (again[0] === 0x80 && input[0] === 0), 'An id is another one when it is read and written')

    return inWords(attempt(['MalformedMessageError'], () => inflate(payload)), `${Math.min(id, 64)}`)
  }
}

/** It does not read all that golang/snappy, and we, do. */
function uncompressByOther (block: Uint8Array): Uint8Array | undefined {
  try {
    return Uint8Array.from(uncompressBySnappyjs(block))
  } catch {
    return undefined
  }
}

const snappy: Target = {
  name: 'snappy',
  corpus: [
    ...verdicts.bases.map(({ block }) => hex(block)).filter(({ byteLength }) => byteLength <= MAX_BASE_PAYLOAD),
    ...MESSAGES.filter(({ id }) => id > 1).map(({ payload }) => payload)
  ],
  check: (input) => {
    const outcome = attempt(['InvalidSnappyError', 'SnappyTooLongError'], () => uncompress(input.slice(), MAX_SNAPPY))
    assertEqual(uncompress(compress(input)), input, 'Bytes are others when they are compressed and uncompressed')

    if (outcome.value != null) {
      assert(outcome.value.byteLength <= 64 / 3 * input.byteLength, 'A block came to more than any can')
      assertEqual(uncompressByOther(input) ?? outcome.value, outcome.value, 'snappyjs reads something else')
      assertEqual(uncompress(compress(outcome.value)), outcome.value, 'Bytes are others when they are compressed and uncompressed')
    }

    return inWords(outcome)
  }
}

/** For targets whose inputs are several messages, each behind two bytes of length. */
export function behindLengths (messages: Uint8Array[]): Uint8Array {
  return concat(messages.flatMap(message => [Uint8Array.of(message.byteLength >> 8, message.byteLength), message]))
}

export const P2P_TARGETS: Target[] = [hello, disconnect, message, snappy]
