import { decode, encode } from 'rlp'
import { fromString } from 'uint8arrays/from-string'
import { compareCapabilities } from './capability.ts'
import { MAX_BASE_PAYLOAD, MAX_CAPABILITY_NAME, MAX_CAPABILITY_VERSION, MAX_CLIENT_ID, PROTOCOL_VERSION } from './constants.ts'
import { DisconnectReason } from './disconnect.ts'
import { InvalidHelloError, InvalidLocalHelloError } from './errors.ts'
import type { Capability, CapabilityId } from './capability.ts'

/** What each side says of itself first. */
export interface Hello {
  /** The version of the base protocol: 5 has snappy. */
  version: number

  /** Free text, as the peer wrote it: escape it before you print it. */
  clientId: string
  capabilities: CapabilityId[]

  /** A TCP port, mostly 0. */
  listenPort: number

  /** 64 bytes: the node id. */
  id: Uint8Array
}

/** The Hello of ours. */
export interface LocalHello {
  clientId: string
  capabilities: Capability[]
  listenPort: number
  id: Uint8Array
}

const NODE_ID_LENGTH = 64
const MAX_PORT = 65_535

/** What is no UTF-8 is replaced; a byte order mark stays, since a name with one is another name. */
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * Sends nothing that some client cannot take.
 *
 * @throws {InvalidLocalHelloError}
 */
export function verifyLocalHello (hello: LocalHello): void {
  const { clientId, capabilities, listenPort } = hello

  if (fromString(clientId).byteLength > MAX_CLIENT_ID) {
    throw new InvalidLocalHelloError(`The client id is over ${MAX_CLIENT_ID} bytes`)
  }

  if (!(Number.isInteger(listenPort) && listenPort >= 0 && listenPort <= MAX_PORT)) {
    throw new InvalidLocalHelloError(`The listen port is not within 0 and ${MAX_PORT}`)
  }

  for (const { name, version, length } of capabilities) {
    if (!/^[!-~]+$/.test(name) || name.length > MAX_CAPABILITY_NAME || name === 'p2p') {
      throw new InvalidLocalHelloError(`The capability name ${JSON.stringify(name)} is not 1 to ${MAX_CAPABILITY_NAME} printable ASCII characters, or is p2p`)
    }

    if (!(Number.isInteger(version) && version >= 0 && version <= MAX_CAPABILITY_VERSION)) {
      throw new InvalidLocalHelloError(`The version of the capability ${name} is not within 0 and ${MAX_CAPABILITY_VERSION}`)
    }

    if (!(Number.isSafeInteger(length) && length > 0)) {
      throw new InvalidLocalHelloError(`The capability ${name}/${version} has no message ids`)
    }
  }

  const sorted = capabilities.toSorted(compareCapabilities)
  const twice = sorted.find((capability, i) => i > 0 && compareCapabilities(sorted[i - 1], capability) === 0)

  if (twice != null) {
    throw new InvalidLocalHelloError(`The capability ${twice.name}/${twice.version} is listed twice`)
  }

  // for its size
  encodeHello(hello)
}

/**
 * The payload of a Hello: `[5, client id, [[name, version], …], listen port, node id]`.
 *
 * @throws {InvalidLocalHelloError} where it is over 2048 bytes
 */
export function encodeHello ({ clientId, capabilities, listenPort, id }: LocalHello): Uint8Array {
  const list = capabilities.toSorted(compareCapabilities).map(({ name, version }) => [fromString(name), version])
  const payload = encode([PROTOCOL_VERSION, fromString(clientId), list, listenPort, id])

  if (payload.byteLength > MAX_BASE_PAYLOAD) {
    throw new InvalidLocalHelloError(`Our Hello has ${payload.byteLength} bytes, the most is ${MAX_BASE_PAYLOAD}`)
  }

  return payload
}

/**
 * Reads the payload of a Hello. Further items and whatever follows the list are passed
 * over; so are capabilities of versions that no number can hold.
 *
 * @throws {InvalidHelloError}
 */
export function decodeHello (payload: Uint8Array): Hello {
  if (payload.byteLength > MAX_BASE_PAYLOAD) {
    throw new InvalidHelloError(`The Hello has ${payload.byteLength} bytes, the most is ${MAX_BASE_PAYLOAD}`)
  }

  const [version, clientId, capabilities, listenPort, id] = decodeList(payload)

  if (!(clientId instanceof Uint8Array && Array.isArray(capabilities) && id instanceof Uint8Array)) {
    throw new InvalidHelloError('The Hello is not a list of version, client id, capabilities, port and node id')
  }

  if (id.byteLength !== NODE_ID_LENGTH || id.every(byte => byte === 0)) {
    throw new InvalidHelloError('The Hello has no node id', DisconnectReason.nullIdentity)
  }

  return {
    version: readInteger(version, 'version'),
    clientId: utf8.decode(clientId),
    capabilities: capabilities.map(readCapability),
    listenPort: toInteger(readBytes(listenPort, 'listen port')), // nothing depends on it, and some write 0 as the byte 00
    id: Uint8Array.from(id)
  }
}

function decodeList (payload: Uint8Array): unknown[] {
  let list: unknown

  try {
    list = decode(payload, true).data
  } catch {
    throw new InvalidHelloError('The Hello is not valid RLP')
  }

  if (!Array.isArray(list)) {
    throw new InvalidHelloError('The Hello is not a list')
  }

  return list
}

function readCapability (item: unknown): CapabilityId {
  const [name, version] = Array.isArray(item) ? item : []

  if (!(name instanceof Uint8Array)) {
    throw new InvalidHelloError('A capability in Hello is not a list of name and version')
  }

  return { name: utf8.decode(name), version: readInteger(version, 'version of a capability') }
}

/** A canonical integer. */
function readInteger (item: unknown, what: string): number {
  const bytes = readBytes(item, what)

  if (bytes[0] === 0) {
    throw new InvalidHelloError(`The ${what} in Hello is not an integer`)
  }

  return toInteger(bytes)
}

function readBytes (item: unknown, what: string): Uint8Array {
  if (!(item instanceof Uint8Array)) {
    throw new InvalidHelloError(`The ${what} in Hello is not an integer`)
  }

  return item
}

/** One too large for a number is `Infinity`, which is no version of ours. */
function toInteger (bytes: Uint8Array): number {
  const value = bytes.reduce((sum, byte) => sum * 256 + byte, 0)

  return Number.isSafeInteger(value) ? value : Infinity
}
