import { capabilityMessages, DisconnectError, DisconnectReason } from '../../../src/index.ts'
import { createNode } from '../../fixtures/libp2p-nodes.ts'
import { chainAnswers } from './answers.ts'
import { receiptsAnswers } from './receipts.ts'
import { joinList, splitList, toNumber } from './rlp.ts'
import { serveChain } from './serve.ts'
import type { Chain } from './chain.ts'
import type { Receipts } from './receipts.ts'
import type { Capability, CapabilityMessages, Message } from '../../../src/index.ts'
import type { Node } from '../../fixtures/libp2p-nodes.ts'

const BLOCK_RANGE_UPDATE = 0x11
const GET_ACCESS_LISTS = 0x08
const ACCESS_LISTS = 0x09

/** What there is in place of an access list: nothing, as the test chain has none. */
const NONE = Uint8Array.of(0x80)

export interface ExecutionNodeInit {
  /** Versions of eth and snap. */
  capabilities: Capability[]
  chain: Chain
  receipts: Receipts
}

/**
 * A libp2p node that speaks eth and snap, as a client does that has the chain, from memory
 */
export async function createExecutionNode ({ capabilities, chain, receipts }: ExecutionNodeInit): Promise<Node> {
  const node = await createNode({ rlpx: { capabilities } })

  await Promise.all(capabilities.map(async ({ name, version }) => node.handle(`/${name}/${version}`, async (stream) => {
    const messages = capabilityMessages(stream)

    try {
      await (name === 'eth'
        ? serveChain(messages, chain, { answers: { ...chainAnswers(chain), ...receiptsAnswers(receipts, version) }, onAnnouncement })
        : serveAccessLists(messages))
    } catch (err: any) {
      messages.abort(err)
    }
  })))

  return node
}

function onAnnouncement ({ id, payload }: Message): void {
  if (id === BLOCK_RANGE_UPDATE) {
    const [earliest, latest] = splitList(payload).map(toNumber)

    if (earliest > latest) {
      throw new DisconnectError(DisconnectReason.subprotocolError)
    }
  }
}

/** snap/2, as far as it is new: what it has no more is a fault. */
async function serveAccessLists (messages: CapabilityMessages): Promise<void> {
  for await (const { id, payload } of messages) {
    if (id !== GET_ACCESS_LISTS) {
      throw new DisconnectError(DisconnectReason.subprotocolError)
    }

    const [requestId, hashes] = splitList(payload)
    await messages.send({ id: ACCESS_LISTS, payload: joinList([requestId, joinList(splitList(hashes).map(() => NONE))]) })
  }
}
