export type { Aes256Block, Aes256Ctr, Crypto, EphemeralCurve, FrameOpener, FrameSealer, FrameSecrets, Keccak256, PrivateKey } from './types.ts'
export { InvalidPrivateKeyError, InvalidPublicKeyError } from './errors.ts'
export { nobleCrypto as defaultCrypto } from './noble.ts'
