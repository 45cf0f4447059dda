import { randomBytes, randomInt } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { createLibp2p } from 'libp2p'
import { encode } from 'rlp'
import { createForkId, ETH_69, exchangeStatus } from '../../src/eth/index.ts'
import { capabilityMessages, getEnodes, rlpxTransport } from '../../src/index.ts'
import type { BlockRangeStatus } from '../../src/eth/index.ts'
import type { CapabilityMessages } from '../../src/index.ts'

const NEW_POOLED_TRANSACTION_HASHES = 0x08
const BLOCK_RANGE_UPDATE = 0x11

const CLIENT_ID = 'made-up-chain/libp2p-rlpx'
const NETWORK_ID = 1337n
const BLOCK_TIME = 12_000
const MIN_PAUSE = 200
const MAX_PAUSE = 1_500
const MAX_TRANSACTIONS = 4

export interface Neighbour {
  enode: string
  stop (): Promise<void>
}

/** A libp2p node that looks like an Ethereum node from outside, on a chain that it makes up. */
export async function startNeighbour ({ clientId = CLIENT_ID } = {}): Promise<Neighbour> {
  const chain = new Chain()
  const stopping = new AbortController()
  const node = await createLibp2p({
    privateKey: await generateKeyPair('secp256k1'),
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0/rlpx'] },
    transports: [rlpxTransport({ capabilities: [ETH_69], clientId })]
  })

  await node.handle('/eth/69', async (stream, connection) => {
    const messages = capabilityMessages(stream)
    const over = AbortSignal.any([stopping.signal, goneSignal(connection)])

    try {
      await exchangeStatus(messages, chain.status())
      await Promise.all([drain(messages), announce(messages, chain, over)])
    } catch (err) {
      if (!over.aborted) {
        throw err
      }
    }
  })

  return {
    enode: getEnodes(node)[0],
    stop: async () => {
      stopping.abort()
      await node.stop()
    }
  }
}

/** A chain of hashes that are as random as real ones. */
class Chain {
  readonly #genesis = randomBytes(32)
  readonly #begin = Date.now()
  readonly #hashes = [this.#genesis]

  /** The number of the newest block, and its hash. */
  head (): [number: number, hash: Uint8Array] {
    const number = Math.floor((Date.now() - this.#begin) / BLOCK_TIME)

    while (this.#hashes.length <= number) {
      this.#hashes.push(randomBytes(32))
    }

    return [number, this.#hashes[number]]
  }

  status (): BlockRangeStatus {
    const genesis = this.#genesis
    const [number, head] = this.head()

    return {
      version: ETH_69.version,
      networkId: NETWORK_ID,
      genesis,
      head,
      forkId: createForkId({ genesis, blockForks: [], timeForks: [], head: { block: number, time: 0 } }),
      earliestBlock: 0n,
      latestBlock: BigInt(number)
    }
  }
}

/** Tells of transactions now and then, and of every block. */
async function announce (messages: CapabilityMessages, chain: Chain, signal: AbortSignal): Promise<void> {
  let [last] = chain.head()

  for (;;) {
    await delay(randomInt(MIN_PAUSE, MAX_PAUSE), undefined, { signal })
    await messages.send({ id: NEW_POOLED_TRANSACTION_HASHES, payload: transactions() })
    const [number, hash] = chain.head()

    if (number > last) {
      last = number
      await messages.send({ id: BLOCK_RANGE_UPDATE, payload: encode([0, number, hash]) })
    }
  }
}

/** Types, sizes and hashes. */
function transactions (): Uint8Array {
  const hashes = Array.from({ length: randomInt(1, MAX_TRANSACTIONS + 1) }, () => randomBytes(32))

  return encode([new Uint8Array(hashes.length).fill(2), hashes.map(() => randomInt(110, 2_000)), hashes])
}

async function drain (messages: CapabilityMessages): Promise<void> {
  for await (const message of messages) {
    void message
  }
}

function goneSignal (connection: EventTarget): AbortSignal {
  const gone = new AbortController()
  connection.addEventListener('close', () => { gone.abort() }, { once: true })

  return gone.signal
}
