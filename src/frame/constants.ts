/** Headers, their MACs and the MACs of frames are all of this length; data is padded to a multiple of it. */
export const BLOCK_LENGTH = 16

/** The largest frame that the 24 bits of its header can name. */
export const MAX_FRAME_SIZE = 0xff_ff_ff

/** What is sent at the most: some clients count the padding against the 24 bits. */
export const MAX_SENT_FRAME_SIZE = 0xff_ff_f0

/** Header-data `[capability-id, context-id]`, both 0. Nobody looks at it, and some insist on it. */
export const HEADER_DATA = Uint8Array.of(0xc2, 0x80, 0x80)
