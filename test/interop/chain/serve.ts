import { createForkId, exchangeStatus } from '../../../src/eth/index.ts'
import { NETWORK_ID, TIME_FORKS } from '../test-chain.ts'
import { chainAnswers } from './answers.ts'
import { joinList, splitList } from './rlp.ts'
import type { Answers } from './answers.ts'
import type { Chain } from './chain.ts'
import type { Status } from '../../../src/eth/index.ts'
import type { CapabilityMessages, Message } from '../../../src/p2p/index.ts'

export interface ServeOptions {
  /**
   * What is answered, and with what
   *
   * @default chainAnswers(chain)
   */
  answers?: Answers

  /**
   * Called with each message that is no request, and ends the session where it throws
   */
  onAnnouncement? (announcement: Message): void

  /**
   * Called with each request that is going to be answered, and waited for
   */
  onRequest? (request: Message): void | Promise<void>
}

/**
 * Exchanges Status as a peer that has the chain, and answers what is asked. Resolves when the messages end, and rejects
 * where they end with an error, such as the peer's Disconnect.
 */
export async function serveChain (messages: CapabilityMessages, chain: Chain, options: ServeOptions = {}): Promise<void> {
  const { answers = chainAnswers(chain), onAnnouncement, onRequest } = options
  await exchangeStatus(messages, statusOf(chain, messages.capability.version))

  for await (const message of messages) {
    const answer = answers[message.id]

    if (answer == null) {
      onAnnouncement?.(message)
    } else {
      await onRequest?.(message)
      const [requestId, ...query] = splitList(message.payload)
      await messages.send({ id: message.id + 1, payload: joinList([requestId, ...answer(query)]) })
    }
  }
}

/**
 * The Status of a peer that has the whole chain
 */
export function statusOf ({ genesis, head }: Chain, version: number): Status {
  return {
    version,
    networkId: NETWORK_ID,
    genesis: genesis.hash,
    head: head.hash,
    forkId: createForkId({
      genesis: genesis.hash,
      blockForks: [],
      timeForks: TIME_FORKS,
      head: { block: head.number, time: head.time }
    }),
    earliestBlock: 0n,
    latestBlock: BigInt(head.number)
  }
}
