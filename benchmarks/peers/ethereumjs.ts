import { randomBytes } from 'node:crypto'
import { ECIES } from '@ethereumjs/devp2p'
import { compress, uncompress } from 'snappyjs'
import { concat } from 'uint8arrays/concat'
import { defaultCrypto } from '../../src/crypto/index.ts'
import { startWorker } from '../worker.ts'
import type { DialPair } from '../pair.ts'

/** A message id of a capability, as RLP. */
const MESSAGE_ID = Uint8Array.of(16)

/** Whom a recipient knows yet, whatever the types have to say. */
const NOBODY = null as unknown as Uint8Array

/** Both sides of the handshake. Its class has one key pair that is there already, and makes the others. */
export function ethereumjsHandshake (): () => { initiator: ECIES, recipient: ECIES } {
  const keys = [randomBytes(32), randomBytes(32)].map(key => Uint8Array.from(key))
  const ids = keys.map(key => defaultCrypto.importPrivateKey(key).publicKey)

  return () => {
    const initiator = new ECIES(keys[0], ids[0], ids[1])
    const recipient = new ECIES(keys[1], ids[1], NOBODY)

    // which its class of a peer sets, once it has seen a size in front
    Object.assign(initiator, { _gotEIP8Ack: true })
    Object.assign(recipient, { _gotEIP8Auth: true })

    recipient.parseAuthEIP8(present(initiator.createAuthEIP8()))
    initiator.parseAckEIP8(present(recipient.createAckEIP8()))

    return { initiator, recipient }
  }
}

/** One message to a frame and back, as its class of a peer does it. */
export function ethereumjsCodec (payload: Uint8Array, { snappy = false }: { snappy?: boolean } = {}): () => void {
  const { initiator, recipient } = ethereumjsHandshake()()

  return () => {
    const message = concat([MESSAGE_ID, snappy ? compress(payload) : payload])
    const header = present(initiator.createBlockHeader(message.byteLength))
    const body = present(initiator.createBody(message))

    recipient.parseHeader(header)
    const data = present(recipient.parseBody(body)).subarray(MESSAGE_ID.byteLength)
    const received = snappy ? uncompress(data) : data

    if (received.byteLength !== payload.byteLength) {
      throw new Error('The message did not come through')
    }
  }
}

/** Two processes, one of which has so many servers. */
export async function startEthereumjsPair (count: number): Promise<DialPair> {
  const [dialer, listener] = [startWorker('ethereumjs'), startWorker('ethereumjs')]
  const addresses = await listener.call<unknown[]>('listen', { count })

  return { dialer, addresses, stop: async () => { await Promise.all([dialer.stop(), listener.stop()]) } }
}

function present <T> (value: T | undefined): T {
  if (value == null) {
    throw new Error('The handshake did not end')
  }

  return value
}
