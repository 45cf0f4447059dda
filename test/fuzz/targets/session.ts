import { Session } from '../../../src/p2p/session.ts'
import { LOCAL_HELLO } from '../../fixtures/p2p-hello.ts'
import { RecordingLink } from '../../fixtures/p2p-link.ts'
import { CONVERSATIONS } from '../corpora.ts'
import { assert, assertTyped } from '../target.ts'
import { behindLengths } from './p2p.ts'
import type { Target } from '../target.ts'

const ERRORS = [
  'DisconnectError', 'InvalidHelloError', 'MalformedMessageError', 'ProtocolBreachError', 'UnclaimedCapabilityError',
  'UselessPeerError', 'SessionClosedError'
]
const DISCONNECT = 1
const MAX_REASON = 32

/** A whole session, to which messages come that each are behind two bytes of length. */
const session: Target = {
  name: 'session',
  corpus: CONVERSATIONS.map(behindLengths),
  check: (input) => {
    const link = new RecordingLink()
    const session = new Session({ link, hello: LOCAL_HELLO, maxBufferedBytes: 4096 })
    session.start()

    const received = receiveAll(link, input)
    const { end } = session

    if (end?.error != null) {
      assertTyped(ERRORS, end.error)
    }

    const sent = link.sent.length
    assert(sent <= received + 2, 'More was sent than was asked for')
    assert(end?.by !== 'local' || end.reason == null || link.last.id === DISCONNECT, 'The other side was not told')

    session.destroy()
    link.listener?.onClose()
    assert(link.sent.length === sent, 'Something was sent after the end')

    return end == null ? `${session.channels.size} shared` : `${end.by} ${Math.min(end.reason ?? 0, MAX_REASON)} ${end.error?.name}`
  }
}

function receiveAll (link: RecordingLink, input: Uint8Array): number {
  let position = 0
  let received = 0

  while (position + 2 <= input.byteLength) {
    const length = input[position] << 8 | input[position + 1]
    link.receiveBytes(input.subarray(position + 2, position + 2 + length))
    position += 2 + length
    received++
  }

  return received
}

export const SESSION_TARGETS: Target[] = [session]
