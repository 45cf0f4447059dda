/**
 * @packageDocumentation
 *
 * What a node has to know of Ethereum's sub-protocols to be let in by its peers:
 * the capabilities eth and snap, the Status message that opens eth, and the fork
 * id in it. The other messages are RLP, and are left to the application.
 *
 * @example Our own Status, and the peer's
 *
 * ```ts
 * import { createForkId, ETH_69, exchangeStatus } from 'libp2p-rlpx/eth'
 * import type { Status, StatusMessages } from 'libp2p-rlpx/eth'
 *
 * // messages: those of the eth capability of a connection
 * async function greet (messages: StatusMessages, genesis: Uint8Array): Promise<Status> {
 *   return exchangeStatus(messages, {
 *     version: ETH_69.version,
 *     networkId: 1n,
 *     genesis,
 *     forkId: createForkId({ genesis, blockForks: [], timeForks: [], head: { block: 0, time: 0 } }),
 *     earliestBlock: 0n,
 *     latestBlock: 0n,
 *     head: genesis
 *   })
 * }
 * ```
 *
 * @example The names of messages, say for a log
 *
 * ```ts
 * import { ETH_69, messageName } from 'libp2p-rlpx/eth'
 *
 * messageName(ETH_69, 0x11) // 'BlockRangeUpdate'
 * ```
 */

export { ETH_68, ETH_69, ETH_70, ETH_71, ETH_72, messageName, SNAP_1, SNAP_2 } from './capabilities.ts'
export { exchangeStatus, MissingStatusError, StatusMismatchError } from './exchange-status.ts'
export { createForkId } from './fork-id.ts'
export { decodeStatus, encodeStatus, InvalidStatusError } from './status.ts'
export type { EthereumCapability } from './capabilities.ts'
export type { ExchangeStatusOptions, StatusMessage, StatusMessages } from './exchange-status.ts'
export type { ForkId, ForkIdInit } from './fork-id.ts'
export type { BlockRangeStatus, DifficultyStatus, Status } from './status.ts'
