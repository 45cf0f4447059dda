import { TypedEventEmitter } from 'main-event'
import { formatEnode } from '../identity/enode.ts'
import { CODE_RLPX } from '../identity/multiaddr.ts'
import { endpointOf } from './enodes.ts'
import type { EnodeListener } from './enodes.ts'
import type { Endpoint } from '../p2p/tcp.ts'
import type { Listener, ListenerEvents } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

export interface RlpxListenerInit {
  /** The inner transport's. */
  inner: Listener

  /** 64 bytes: our node id. */
  id: Uint8Array

  /** Whether to tell libp2p's peers of our addresses. */
  announce: boolean
}

/** A listener of the inner transport, as one for `/rlpx` addresses. */
export class RlpxListener extends TypedEventEmitter<ListenerEvents> implements EnodeListener {
  readonly #init: RlpxListenerInit

  constructor (init: RlpxListenerInit) {
    super()

    this.#init = init
    init.inner.addEventListener('listening', () => { this.safeDispatchEvent('listening') })
    init.inner.addEventListener('error', ({ detail }) => { this.safeDispatchEvent('error', { detail }) })
    init.inner.addEventListener('close', () => { this.safeDispatchEvent('close') })
  }

  async listen (address: Multiaddr): Promise<void> {
    await this.#init.inner.listen(address.decapsulateCode(CODE_RLPX))
  }

  /** None, unless they are to be announced: a part of them that others do not know breaks identify with us. */
  getAddrs (): Multiaddr[] {
    const { announce, inner } = this.#init

    return announce ? inner.getAddrs().map(address => address.encapsulate('/rlpx')) : []
  }

  enodes (): string[] {
    return this.endpoints().map(({ host, port }) => formatEnode({ id: this.#init.id, host, tcpPort: port, udpPort: port }))
  }

  /** The same, without our node id. */
  endpoints (): Endpoint[] {
    return this.#init.inner.getAddrs().flatMap(endpointOf)
  }

  updateAnnounceAddrs (addresses: Multiaddr[]): void {
    const ours = addresses.filter(address => address.getComponents().some(({ code }) => code === CODE_RLPX))

    this.#init.inner.updateAnnounceAddrs(ours.map(address => address.decapsulateCode(CODE_RLPX)))
  }

  async close (): Promise<void> {
    await this.#init.inner.close()
  }
}
