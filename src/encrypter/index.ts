import { Rlpx } from './encrypter.ts'
import type { EncryptionHandshakeOptions } from '../p2p/encryption-handshake.ts'
import type { ConnectionEncrypter, Metrics, PrivateKey } from '@libp2p/interface'

export type RlpxInit = Omit<EncryptionHandshakeOptions, 'signal' | 'unfinished'>

export interface RlpxComponents {
  /** The identity of the node: a secp256k1 key. */
  privateKey: PrivateKey
  metrics?: Metrics
}

/**
 * A connection encrypter: RLPx's handshake and frames, `/rlpx/5`, over any transport and under any
 * muxer.
 *
 * @throws {InvalidParametersError} where the node's key is not secp256k1
 */
export function rlpx (init: RlpxInit = {}): (components: RlpxComponents) => ConnectionEncrypter {
  return (components) => new Rlpx(components, init)
}
