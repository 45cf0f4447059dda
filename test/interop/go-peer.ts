import { Child } from '../fixtures/child.ts'
import { EventReader } from '../fixtures/event-reader.ts'
import { peerPath } from './tools.ts'
import type { Capability } from '../../src/p2p/index.ts'

const EVENT_TIMEOUT = 60_000

export interface GoPeerOptions {
  /**
   * Address to listen on
   *
   * @default '127.0.0.1:0', a free port
   */
  listen?: string

  /**
   * Enode URL of a peer to dial
   */
  dial?: string

  /**
   * Capabilities to offer, as `name/version:length`
   *
   * @default ['aaa/1:2']
   */
  caps?: string[]

  /**
   * Private key, 64 hex digits
   *
   * @default random
   */
  key?: string

  /**
   * Whether each message with id 0 is answered by one with id 1 and the same payload
   *
   * @default true
   */
  echo?: boolean

  /**
   * How many messages of a capability are reported together, in one event
   *
   * @default 1
   */
  batch?: number

  /**
   * Whether it dials peers that it is told to add, for which it keeps one place
   *
   * @default false
   */
  dials?: boolean

  /**
   * How many peers it takes at a time
   *
   * @default 50
   */
  maxPeers?: number
}

/**
 * Messages of a capability: the id of the last, relative to the capability, how many they are, how many bytes their
 * payloads have together, and the SHA-256 of all these bytes, in hex
 */
export interface GoPeerMessages {
  capability: string
  id: number
  count: number
  size: number
  sha256: string
}

/**
 * What the Go peer reports. `id` is a node id in hex except in messages; capabilities are `name/version`.
 */
export interface GoPeerEvents {
  listening: { enode: string }

  /**
   * A connection is up: both Hellos are exchanged, and a capability is shared
   */
  hello: { id: string, name: string, caps: string[] }

  message: GoPeerMessages

  /**
   * What one command has sent is written to the socket
   */
  sent: GoPeerMessages

  /**
   * No more messages are read until it has slept enough
   */
  asleep: Record<never, never>

  /**
   * A connection that was up has ended, with a Disconnect from either side if there is a `reason`
   */
  disconnect: { id: string, error: string, reason?: number }

  /**
   * A message could not be sent
   */
  error: { error: string }
}

/**
 * What the Go peer can be told to do, with every peer it has. A payload is `hex`, or else `size` bytes: random ones, or
 * where it is to be `compressible` random ones that repeat. The commands about an `enode` are those of geth's admin API.
 */
export type GoPeerCommand =
  { cmd: 'send', capability: string, id: number, hex: string } |
  { cmd: 'send', capability: string, id: number, size: number, compressible?: boolean, count?: number } |
  { cmd: 'disconnect', reason: number } |
  { cmd: 'sleep', ms: number } |
  { cmd: 'addPeer' | 'removePeer' | 'addTrustedPeer' | 'removeTrustedPeer', enode: string }

/**
 * A running Go peer
 */
export interface GoPeer {
  enode: string

  /**
   * Takes the first event of that name that matches, if given, and has not been taken before, waiting for it a minute, or
   * `timeout` ms. Rejects at once when the process ends.
   */
  next<Name extends keyof GoPeerEvents> (
    name: Name, matches?: (event: GoPeerEvents[Name]) => boolean, timeout?: number
  ): Promise<GoPeerEvents[Name]>

  /**
   * Gives a command, without waiting for what comes of it
   */
  send (command: GoPeerCommand): void

  /**
   * What go-ethereum has logged, down to its trace level: also about connections that did not get as far as Hello
   */
  log (): string

  /**
   * Ends it in good order, which sends every peer Disconnect 0x08
   */
  stop (): Promise<void>

  /**
   * Ends it without a word to its peers
   */
  kill (): void
}

/**
 * Starts a Go peer. It listens when this resolves.
 */
export async function startGoPeer (options: GoPeerOptions = {}): Promise<GoPeer> {
  const child = new Child(await peerPath(), flags(options))
  const events = new EventReader<GoPeerEvents>(child)
  const { enode } = await events.next('listening', () => true, EVENT_TIMEOUT)

  return {
    enode,
    next: async (name, matches = () => true, timeout = EVENT_TIMEOUT) => events.next(name, matches, timeout),
    send: (command) => { child.process.stdin.write(`${JSON.stringify(command)}\n`) },
    log: () => child.log(),
    stop: async () => child.stop(() => { child.process.stdin.end('{"cmd":"stop"}\n') }),
    kill: () => { child.process.kill('SIGKILL') }
  }
}

/**
 * How capabilities are offered to it
 */
export function offerOf (capabilities: Capability[]): string[] {
  return capabilities.map(({ name, version, length }) => `${name}/${version}:${length}`)
}

/**
 * The peer's flags have the options' names, in lower case
 */
function flags (options: GoPeerOptions): string[] {
  return Object.entries(options)
    .filter(([, value]) => value != null)
    .map(([name, value]) => `-${name.toLowerCase()}=${String(value)}`)
}
