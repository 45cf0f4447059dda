import { generateKeyPair } from '@libp2p/crypto/keys'
import { createLibp2p } from 'libp2p'
import { capabilityMessages, enodeToMultiaddr, getEnodes, openCapability, pingPeer, rlpxTransport } from '../../../src/index.ts'
import { makePayload } from '../../payload.ts'
import { NODE_OPTIONS } from './flavour.ts'
import type { Flavour } from './flavour.ts'
import type { CapabilityMessages } from '../../../src/index.ts'

/** A run begins with how many messages there are, and ends with a word of the receiver. */
const BEGIN = 0
const DATA = 1
const DONE = 2

const BULK_1 = { name: 'bulk', version: 1, length: 3 }
const MAX_CONNECTIONS = 10_000
const EMPTY = new Uint8Array()

/** Our transport, with a capability. */
export const native: Flavour = {
  createNode: async () => createLibp2p({
    ...NODE_OPTIONS,
    privateKey: await generateKeyPair('secp256k1'),
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0/rlpx'] },
    transports: [rlpxTransport({
      capabilities: [BULK_1],
      maxConnectionsPerPeer: MAX_CONNECTIONS,
      maxPendingHandshakes: MAX_CONNECTIONS,
      maxPendingHandshakesPerAddress: MAX_CONNECTIONS
    })]
  }),
  receive: async (node) => {
    await node.handle('/bulk/1', async (stream) => {
      // a connection that ends is no fault
      await receive(capabilityMessages(stream)).catch(() => {})
    })
  },
  addressOf: (node) => enodeToMultiaddr(getEnodes(node)[0]).toString(),
  openSender: async (connection) => {
    const { messages } = await openCapability(connection, 'bulk')

    return async (size, count) => {
      const payload = makePayload(size)
      const begin = performance.now()
      await messages.send({ id: BEGIN, payload: new Uint8Array(Uint32Array.of(count).buffer) })

      for (let i = 0; i < count; i++) {
        await messages.send({ id: DATA, payload })
      }

      await messages.source.next()

      return performance.now() - begin
    }
  },
  ping: async (node, connection) => pingPeer(connection)
}

async function receive (messages: CapabilityMessages): Promise<void> {
  let left = 0

  for await (const { id, payload } of messages) {
    if (id === BEGIN) {
      left = new DataView(payload.buffer, payload.byteOffset).getUint32(0, true)
    } else if (--left === 0) {
      await messages.send({ id: DONE, payload: EMPTY })
    }
  }
}
