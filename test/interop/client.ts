import { readdir } from 'node:fs/promises'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Direction } from './meet.ts'
import type { Status } from '../../src/eth/index.ts'

/**
 * A client of Ethereum that we are run against: what a file in `clients/` exports as `client`
 */
export interface Client {
  name: string

  /**
   * Starts it on a chain of its own, on 127.0.0.1, without discovery. It listens when this resolves.
   */
  start (): Promise<RunningClient>

  expectations: Expectations
}

export interface RunningClient {
  enode: string

  /**
   * Makes it dial an enode; not called where `directions` has no 'it dials'
   */
  dial (enode: string): Promise<void>

  /**
   * Waits for its log to match
   */
  logged (pattern: RegExp): Promise<unknown>

  /**
   * Ends it in good order, and removes whatever it leaves
   */
  stop (): Promise<void>
}

export interface Expectations {
  /** What it calls itself in Hello. */
  clientId: RegExp

  /** The versions of eth that it speaks, of those that we do. */
  versions: number[]

  /** Of its Status. */
  status: Pick<Status, 'networkId' | 'genesis' | 'head'>

  /** Who can be made to dial: a client that only dials whom it discovered cannot. */
  directions: Direction[]

  /** The reasons that its Disconnects give, sooner or later; left out where it just closes. */
  reasons: {
    quitting?: number

    /** A peer with the key of another one that is connected. */
    alreadyConnected?: number

    /** A peer whose Hello has another id than its handshake. */
    unexpectedIdentity?: number
  }

  /**
   * How its log tells that a peer disconnected with a reason; left out where it does not
   *
   * @param nodeId - the peer's, 64 bytes
   */
  disconnected? (nodeId: Uint8Array, reason: number): RegExp
}

/**
 * All clients that there are files of
 */
export async function readClients (): Promise<Client[]> {
  const folder = new URL('clients/', import.meta.url)
  const extension = extname(fileURLToPath(import.meta.url))
  const files = (await readdir(folder)).filter(file => file.endsWith(extension))

  return Promise.all(files.map(async file => (await import(new URL(file, folder).href)).client))
}
