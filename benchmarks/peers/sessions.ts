import { openPeers } from '../../test/fixtures/p2p-peers.ts'
import { makePayload } from '../payload.ts'
import type { CapabilityMessages } from '../../src/p2p/index.ts'

const PAYLOAD = makePayload(64)

/** The two ends of a capability, in one process and without a socket. */
export interface Link {
  sender: CapabilityMessages
  receiver: CapabilityMessages
  close (): Promise<void>
}

/** A session that shares so many capabilities; the link is the last one's. */
export async function openLink (capabilityCount = 1): Promise<Link> {
  const capabilities = Array.from({ length: capabilityCount }, (_, i) => ({ name: `c${String(i).padStart(2, '0')}`, version: 1, length: 1 }))
  const { name } = capabilities[capabilityCount - 1]
  const { dialled, accepted } = await openPeers({ capabilities }, { capabilities })

  return { sender: dialled.capability(name), receiver: accepted.capability(name), close: async () => dialled.disconnect() }
}

/** Sends so many small messages, each on the next of the links; resolves with the microseconds that one takes. */
export async function sendAround (links: Link[], count: number): Promise<number> {
  const begin = performance.now()

  for (let i = 0; i < count; i++) {
    const { sender, receiver } = links[i % links.length]

    await Promise.all([sender.send({ id: 0, payload: PAYLOAD }), receiver.source.next()])
  }

  return (performance.now() - begin) * 1_000 / count
}
