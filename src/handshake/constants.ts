/** Bytes of the size that goes before an auth or ack (EIP-8). */
export const SIZE_LENGTH = 2

/** A point, an IV and a tag: what ECIES adds to the plaintext. */
export const ECIES_OVERHEAD = 65 + 16 + 32

/** The largest announced size that is read or sent. Every client stays far under it. */
export const MAX_PACKET_SIZE = 2048

/** The announced size of an auth without padding: `[signature, public key, nonce, version]` and ECIES. */
export const MIN_AUTH_SIZE = 169 + ECIES_OVERHEAD

/** The announced size of an ack without padding: `[public key, nonce, version]` and ECIES. */
export const MIN_ACK_SIZE = 102 + ECIES_OVERHEAD

/** The version in auth and ack. Nobody looks at it, nor may (EIP-8). */
export const HANDSHAKE_VERSION = 4

export const NONCE_LENGTH = 32
export const PUBLIC_KEY_LENGTH = 64
export const SIGNATURE_LENGTH = 65

/** Padding is from 100 bytes up to this many more, so that packets cannot be told by their size. */
export const MIN_PADDING = 100
export const PADDING_SPREAD = 100

/** How long the whole encryption handshake may take, in milliseconds: what geth allows. */
export const HANDSHAKE_TIMEOUT = 5_000
