import { nodeIdToHex } from '../identity/node-id.ts'
import { disconnectReasonName } from '../p2p/disconnect.ts'
import type { Status } from '../eth/index.ts'
import type { CapabilityId, Hello, SessionEnd } from '../p2p/index.ts'

/** A connection of a libp2p node. */
export interface ConnectionDescription {
  id: string
  address: string
  direction: string
  encryption: string | null
  multiplexer: string | null
}

/** What happened, as it is printed: with `--json` as it stands. Ids are node ids, or peer ids of other peers of libp2p's. */
export type CliEvent =
  { event: 'listening', enode: string } |
  { event: 'hello', id: string, clientId: string, capabilities: string[], shared: string[] } |
  { event: 'status', id: string, capability: string, networkId: string, genesis: string, head: string, forkId: { hash: string, next: string } } |
  { event: 'message', id: string, capability: string, messageId: number, name: string | null, size: number } |
  { event: 'ping', id: string, ms: number } |
  { event: 'echo', id: string, bytes: number, ok: boolean, ms: number } |
  { event: 'identify', id: string, agentVersion: string | null, protocols: string[] } |
  { event: 'connections', connections: ConnectionDescription[] } |
  { event: 'disconnect', id: string, by: string, code: number | null, reason: string } |
  { event: 'error', name: string, message: string }

/** Prints events, a line each: for people, or as JSON for machines. */
export class Output {
  readonly #json: boolean
  readonly #write: (line: string) => void

  constructor (json: boolean, write: (line: string) => void) {
    this.#json = json
    this.#write = write
  }

  print (event: CliEvent): void {
    this.#write(this.#json ? JSON.stringify(event) : describe(event))
  }

  /** A line as it is. */
  line (text: string): void {
    this.#write(text)
  }

  /** A line that is for people only. */
  note (text: string): void {
    if (!this.#json) {
      this.#write(text)
    }
  }

  hello (id: Uint8Array, hello: Hello, shared: CapabilityId[]): void {
    this.print({
      event: 'hello',
      id: nodeIdToHex(id),
      clientId: hello.clientId,
      capabilities: hello.capabilities.map(capabilityName),
      shared: shared.map(capabilityName)
    })
  }

  status (id: Uint8Array, capability: CapabilityId, status: Status): void {
    this.print({ event: 'status', id: nodeIdToHex(id), capability: capabilityName(capability), ...describeStatus(status) })
  }

  disconnect (id: Uint8Array, { by, reason, error }: SessionEnd): void {
    // what we tell the other side is seldom all that we know
    if (by === 'local' && error != null) {
      this.error(error)
    }

    this.print({
      event: 'disconnect',
      id: nodeIdToHex(id),
      by,
      code: reason ?? null,
      reason: reason == null ? error?.message ?? disconnectReasonName() : disconnectReasonName(reason)
    })
  }

  error (err: Error): void {
    this.print({ event: 'error', name: err.name, message: err.message === '' ? err.name : err.message })
  }
}

export function capabilityName ({ name, version }: CapabilityId): string {
  return `${name}/${version}`
}

export function describeStatus (status: Status): { networkId: string, genesis: string, head: string, forkId: { hash: string, next: string } } {
  return {
    networkId: status.networkId.toString(),
    genesis: hex(status.genesis),
    head: hex(status.head),
    forkId: { hash: hex(status.forkId.hash), next: status.forkId.next.toString() }
  }
}

/** What a peer wrote could move the cursor or fake a line: only printable ASCII stays as it is. */
export function printable (text: string): string {
  return text.replace(/[^ -~]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
}

/** Enough of an id to tell peers apart: the beginning of a node id, or the end of a peer id, since those begin alike. */
export function shortId (id: string): string {
  return /^[0-9a-f]{128}$/.test(id) ? `${id.slice(0, 8)}…` : `…${id.slice(-8)}`
}

function hex (bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes).toString('hex')}`
}

function describe (event: CliEvent): string {
  switch (event.event) {
    case 'listening':
      return event.enode
    case 'hello':
      return `${shortId(event.id)} hello ${printable(event.clientId)}, speaks ${printable(event.capabilities.join(' '))}, shared ${event.shared.join(' ')}`
    case 'status':
      return `${shortId(event.id)} status ${event.capability}, network ${event.networkId}, genesis ${event.genesis}, head ${event.head}, fork ${event.forkId.hash}/${event.forkId.next}`
    case 'message':
      return `${shortId(event.id)} message ${event.capability} ${event.name ?? `0x${event.messageId.toString(16).padStart(2, '0')}`}, ${event.size} bytes`
    case 'ping':
      return `${shortId(event.id)} ping ${event.ms.toFixed(2)} ms`
    case 'echo':
      return `${shortId(event.id)} echo ${event.bytes} bytes, ${event.ok ? 'equal' : 'NOT EQUAL'}, ${event.ms.toFixed(1)} ms`
    case 'identify':
      return `${shortId(event.id)} identify ${printable(event.agentVersion ?? 'no agent version')}, speaks ${printable(event.protocols.join(' '))}`
    case 'connections':
      return `connections: ${event.connections.map(describeConnection).join(', ')}`
    case 'disconnect':
      return `${shortId(event.id)} disconnect by ${event.by}: ${printable(event.reason)}${event.code == null ? '' : ` (0x${event.code.toString(16).padStart(2, '0')})`}`
    case 'error':
      return `${event.name}: ${printable(event.message)}`
    default:
      throw new TypeError('unknown event')
  }
}

function describeConnection ({ address, direction, encryption, multiplexer }: ConnectionDescription): string {
  return `${direction} ${address} (${encryption ?? 'no encryption'}, ${multiplexer ?? 'no multiplexer'})`
}
