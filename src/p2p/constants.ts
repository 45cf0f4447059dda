/** The version of the devp2p base protocol: 5 has snappy (EIP-706). */
export const PROTOCOL_VERSION = 5

/** The first version whose messages are compressed once both Hellos are through. */
export const SNAPPY_VERSION = 5

/** Message ids of the base protocol. Capabilities share those from 16 on. */
export const HELLO = 0
export const DISCONNECT = 1
export const PING = 2
export const PONG = 3
export const FIRST_CAPABILITY_ID = 16

/** The payload of Ping and Pong: some clients drop those that have none. */
export const EMPTY_LIST = Uint8Array.of(0xc0)

/** Bytes of a Hello or any other message of the base protocol. */
export const MAX_BASE_PAYLOAD = 2048

/** Bytes of a whole message of the base protocol: its id, and the payload. */
export const MAX_BASE_MESSAGE = 1 + MAX_BASE_PAYLOAD

/** Names over this many bytes make some clients refuse the whole Hello. */
export const MAX_CAPABILITY_NAME = 8

/** Versions over this make some clients refuse the whole Hello. */
export const MAX_CAPABILITY_VERSION = 255

/** Bytes of our own client id. */
export const MAX_CLIENT_ID = 256

/** How long the other side's Hello may take, in milliseconds. */
export const HELLO_TIMEOUT = 10_000

/** From Ping to Ping, in milliseconds. */
export const PING_INTERVAL = 15_000

/** From Ping to Pong, in milliseconds. */
export const PING_TIMEOUT = 15_000

/** Pings closer to each other than this, in milliseconds, are a fault to some clients. */
export const MIN_PING_INTERVAL = 1_000

/** Pongs that may wait for a peer that does not read, before we stop reading too. */
export const MAX_UNSENT_PONGS = 16

/** How long writes may be blocked, in milliseconds. */
export const WRITE_TIMEOUT = 20_000

/** From the first byte of a frame to its last, in milliseconds. */
export const FRAME_TIMEOUT = 30_000

/** How long the other side has to take our Disconnect in and close, in milliseconds. */
export const DISCONNECT_GRACE = 750

/** Bytes that wait for the reader of one capability before the connection is paused. */
export const MAX_BUFFERED_BYTES = 1024 * 1024

/** Bytes of frames that are not complete, of all connections together. */
export const MAX_UNFINISHED_BYTES = 256 * 1024 * 1024

/** What we call ourselves unless told otherwise. */
export const CLIENT_ID = 'libp2p-rlpx'
