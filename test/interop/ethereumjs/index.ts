import { fileURLToPath } from 'node:url'
import { Child } from '../../fixtures/child.ts'
import { EventReader } from '../../fixtures/event-reader.ts'

const PROGRAM = fileURLToPath(new URL('peer.ts', import.meta.url))
const EVENT_TIMEOUT = 60_000

// the flags of the test runner are inherited, and some of them warn
const NODE_FLAGS = ['--disable-warning=ExperimentalWarning']

/**
 * What the peer reports
 */
export interface EthereumjsEvents {
  listening: { enode: string }
  hello: { id: string, name: string, caps: string[] }

  /**
   * Of the other side, after its Status and our own
   */
  status: { networkId: string, head: string }

  /**
   * A message of eth/68; the payload is RLP, in hex
   */
  message: { id: number, payload: string }
  disconnect: { reason?: number, local: boolean | null }
  error: { error: string }
}

/**
 * What the peer can be told to do, with every peer it has
 */
export type EthereumjsCommand =
  { cmd: 'dial', enode: string } |
  { cmd: 'send', id: number, payload: string } |
  { cmd: 'disconnect', reason: number }

/**
 * A running peer
 */
export interface EthereumjsPeer {
  enode: string

  /**
   * Takes the first event of that name that has not been taken before
   */
  next<Name extends keyof EthereumjsEvents> (name: Name): Promise<EthereumjsEvents[Name]>
  send (command: EthereumjsCommand): void
  stop (): Promise<void>
}

/**
 * Starts a peer that is `@ethereumjs/devp2p`, in a process of its own. It listens when this resolves.
 */
export async function startEthereumjsPeer ({ maxPeers = 10 } = {}): Promise<EthereumjsPeer> {
  const child = new Child(process.execPath, [...NODE_FLAGS, PROGRAM, String(maxPeers)])
  const events = new EventReader<EthereumjsEvents>(child)
  const { enode } = await events.next('listening', () => true, EVENT_TIMEOUT)

  return {
    enode,
    next: async (name) => events.next(name, () => true, EVENT_TIMEOUT),
    send: (command) => { child.process.stdin.write(`${JSON.stringify(command)}\n`) },
    stop: async () => child.stop(() => { child.process.stdin.end() })
  }
}
