import { anySignal } from 'any-signal'
import { defaultCrypto } from '../crypto/index.ts'
import { ETH_68, ETH_69, ETH_70, ETH_71, ETH_72, exchangeStatus, SNAP_1, SNAP_2 } from '../eth/index.ts'
import { parseEnode } from '../identity/enode.ts'
import { connect } from './connect.ts'
import { DisconnectReason } from './disconnect.ts'
import { DisconnectError } from './errors.ts'
import { dialTcp } from './tcp.ts'
import type { Capability } from './capability.ts'
import type { ByteDuplex } from './duplex-link.ts'
import type { Hello } from './hello.ts'
import type { SetUpOptions } from './set-up.ts'
import type { Status } from '../eth/index.ts'
import type { Enode } from '../identity/enode.ts'
import type { AbortOptions } from '@libp2p/interface'

/** How far a probe came: the stage that it ended in, `done` where all went well. */
export type ProbeStage = 'dial' | 'handshake' | 'hello' | 'status' | 'done'

export interface ProbeResult {
  /** 64 bytes: the node id that was asked for. */
  id: Uint8Array
  stage: ProbeStage

  /** How long it took in all, in milliseconds. */
  ms: number

  /** What the peer said of itself. */
  hello?: Hello

  /** The peer's eth Status, where both sides speak eth. */
  status?: Status

  /** The reason that the peer gave for turning us away, where it gave one. */
  disconnect?: number

  /** Why it ended before `done`. */
  error?: Error
}

export interface ProbeInit extends Omit<SetUpOptions, 'checkpoint'> {
  /**
   * Our static key: 32 bytes.
   *
   * @default a fresh one
   */
  privateKey?: Uint8Array

  /**
   * What we offer. eth's Status is exchanged where eth/68 to eth/72 is shared.
   *
   * @default eth/68 to eth/72, snap/1 and snap/2
   */
  capabilities?: Capability[]

  /**
   * What we call ourselves.
   *
   * @default 'libp2p-rlpx'
   */
  clientId?: string

  /**
   * How long it may take in all, in milliseconds.
   *
   * @default 15000
   */
  timeout?: number

  /**
   * Opens the connection.
   *
   * @default TCP
   */
  dial? (enode: Enode, options: Required<AbortOptions>): Promise<ByteDuplex>
}

const TIMEOUT = 15_000
const CAPABILITIES = [ETH_68, ETH_69, ETH_70, ETH_71, ETH_72, SNAP_1, SNAP_2]

/**
 * Asks a node who it is: dials it, takes its Hello and its eth Status, and leaves. Whatever
 * the node does or fails to do is in the result; only a signal of the caller's throws.
 *
 * @throws {InvalidEnodeError}
 * @throws {AbortError} or what the signal's reason is
 */
export async function probe (enode: string | Enode, init: ProbeInit = {}): Promise<ProbeResult> {
  const target = typeof enode === 'string' ? parseEnode(enode) : enode
  const begin = performance.now()
  const result: ProbeResult = { id: target.id, stage: 'dial', ms: 0 }
  const signal = anySignal([AbortSignal.timeout(init.timeout ?? TIMEOUT), init.signal])

  try {
    await visit(target, { ...init, signal }, result)
    result.stage = 'done'
  } catch (err: any) {
    init.signal?.throwIfAborted()
    result.error = err

    if (err instanceof DisconnectError && err.by === 'remote') {
      result.disconnect = err.reason
    }
  } finally {
    signal.clear()
    result.ms = performance.now() - begin
  }

  return result
}

async function visit (target: Enode, init: ProbeInit & Required<AbortOptions>, result: ProbeResult): Promise<void> {
  const { dial = dialEnode, capabilities = CAPABILITIES, privateKey = freshKey(), signal } = init
  const duplex = await dial(target, { signal })
  result.stage = 'handshake'

  const peer = await connect(duplex, {
    ...init,
    privateKey,
    capabilities,
    remoteId: target.id,
    checkpoint: ({ hello }) => {
      // asked after the handshake and after Hello
      result.stage = hello == null ? 'hello' : 'status'
      result.hello = hello
    }
  })

  try {
    if (peer.shared.some(isEth)) {
      result.status = await exchangeStatus(peer.capability('eth'), 'mirror', { signal })
    }
  } finally {
    await peer.disconnect(DisconnectReason.requested)
    const { by, reason } = await peer.closed

    // one that has left before us without a fault is no error
    if (by === 'remote') {
      result.disconnect = reason
    }
  }
}

/** Whether its first message is a Status that we can read. */
function isEth (capability: Capability): boolean {
  return CAPABILITIES.some(({ name, version }) => name === 'eth' && capability.name === name && capability.version === version)
}

async function dialEnode ({ host, tcpPort }: Enode, options: Required<AbortOptions>): Promise<ByteDuplex> {
  return dialTcp({ host, port: tcpPort }, options)
}

/** Any 32 bytes but for one in 2^128 are a private key. */
function freshKey (): Uint8Array {
  return defaultCrypto.randomBytes(32)
}
