import { concat } from 'uint8arrays/concat'
import { LengthPrefixDecoder } from '../../../src/muxer/length-prefix.ts'
import { MessageBytesDecoder, toBytes } from '../../../src/muxer/message-bytes.ts'
import { decodeMessage } from '../../../src/p2p/message.ts'
import { CONVERSATIONS } from '../corpora.ts'
import { assert, assertEqual, attempt, inWords, sameBytes, sameErrors, sameForAllCuts } from '../target.ts'
import type { Outcome, Target } from '../target.ts'

const MAX_MESSAGE = 1024

interface Read {
  messages: Uint8Array[]
  outcome: Outcome<void>
}

function same (a: Read, b: Read): boolean {
  return sameBytes(a.messages, b.messages) && sameErrors(a.outcome.error, b.outcome.error)
}

function inWordsOf ({ messages, outcome }: Read): string {
  return `${Math.min(messages.length, 8)} messages, then ${inWords(outcome)}`
}

const corpus = CONVERSATIONS.map(messages => concat(messages.slice(0, 8).map(message => toBytes(decodeMessage(message)).subarray())))

/** The bytes of a capability's stream, which are messages. */
const stream: Target = {
  name: 'capability-stream',
  corpus,
  check: (input) => {
    const read = sameForAllCuts(input, (chunks): Read => {
      const decoder = new MessageBytesDecoder()
      const messages: Uint8Array[] = []
      const outcome = attempt(['InvalidLengthPrefixError', 'InvalidMessageLengthError'], () => {
        for (const chunk of chunks) {
          for (const message of decoder.decode(chunk)) {
            messages.push(message)
          }
        }
      })

      return { messages, outcome }
    }, same)

    for (const bytes of read.messages) {
      const { value: message } = attempt(['MalformedMessageError'], () => decodeMessage(bytes))

      if (message != null) {
        const [again] = new MessageBytesDecoder().decode(toBytes(message))
        assertEqual(again.subarray(1), bytes.subarray(1), 'A message is another one when it is written and read')
      }
    }

    return inWordsOf(read)
  }
}

/** The same form under a session that somebody else encrypts. */
const lengthPrefix: Target = {
  name: 'length-prefix',
  corpus,
  check: (input) => inWordsOf(sameForAllCuts(input, (chunks): Read => {
    const decoder = new LengthPrefixDecoder(MAX_MESSAGE)
    const messages: Uint8Array[] = []
    const outcome = attempt(['InvalidLengthPrefixError', 'FrameTooLargeError'], () => {
      let appended = 0

      for (const chunk of chunks) {
        decoder.append(chunk)
        appended += chunk.byteLength

        for (let message = decoder.read(); message != null; message = decoder.read()) {
          assert(message.byteLength > 0 && message.byteLength <= MAX_MESSAGE, 'A message is too large, or none')
          messages.push(message)
        }

        assert(decoder.buffered >= 0 && decoder.buffered <= appended, 'More is held than has come')
        assert(decoder.partial === (decoder.buffered > 0), 'It is not told that a message is not whole')
      }
    })

    return { messages, outcome }
  }, same))
}

export const CAPABILITY_STREAM_TARGETS: Target[] = [stream, lengthPrefix]
