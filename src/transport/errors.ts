import { DisconnectError } from '../p2p/errors.ts'

/** An inner transport that RLPx cannot run on. */
export class UnsupportedTransportError extends Error {
  static name = 'UnsupportedTransportError'

  constructor (message = 'RLPx does not run on this transport') {
    super(message)
    this.name = 'UnsupportedTransportError'
  }
}

/** The node is part of a private network, which Ethereum peers are not. */
export class UnprotectedTransportError extends Error {
  static name = 'UnprotectedTransportError'

  constructor (message = 'RLPx would leave the private network: connections by it are not protected. `allowUnprotected: true` allows that') {
    super(message)
    this.name = 'UnprotectedTransportError'
  }
}

/** So many connections that have proven nothing are open, or have been forged, that one more is not even read. */
export class TooManyHandshakesError extends Error {
  static name = 'TooManyHandshakesError'

  constructor (message = 'Too many handshakes are pending, or have been forged') {
    super(message)
    this.name = 'TooManyHandshakesError'
  }
}

/** The peer refused us a moment ago, after it had taken us, and is not dialled again yet. `reason` is what it said. */
export class PeerRefusedError extends DisconnectError {
  static name = 'PeerRefusedError'

  constructor (reason: number) {
    super(reason, 'remote', 'a moment ago, and is not dialled again yet')
    this.name = 'PeerRefusedError'
  }
}
