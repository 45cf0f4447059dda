import { InvalidMultiaddrError } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import {
  CODE_DNS, CODE_DNS4, CODE_DNS6, CODE_DNSADDR, CODE_IP4, CODE_IP6, CODE_IP6ZONE, CODE_MEMORY, CODE_P2P, CODE_SNI, CODE_TCP, CODE_TLS,
  CODE_WS, CODE_WSS, multiaddr, registry
} from '@multiformats/multiaddr'
import { and, code, fmt, optional, or, value } from '@multiformats/multiaddr-matcher/utils'
import { formatEnode, InvalidEnodeError, parseEnode } from './enode.ts'
import { nodeIdFromPeerId, peerIdFromNodeId } from './peer-id.ts'
import type { Enode } from './enode.ts'
import type { PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { MultiaddrMatcher } from '@multiformats/multiaddr-matcher'

/**
 * The multicodec code of the `/rlpx` component, "0rx" in ASCII, from the range
 * 0x300000 to 0x3fffff that the multicodec table keeps for private use
 */
export const CODE_RLPX = 0x307278

// here, and not in a module of its own, since a bundler may drop a module that is imported for its side effect alone
registry.addProtocol({ code: CODE_RLPX, name: 'rlpx' })

const HOST = or(value(CODE_IP4), value(CODE_IP6), value(CODE_DNS), value(CODE_DNS4), value(CODE_DNS6))
const DIALLED_HOST = or(HOST, and(value(CODE_IP6ZONE), value(CODE_IP6)), value(CODE_DNSADDR))
const WEBSOCKET = or(code(CODE_WS), code(CODE_WSS), and(code(CODE_TLS), optional(value(CODE_SNI)), code(CODE_WS)))
const SOCKET = or(and(DIALLED_HOST, value(CODE_TCP), optional(WEBSOCKET)), value(CODE_MEMORY))

/**
 * Matches addresses where RLPx is spoken: `/rlpx` over TCP, WebSocket or memory
 *
 * @example
 *
 * ```ts
 * import { multiaddr } from '@multiformats/multiaddr'
 * import { RLPX } from 'libp2p-rlpx'
 *
 * RLPX.exactMatch(multiaddr('/ip4/127.0.0.1/tcp/30303/rlpx')) // true
 * RLPX.exactMatch(multiaddr('/dns4/example.org/tcp/443/tls/ws/rlpx')) // true
 * RLPX.exactMatch(multiaddr('/ip4/127.0.0.1/tcp/4001')) // false
 * ```
 */
export const RLPX: MultiaddrMatcher = fmt(SOCKET, code(CODE_RLPX), optional(value(CODE_P2P)))

/** The addresses that an enode URL can express */
const ENODE = fmt(HOST, value(CODE_TCP), code(CODE_RLPX), value(CODE_P2P))

/**
 * Turns an enode URL into an address that libp2p can dial,
 * `/ip4/…/tcp/…/rlpx/p2p/16Uiu2…` (or `/ip6`, `/dns`)
 *
 * The discovery port has no place in it.
 *
 * @throws {InvalidEnodeError} if it is no enode URL, or its TCP port is 0
 */
export function enodeToMultiaddr (enode: string | Enode): Multiaddr {
  // formatting an object checks it
  const { id, host, tcpPort } = parseEnode(typeof enode === 'string' ? enode : formatEnode(enode))

  if (tcpPort === 0) {
    throw new InvalidEnodeError('Invalid enode URL to dial: a node with TCP port 0 takes no RLPx connections')
  }

  return multiaddr(`/${hostProtocol(host)}/${host}/tcp/${tcpPort}/rlpx/p2p/${peerIdFromNodeId(id)}`)
}

/**
 * Turns `/ip4/…/tcp/…/rlpx/p2p/16Uiu2…` (or `/ip6`, `/dns`, `/dns4`, `/dns6`)
 * into an enode URL. The discovery port is taken to be the TCP port.
 *
 * @throws {InvalidMultiaddrError} if it is no address, or one of another form: an
 * enode URL can only express plain TCP, and always has the node id
 * @throws {UnsupportedKeyTypeError} if the peer id's key is not secp256k1
 * @throws {InvalidEnodeError} if the DNS name is not one
 */
export function multiaddrToEnode (ma: Multiaddr | string): string {
  const address = parseMultiaddr(ma)

  if (!ENODE.exactMatch(address)) {
    throw new InvalidMultiaddrError('An enode URL needs an address of the form /ip4|ip6|dns…/tcp/…/rlpx/p2p/…')
  }

  const [host, tcp, , p2p] = address.getComponents().map(component => component.value ?? '')
  const port = Number(tcp)

  return formatEnode({ id: nodeIdFromPeerId(parsePeerId(p2p)), host, tcpPort: port, udpPort: port })
}

function hostProtocol (host: string): string {
  if (host.includes(':')) {
    return 'ip6'
  }

  return /^[\d.]+$/.test(host) ? 'ip4' : 'dns'
}

/** The library has errors of its own for each way in which a string is no address. */
function parseMultiaddr (ma: Multiaddr | string): Multiaddr {
  try {
    return multiaddr(ma)
  } catch (err: any) {
    throw new InvalidMultiaddrError(`Not an address: ${err.message}`)
  }
}

function parsePeerId (p2p: string): PeerId {
  try {
    return peerIdFromString(p2p)
  } catch {
    throw new InvalidMultiaddrError('The /p2p part of the address is not a peer id')
  }
}
