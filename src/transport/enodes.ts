import { CODE_TCP } from '@multiformats/multiaddr'
import type { Endpoint } from '../p2p/tcp.ts'
import type { Listener, PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/** A listener that has enodes beside, or in place of, its addresses. */
export interface EnodeListener extends Listener {
  /** Where others of Ethereum find us: one for each address, `[]` before it is known. */
  enodes (): string[]
}

/** By the peer id object that libp2p hands to all parts of a node. */
const listeners = new WeakMap<PeerId, Set<EnodeListener>>()

/** Makes a listener known as one of a node, until it closes. */
export function registerListener (node: PeerId, listener: EnodeListener): void {
  const registered = listeners.get(node) ?? new Set()
  listeners.set(node, registered)
  registered.add(listener)
  listener.addEventListener('close', () => { registered.delete(listener) })
}

/**
 * The enodes that a libp2p node listens on with RLPx over TCP, whatever it announces.
 *
 * @example
 *
 * ```ts
 * import { createLibp2p } from 'libp2p'
 * import { getEnodes } from 'libp2p-rlpx'
 *
 * const node = await createLibp2p()
 *
 * console.info(getEnodes(node))
 * ```
 */
export function getEnodes (node: { peerId: PeerId }): string[] {
  return [...listeners.get(node.peerId) ?? []].flatMap(listener => listener.enodes())
}

/** Where an address of plain TCP leads to; others cannot be told to Ethereum. */
export function endpointOf (address: Multiaddr): Endpoint[] {
  const [{ value: host = '' }, tcp, ...rest] = address.getComponents()

  if (tcp?.code !== CODE_TCP || rest.length > 0) {
    return []
  }

  return [{ host, port: Number(tcp.value) }]
}
