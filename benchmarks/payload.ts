import { randomBytes } from 'node:crypto'

export type PayloadKind = 'random' | 'compressible'

/** Words of 32 bytes, as the EVM has them, in which that many are not zero. */
const WORD = 32
const FILLED = 8

/** Random bytes, or such as compress to about a third, as padded integers do. */
export function makePayload (size: number, kind: PayloadKind = 'random'): Uint8Array {
  // not a view of a pool, which others would have to copy
  const payload = Uint8Array.from(randomBytes(size))

  if (kind === 'compressible') {
    for (let i = 0; i < size; i += WORD) {
      payload.fill(0, i, i + WORD - FILLED)
    }
  }

  return payload
}
