/**
 * Overwrites secrets that are of no more use. What an engine has copied, or keeps for its own keys, is out of
 * reach.
 */
export function wipe (...secrets: Uint8Array[]): void {
  for (const secret of secrets) {
    secret.fill(0)
  }
}
