import { CODE_IP6 } from '@multiformats/multiaddr'
import type { Multiaddr } from '@multiformats/multiaddr'

/** 16-bit groups of the network part of an IPv6 address. */
const NETWORK_GROUPS = 4
const GROUPS = 8

/** How a socket of both families has IPv4 addresses (RFC 4291, section 2.5.5.2): no network is shared there. */
const MAPPED_IP4 = '::ffff:'

/** Where a connection comes from, to count by: who may have many addresses of a network is one. */
export function sourceOf (remoteAddr: Multiaddr): string {
  const [{ code, value = '' }] = remoteAddr.getComponents()

  return code === CODE_IP6 && !value.startsWith(MAPPED_IP4) ? networkOf(value) : value
}

function networkOf (address: string): string {
  const [head, tail] = address.split('::').map(part => part.split(':').filter(group => group !== ''))
  const zeros = tail == null ? [] : new Array<string>(GROUPS - head.length - tail.length).fill('0')

  return [...head, ...zeros, ...(tail ?? [])].slice(0, NETWORK_GROUPS).map(group => parseInt(group, 16)).join(':')
}
