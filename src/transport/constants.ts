/** Connections whose other side has proven nothing yet, at once. */
export const MAX_PENDING_HANDSHAKES = 50

/** Those of one address, or of one IPv6 network of 64 bits. */
export const MAX_PENDING_HANDSHAKES_PER_ADDRESS = 8

/** Handshakes of one address, or of one IPv6 network of 64 bits, that were forged, in one window. */
export const MAX_FORGED_HANDSHAKES_PER_ADDRESS = 30

/** Addresses of which they are counted, in one window. */
export const MAX_FORGERS = 10_000

/** How long those are counted, in milliseconds. */
export const FORGERY_WINDOW = 60_000

/** Connections to one peer. */
export const MAX_CONNECTIONS_PER_PEER = 1

/** A connection that is younger, in milliseconds, may have been dialled while the other side dialled us. */
export const CROSSING_AGE = 5_000

/** How long connections that crossed both stay, in milliseconds. */
export const CROSSING_WAIT = 2_000

/** How long to wait for identify, where it runs, before it is told what Hello said, in milliseconds. */
export const IDENTIFY_WAIT = 5_000

/** How long a peer that took us and then refused us is not dialled, in milliseconds: twice as long each time it does so again. */
export const REFUSAL_PAUSE = 1_000

/** At most, and how long it is remembered after that, in milliseconds. */
export const MAX_REFUSAL_PAUSE = 300_000

/** Peers of which that is remembered. */
export const MAX_REFUSALS = 10_000
