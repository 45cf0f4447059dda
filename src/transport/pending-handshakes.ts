import { CODE_IP6 } from '@multiformats/multiaddr'
import type { Multiaddr } from '@multiformats/multiaddr'

export interface PendingHandshakesInit {
  /** How many there may be at once. */
  max: number

  /** How many of them may be with one address, or one IPv6 network of 64 bits. */
  maxPerAddress: number
}

/** 16-bit groups of the network part of an IPv6 address. */
const NETWORK_GROUPS = 4
const GROUPS = 8

/** How a socket of both families has IPv4 addresses (RFC 4291, section 2.5.5.2): no network is shared there. */
const MAPPED_IP4 = '::ffff:'

/** Counts connections whose other side has proven nothing yet. */
export class PendingHandshakes {
  readonly #init: PendingHandshakesInit
  readonly #perAddress = new Map<string, number>()
  #count = 0

  constructor (init: PendingHandshakesInit) {
    this.#init = init
  }

  get count (): number {
    return this.#count
  }

  /** Returns how to leave again, or nothing where there is no room. */
  enter (remoteAddr: Multiaddr): (() => void) | undefined {
    const address = sourceOf(remoteAddr)
    const count = this.#perAddress.get(address) ?? 0

    if (this.#count >= this.#init.max || count >= this.#init.maxPerAddress) {
      return
    }

    this.#count++
    this.#perAddress.set(address, count + 1)

    return () => {
      this.#count--
      const left = (this.#perAddress.get(address) ?? 0) - 1

      if (left > 0) {
        this.#perAddress.set(address, left)
      } else {
        this.#perAddress.delete(address)
      }
    }
  }
}

/** Who may have many addresses of a network counts as one. */
function sourceOf (remoteAddr: Multiaddr): string {
  const [{ code, value = '' }] = remoteAddr.getComponents()

  return code === CODE_IP6 && !value.startsWith(MAPPED_IP4) ? networkOf(value) : value
}

function networkOf (address: string): string {
  const [head, tail] = address.split('::').map(part => part.split(':').filter(group => group !== ''))
  const zeros = tail == null ? [] : new Array<string>(GROUPS - head.length - tail.length).fill('0')

  return [...head, ...zeros, ...(tail ?? [])].slice(0, NETWORK_GROUPS).map(group => parseInt(group, 16)).join(':')
}
