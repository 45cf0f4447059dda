/** An auth or ack announces a size that no legal packet has. */
export class InvalidHandshakeSizeError extends Error {
  static name = 'InvalidHandshakeSizeError'

  constructor (message = 'The handshake packet announces a size that is not legal') {
    super(message)
    this.name = 'InvalidHandshakeSizeError'
  }
}

/** An auth or ack does not begin as EIP-8 has it: with a size, then an uncompressed point. */
export class InvalidHandshakeFormatError extends Error {
  static name = 'InvalidHandshakeFormatError'

  constructor (message = 'The handshake packet is not in the form of EIP-8') {
    super(message)
    this.name = 'InvalidHandshakeFormatError'
  }
}

/**
 * An auth or ack cannot be decrypted. Whether the point, the tag or the key was at
 * fault is not told: the difference would be an oracle.
 */
export class HandshakeDecryptionError extends Error {
  static name = 'HandshakeDecryptionError'

  constructor (message = 'The handshake packet cannot be decrypted') {
    super(message)
    this.name = 'HandshakeDecryptionError'
  }
}

/** What an auth holds, once decrypted, is not what an auth must hold. */
export class InvalidAuthError extends Error {
  static name = 'InvalidAuthError'

  constructor (message = 'The auth message is not valid') {
    super(message)
    this.name = 'InvalidAuthError'
  }
}

/** What an ack holds, once decrypted, is not what an ack must hold. */
export class InvalidAckError extends Error {
  static name = 'InvalidAckError'

  constructor (message = 'The ack message is not valid') {
    super(message)
    this.name = 'InvalidAckError'
  }
}

/**
 * The other side ended the connection before the encryption handshake was through. It
 * has no other way to say that it could not read our auth.
 */
export class HandshakeClosedError extends Error {
  static name = 'HandshakeClosedError'

  constructor (message = 'The connection ended during the encryption handshake') {
    super(message)
    this.name = 'HandshakeClosedError'
  }
}

/** The encryption handshake was not through in time. */
export class HandshakeTimeoutError extends Error {
  static name = 'HandshakeTimeoutError'

  constructor (message = 'The encryption handshake took too long') {
    super(message)
    this.name = 'HandshakeTimeoutError'
  }
}
