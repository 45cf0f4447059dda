/**
 * A capability of Ethereum's execution network, as it is announced in Hello
 */
export interface EthereumCapability {
  /**
   * The name in Hello
   */
  readonly name: string

  /**
   * The version in Hello
   */
  readonly version: number

  /**
   * How many message ids the capability takes, including those out of use
   */
  readonly length: number

  /**
   * The names of the messages by their ids, relative to the capability
   */
  readonly messages: Readonly<Record<number, string>>
}

// 0x0b and 0x0c name nothing; 0x0d and 0x0e, GetNodeData and NodeData, ended with eth/66 (EIP-4938)
const ETH_68_MESSAGES = {
  0x00: 'Status',
  0x01: 'NewBlockHashes',
  0x02: 'Transactions',
  0x03: 'GetBlockHeaders',
  0x04: 'BlockHeaders',
  0x05: 'GetBlockBodies',
  0x06: 'BlockBodies',
  0x07: 'NewBlock',
  0x08: 'NewPooledTransactionHashes',
  0x09: 'GetPooledTransactions',
  0x0a: 'PooledTransactions',
  0x0f: 'GetReceipts',
  0x10: 'Receipts'
}

const ETH_69_MESSAGES = {
  ...ETH_68_MESSAGES,
  0x11: 'BlockRangeUpdate'
}

const ETH_71_MESSAGES = {
  ...ETH_69_MESSAGES,
  0x12: 'GetBlockAccessLists',
  0x13: 'BlockAccessLists'
}

const ETH_72_MESSAGES = {
  ...ETH_71_MESSAGES,
  0x14: 'GetCells',
  0x15: 'Cells'
}

const SNAP_MESSAGES = {
  0x00: 'GetAccountRange',
  0x01: 'AccountRange',
  0x02: 'GetStorageRanges',
  0x03: 'StorageRanges',
  0x04: 'GetByteCodes',
  0x05: 'ByteCodes'
}

const SNAP_1_MESSAGES = {
  ...SNAP_MESSAGES,
  0x06: 'GetTrieNodes',
  0x07: 'TrieNodes'
}

// EIP-8189 keeps the ids 0x06 and 0x07 reserved
const SNAP_2_MESSAGES = {
  ...SNAP_MESSAGES,
  0x08: 'GetAccessLists',
  0x09: 'AccessLists'
}

/**
 * eth/68, EIP-5793
 */
export const ETH_68: EthereumCapability = define('eth', 68, 17, ETH_68_MESSAGES)

/**
 * eth/69, EIP-7642: Status has a block range, receipts no bloom. The version that
 * geth and reth have in common.
 */
export const ETH_69: EthereumCapability = define('eth', 69, 18, ETH_69_MESSAGES)

/**
 * eth/70, EIP-7975: receipts in parts
 */
export const ETH_70: EthereumCapability = define('eth', 70, 18, ETH_69_MESSAGES)

/**
 * eth/71, EIP-8159: block access lists
 */
export const ETH_71: EthereumCapability = define('eth', 71, 20, ETH_71_MESSAGES)

/**
 * eth/72, EIP-8070: cells of blobs
 */
export const ETH_72: EthereumCapability = define('eth', 72, 22, ETH_72_MESSAGES)

/**
 * snap/1
 */
export const SNAP_1: EthereumCapability = define('snap', 1, 8, SNAP_1_MESSAGES)

/**
 * snap/2, EIP-8189: block access lists in place of trie nodes
 */
export const SNAP_2: EthereumCapability = define('snap', 2, 10, SNAP_2_MESSAGES)

const CAPABILITIES = [ETH_68, ETH_69, ETH_70, ETH_71, ETH_72, SNAP_1, SNAP_2]

/**
 * Returns the name of a message of one of the capabilities above, `undefined` for
 * an id or a capability that is not among them
 *
 * @param capability - the name and version, such as one of the constants
 * @param id - the message id, relative to the capability
 */
export function messageName (capability: Pick<EthereumCapability, 'name' | 'version'>, id: number): string | undefined {
  return CAPABILITIES.find(({ name, version }) => name === capability.name && version === capability.version)?.messages[id]
}

function define (name: string, version: number, length: number, messages: Record<number, string>): EthereumCapability {
  return Object.freeze({ name, version, length, messages: Object.freeze(messages) })
}
