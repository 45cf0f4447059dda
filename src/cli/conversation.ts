import { randomBytes } from 'node:crypto'
import { createForkId, decodeStatus, encodeStatus, messageName } from '../eth/index.ts'
import { nodeIdToHex } from '../identity/node-id.ts'
import { ECHO_1 } from './arguments.ts'
import { capabilityName } from './output.ts'
import type { Output } from './output.ts'
import type { Status } from '../eth/index.ts'
import type { CapabilityMessages, Hello, Message, SharedCapability } from '../p2p/index.ts'

/** What is said with is all that is needed of a peer. */
export interface Interlocutor {
  remoteId: Uint8Array
  hello: Hello
  shared: SharedCapability[]
  capability (name: string): CapabilityMessages | Promise<CapabilityMessages>
}

export interface ConversationInit {
  peer: Interlocutor
  output: Output

  /** How long to wait for the peer's Status before one of ours is sent unasked, in milliseconds. */
  statusDelay: number

  /**
   * The Status to send then.
   *
   * @default mainnet's, with nothing but the genesis block
   */
  status?: Status
}

const STATUS = 0
const ECHO_REQUEST = 0
const ECHO_REPLY = 1

const MAINNET_GENESIS = Uint8Array.from(Buffer.from('d4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3', 'hex'))

/** A node on mainnet that has nothing but the genesis block. */
export const DEFAULT_STATUS: Status = {
  version: 69,
  networkId: 1n,
  genesis: MAINNET_GENESIS,
  head: MAINNET_GENESIS,
  forkId: createForkId({ genesis: MAINNET_GENESIS, blockForks: [1_150_000], timeForks: [], head: { block: 0, time: 0 } }),
  earliestBlock: 0n,
  latestBlock: 0n
}

/**
 * Talks to a peer over all that is shared: exchanges eth's Status by mirroring the peer's,
 * answers over echo, and prints every other message.
 */
export class Conversation {
  readonly #init: ConversationInit
  readonly #id: string
  readonly #status = Promise.withResolvers<Status>()
  readonly #echo = Promise.withResolvers<CapabilityMessages>()
  readonly #echoes: Array<(payload: Uint8Array) => void> = []

  constructor (init: ConversationInit) {
    this.#init = init
    this.#id = nodeIdToHex(init.peer.remoteId)
    this.#status.promise.catch(() => {})
    init.output.hello(init.peer.remoteId, init.peer.hello, init.peer.shared)

    for (const { name } of init.peer.shared) {
      void this.#serve(name)
    }
  }

  /** Whether there is an eth to have a Status of. */
  get hasStatus (): boolean {
    return this.#shares('eth')
  }

  /** The peer's Status. */
  get status (): Promise<Status> {
    return this.#status.promise
  }

  /** Sends random bytes and compares what comes back. */
  async echo (length: number): Promise<boolean> {
    if (!this.#shares(ECHO_1.name)) {
      throw new Error('The peer does not speak echo/1')
    }

    const messages = await this.#echo.promise
    const payload = randomBytes(length)
    const reply = Promise.withResolvers<Uint8Array>()
    const begin = performance.now()
    this.#echoes.push(reply.resolve)
    await messages.send({ id: ECHO_REQUEST, payload })

    const ok = payload.equals(await reply.promise)
    this.#init.output.print({ event: 'echo', id: this.#id, bytes: length, ok, ms: performance.now() - begin })

    return ok
  }

  #shares (name: string): boolean {
    return this.#init.peer.shared.some(capability => capability.name === name)
  }

  async #serve (name: string): Promise<void> {
    let messages: CapabilityMessages | undefined

    try {
      messages = await this.#init.peer.capability(name)

      if (name === 'eth') {
        await this.#serveEth(messages)
      } else if (name === ECHO_1.name) {
        await this.#serveEcho(messages)
      } else {
        for await (const message of messages) {
          this.#print(messages, message)
        }
      }
    } catch (err: any) {
      // where the session ended this is told elsewhere, and aborting it again is nothing
      messages?.abort(err)
      this.#status.reject(err)
    }
  }

  async #serveEth (messages: CapabilityMessages): Promise<void> {
    const { version } = messages.capability
    const { output, peer, statusDelay, status = DEFAULT_STATUS } = this.#init
    let sent = false

    const send = (payload: Uint8Array): void => {
      if (!sent) {
        sent = true
        messages.send({ id: STATUS, payload }).catch((err) => { messages.abort(err) })
      }
    }

    const timer = setTimeout(() => { send(encodeStatus(ofVersion(status, version))) }, statusDelay)
    let received = false

    try {
      for await (const message of messages) {
        if (received) {
          this.#print(messages, message)
          continue
        }

        received = true
        const theirs = firstStatus(message)
        send(message.payload)
        output.status(peer.remoteId, messages.capability, theirs)
        this.#status.resolve(theirs)
      }
    } finally {
      clearTimeout(timer)
    }
  }

  async #serveEcho (messages: CapabilityMessages): Promise<void> {
    this.#echo.resolve(messages)

    for await (const message of messages) {
      if (message.id === ECHO_REPLY) {
        this.#echoes.shift()?.(message.payload)
      } else {
        this.#print(messages, message)
      }

      if (message.id === ECHO_REQUEST) {
        await messages.send({ id: ECHO_REPLY, payload: message.payload })
      }
    }
  }

  #print ({ capability }: CapabilityMessages, { id, payload }: Message): void {
    this.#init.output.print({
      event: 'message',
      id: this.#id,
      capability: capabilityName(capability),
      messageId: id,
      name: messageName(capability, id) ?? null,
      size: payload.byteLength
    })
  }
}

function firstStatus ({ id, payload }: Message): Status {
  if (id !== STATUS) {
    throw new Error(`The peer began eth with message ${id} in place of Status`)
  }

  return decodeStatus(payload)
}

/** The same Status in the form of a version. */
function ofVersion (status: Status, version: number): Status {
  const { networkId, genesis, head, forkId } = status

  return version < 69
    ? { version, networkId, genesis, head, forkId, totalDifficulty: status.totalDifficulty ?? 0n }
    : { version, networkId, genesis, head, forkId, earliestBlock: status.earliestBlock ?? 0n, latestBlock: status.latestBlock ?? 0n }
}
