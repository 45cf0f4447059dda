import type { Capability } from '../p2p/capability.ts'

/** The muxer's multistream id: version 5 of devp2p. */
export const PROTOCOL = '/devp2p/5'

/**
 * libp2p as a capability: its one message holds bytes of yamux, on which any libp2p protocol
 * is negotiated as ever.
 */
export const LIBP2P_1: Capability = { name: 'libp2p', version: 1, length: 1 }
