/** A frame's header does not carry the MAC that it must: the bytes are forged, reordered or not RLPx. */
export class BadHeaderMacError extends Error {
  static name = 'BadHeaderMacError'

  constructor (message = 'A frame header has a bad MAC') {
    super(message)
    this.name = 'BadHeaderMacError'
  }
}

/** A frame's data does not carry the MAC that it must. */
export class BadFrameMacError extends Error {
  static name = 'BadFrameMacError'

  constructor (message = 'A frame has a bad MAC') {
    super(message)
    this.name = 'BadFrameMacError'
  }
}

/** A frame is larger than what may be sent, or than what is read. */
export class FrameTooLargeError extends Error {
  static name = 'FrameTooLargeError'

  constructor (message = 'The frame is too large') {
    super(message)
    this.name = 'FrameTooLargeError'
  }
}

/** A message that is spread over several frames, as devp2p had it before version 5. */
export class ChunkedFrameError extends Error {
  static name = 'ChunkedFrameError'

  constructor (message = 'A frame is part of a chunked message, which RLPx no longer has') {
    super(message)
    this.name = 'ChunkedFrameError'
  }
}

/** The bytes ended within a frame. */
export class TruncatedFrameError extends Error {
  static name = 'TruncatedFrameError'

  constructor (message = 'The connection ended within a frame') {
    super(message)
    this.name = 'TruncatedFrameError'
  }
}

/** Frames were to be made or read after that direction had been closed. */
export class ClosedFramesError extends Error {
  static name = 'ClosedFramesError'

  constructor (message = 'The frames of this direction have been closed') {
    super(message)
    this.name = 'ClosedFramesError'
  }
}
