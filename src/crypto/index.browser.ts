import { nobleCrypto } from './noble.ts'
import { wasmFrames } from './wasm/frames.ts'
import type { Crypto } from './types.ts'

export type { Aes256Block, Aes256Ctr, Crypto, EphemeralCurve, EphemeralKey, FrameOpener, FrameSealer, FrameSecrets, Keccak256, PrivateKey } from './types.ts'
export { InvalidPrivateKeyError, InvalidPublicKeyError } from './errors.ts'

/** Frames by WebAssembly, the rest by the noble packages. */
export const defaultCrypto: Crypto = { ...nobleCrypto, ...wasmFrames() }
