import { defaultCrypto } from '../crypto/index.ts'
import type { Arguments } from './arguments.ts'
import type { Output } from './output.ts'

/** What a command is run with. */
export interface Context {
  args: Arguments
  output: Output

  /** Fires when the program is asked to leave: every peer is told "quitting". */
  signal: AbortSignal
}

/** The identity of the command line, or a new one. */
export function privateKeyOf (args: Arguments): Uint8Array {
  return args.privateKey ?? defaultCrypto.randomBytes(32)
}
