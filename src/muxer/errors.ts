/** What should be the length of a message is none, or not in its shortest form. */
export class InvalidLengthPrefixError extends Error {
  static name = 'InvalidLengthPrefixError'

  constructor (message = 'The length of a message cannot be read') {
    super(message)
    this.name = 'InvalidLengthPrefixError'
  }
}

/** The connection or the stream is none of devp2p's. */
export class NotDevp2pError extends Error {
  static name = 'NotDevp2pError'

  constructor (message = 'This is no devp2p connection') {
    super(message)
    this.name = 'NotDevp2pError'
  }
}
