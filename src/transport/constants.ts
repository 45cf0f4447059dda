/** Connections whose other side has proven nothing yet, at once. */
export const MAX_PENDING_HANDSHAKES = 50

/** Those of one address, or of one IPv6 network of 64 bits. */
export const MAX_PENDING_HANDSHAKES_PER_ADDRESS = 8

/** Connections to one peer. */
export const MAX_CONNECTIONS_PER_PEER = 1

/** A connection that is younger, in milliseconds, may have been dialled while the other side dialled us. */
export const CROSSING_AGE = 5_000

/** How long connections that crossed both stay, in milliseconds. */
export const CROSSING_WAIT = 2_000

/** How long to wait for identify, where it runs, before it is told what Hello said, in milliseconds. */
export const IDENTIFY_WAIT = 5_000
