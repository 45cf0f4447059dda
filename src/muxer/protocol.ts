import { UnsupportedProtocolError } from '@libp2p/interface'
import type { CapabilityId } from '../p2p/capability.ts'
import type { AbstractStream } from '@libp2p/utils'

/** The protocol that a capability is to libp2p: `/eth/69` */
export function protocolOf ({ name, version }: CapabilityId): string {
  return `/${name}/${version}`
}

/** Whether a protocol is some version of one of the capabilities. */
export function isCapability (protocol: string | undefined, capabilities: CapabilityId[]): boolean {
  const [, name] = /^\/([^/]+)\/\d+$/.exec(protocol ?? '') ?? []

  return capabilities.some(capability => capability.name === name)
}

/**
 * Keeps a capability from being negotiated on a stream of `libp2p/1`, where its handler would
 * find no messages: libp2p resets a stream whose protocol it cannot set.
 */
export function guardProtocol <Guarded extends AbstractStream> (stream: Guarded, capabilities: CapabilityId[]): Guarded {
  let current = stream.protocol

  return Object.defineProperty(stream, 'protocol', {
    enumerable: true,
    get: () => current,
    set: (protocol: string) => {
      if (isCapability(protocol, capabilities)) {
        throw new UnsupportedProtocolError(`${protocol} is a capability, and has a stream of its own`)
      }

      current = protocol
    }
  })
}
