/** The 64 bytes are not a point of secp256k1. */
export class InvalidPublicKeyError extends Error {
  static name = 'InvalidPublicKeyError'

  constructor (message = 'not a point of secp256k1') {
    super(message)
    this.name = 'InvalidPublicKeyError'
  }
}

/** The private key is not 32 bytes between 1 and the order of secp256k1. */
export class InvalidPrivateKeyError extends Error {
  static name = 'InvalidPrivateKeyError'

  constructor (message = 'not a private key of secp256k1') {
    super(message)
    this.name = 'InvalidPrivateKeyError'
  }
}
