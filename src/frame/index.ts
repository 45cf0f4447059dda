export { MAX_FRAME_SIZE, MAX_SENT_FRAME_SIZE } from './constants.ts'
export { FrameDecoder } from './decoder.ts'
export { FrameEncoder } from './encoder.ts'
export { BadFrameMacError, BadHeaderMacError, ChunkedFrameError, ClosedFramesError, FrameTooLargeError, TruncatedFrameError } from './errors.ts'
