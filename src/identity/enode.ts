import { nodeIdFromHex, nodeIdToHex } from './node-id.ts'

const PREFIX = 'enode://'
const MAX_PORT = 65_535
const MAX_HOST_LENGTH = 253

/**
 * What an enode URL says of a node
 *
 * @see https://ethereum.org/developers/docs/networking-layer/network-addresses/
 */
export interface Enode {
  /**
   * The node id: the 64 bytes of the uncompressed public key without `04`
   */
  id: Uint8Array

  /**
   * An IPv4 address, an IPv6 address (without brackets) or a DNS name
   */
  host: string

  /**
   * The port of RLPx; 0 for a node that only takes part in discovery, such as
   * a bootnode
   */
  tcpPort: number

  /**
   * The port of discovery, `discport` in the URL, where it can be left out if it
   * is the TCP port; 0 for a node that takes no part in discovery
   */
  udpPort: number
}

/**
 * Thrown for a string that is no enode URL, and for parts that make none
 */
export class InvalidEnodeError extends Error {
  static name = 'InvalidEnodeError'

  constructor (message = 'Invalid enode URL', options?: ErrorOptions) {
    super(message, options)
    this.name = 'InvalidEnodeError'
  }
}

/**
 * Reads an enode URL, `enode://<128 hex digits>@<host>:<port>[?discport=<port>]`
 *
 * It is not read as a general URL, as engines disagree about schemes they do not
 * know: nothing may precede or follow it, no other parameter, path or space.
 *
 * @throws {InvalidEnodeError} if the string is anything else
 */
export function parseEnode (url: string): Enode {
  if (!url.startsWith(PREFIX)) {
    throw new InvalidEnodeError(`Invalid enode URL: does not start with ${PREFIX}`)
  }

  const parts = /^([^@]*)@(\[[^\]]*\]|[^:[\]]*):([^?]*)(?:\?discport=(.*))?$/s.exec(url.slice(PREFIX.length))

  if (parts == null) {
    throw new InvalidEnodeError('Invalid enode URL: want <node id>@<host>:<port>, with at most a ?discport=<port>')
  }

  const [, id, host, tcpPort, udpPort = tcpPort] = parts

  return {
    id: wrapNodeIdError(() => nodeIdFromHex(id)),
    host: parseHost(host),
    tcpPort: parsePort(tcpPort, 'port'),
    udpPort: parsePort(udpPort, 'discport')
  }
}

/**
 * Writes an enode URL, with `discport` only if the ports differ
 *
 * @throws {InvalidEnodeError} if the parts make no enode URL
 */
export function formatEnode (enode: Enode): string {
  const { host, tcpPort, udpPort } = enode
  const id = wrapNodeIdError(() => nodeIdToHex(enode.id))

  if (!isIPv6(host)) {
    checkIPv4OrName(host)
  }

  checkPort(tcpPort, 'port')
  checkPort(udpPort, 'discport')

  return `${PREFIX}${id}@${isIPv6(host) ? `[${host}]` : host}:${tcpPort}${udpPort === tcpPort ? '' : `?discport=${udpPort}`}`
}

function wrapNodeIdError <T> (convert: () => T): T {
  try {
    return convert()
  } catch (err) {
    throw new InvalidEnodeError('Invalid enode URL: the node id is not 128 hexadecimal digits of a secp256k1 public key', { cause: err })
  }
}

function parseHost (host: string): string {
  if (!host.startsWith('[')) {
    checkIPv4OrName(host)

    return host
  }

  const address = host.slice(1, -1)

  if (!isIPv6(address)) {
    throw new InvalidEnodeError('Invalid enode URL: want an IPv6 address, without a zone, in the brackets')
  }

  return address
}

/** The URL parser knows all forms of IPv6; the digits keep anything else from it */
function isIPv6 (host: string): boolean {
  return /^[0-9a-f:.]+$/i.test(host) && URL.canParse(`http://[${host}]`)
}

function checkIPv4OrName (host: string): void {
  const labels = host.replace(/\.$/, '').split('.')
  // a name that ends in a number would be taken for an IPv4 address by others
  const valid = /^\d+$/.test(labels[labels.length - 1]) ? isIPv4(host) : host.length <= MAX_HOST_LENGTH && labels.every(isLabel)

  if (!valid) {
    throw new InvalidEnodeError('Invalid enode URL: the host is not an IPv4 address, an IPv6 address in brackets or a DNS name')
  }
}

function isIPv4 (host: string): boolean {
  const bytes = host.split('.')

  return bytes.length === 4 && bytes.every(byte => /^(0|[1-9]\d{0,2})$/.test(byte) && Number(byte) <= 255)
}

function isLabel (label: string): boolean {
  return /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i.test(label)
}

function parsePort (digits: string, name: string): number {
  const port = /^\d{1,5}$/.test(digits) ? Number(digits) : NaN
  checkPort(port, name)

  return port
}

function checkPort (port: number, name: string): void {
  if (!Number.isInteger(port) || port < 0 || port > MAX_PORT) {
    throw new InvalidEnodeError(`Invalid enode URL: the ${name} is not a number from 0 to ${MAX_PORT}`)
  }
}
