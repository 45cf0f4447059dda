import { FIRST_CAPABILITY_ID } from './constants.ts'

/** A capability as Hello lists it. */
export interface CapabilityId {
  name: string
  version: number
}

/** A capability as we speak it. */
export interface Capability extends CapabilityId {
  /** How many message ids it takes. */
  length: number
}

/** A capability that both sides speak. */
export interface SharedCapability extends Capability {
  /** The message id on the wire of its own message 0. */
  offset: number
}

/**
 * By name, byte for byte, then by version: the order of the shared message ids, and the one
 * to list capabilities in, as some clients give ids out in the order of the list.
 */
export function compareCapabilities (a: CapabilityId, b: CapabilityId): number {
  if (a.name !== b.name) {
    return a.name < b.name ? -1 : 1
  }

  return a.version - b.version
}

/**
 * The shared capabilities with their shares of the message ids: of each name the highest
 * version that both list, in the order of their names, from id 16 on.
 */
export function matchCapabilities (ours: Capability[], theirs: CapabilityId[]): SharedCapability[] {
  const highest = new Map<string, Capability>()

  for (const capability of ours.toSorted(compareCapabilities)) {
    if (theirs.some(({ name, version }) => name === capability.name && version === capability.version)) {
      highest.set(capability.name, capability)
    }
  }

  let offset = FIRST_CAPABILITY_ID

  return [...highest.values()].map(({ name, version, length }) => {
    const shared = { name, version, length, offset }
    offset += length

    return shared
  })
}
