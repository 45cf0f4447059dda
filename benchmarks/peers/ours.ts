import { defaultCrypto } from '../../src/crypto/index.ts'
import { FrameDecoder, FrameEncoder } from '../../src/frame/index.ts'
import { initiate, respond } from '../../src/handshake/index.ts'
import { decodeMessage, encodeMessage } from '../../src/p2p/message.ts'
import { compress, uncompress } from '../../src/p2p/snappy.ts'
import type { Crypto } from '../../src/crypto/index.ts'
import type { Secrets } from '../../src/handshake/index.ts'

/** A message id of a capability. */
const MESSAGE_ID = 16

/** Both sides of the handshake, with static keys that are there already; returns what each of them comes to. */
export function ourHandshake (crypto: Crypto = defaultCrypto): () => { initiator: Secrets, recipient: Secrets } {
  const privateKey = crypto.importPrivateKey(crypto.randomBytes(32))
  const remoteKey = crypto.importPrivateKey(crypto.randomBytes(32))

  return () => {
    const initiator = initiate({ privateKey, remoteId: remoteKey.publicKey, crypto })
    const answer = respond({ privateKey: remoteKey, crypto }).receive(initiator.opening ?? new Uint8Array())
    const result = initiator.receive(answer?.reply ?? new Uint8Array())

    if (answer == null || result == null) {
      throw new Error('The handshake did not end')
    }

    return { initiator: result.secrets, recipient: answer.secrets }
  }
}

/** One message to a frame and back. */
export function ourCodec (payload: Uint8Array, { snappy = false, crypto = defaultCrypto }: { snappy?: boolean, crypto?: Crypto } = {}): () => void {
  const { initiator, recipient } = ourHandshake(crypto)()
  const encoder = new FrameEncoder({ secrets: initiator, crypto })
  const decoder = new FrameDecoder({ secrets: recipient, crypto })

  return () => {
    decoder.append(encoder.encode(encodeMessage(MESSAGE_ID, snappy ? compress(payload) : payload)))
    const message = decodeMessage(decoder.read() ?? new Uint8Array())
    const received = snappy ? uncompress(message.payload) : message.payload

    if (received.byteLength !== payload.byteLength) {
      throw new Error('The message did not come through')
    }
  }
}
