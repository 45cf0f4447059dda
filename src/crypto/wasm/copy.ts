/** Bytes of a pool, which small copies share as those of `Buffer.allocUnsafe` do: memory of their own takes longer than all else. */
const POOL_LENGTH = 16 * 1024

/** Copies up to this length are made in a pool, but for the tiniest, which engines keep elsewhere. */
const MAX_POOLED_LENGTH = POOL_LENGTH / 4
const MIN_POOLED_LENGTH = 65

/** Views begin where a word does. */
const ALIGNMENT = 8

let pool = new Uint8Array(0)
let used = 0

/** A copy of the bytes from `start` to `end`, which nothing else will ever write to. */
export function copy (bytes: Uint8Array, start: number, end: number): Uint8Array {
  const length = end - start

  if (length < MIN_POOLED_LENGTH || length > MAX_POOLED_LENGTH) {
    return bytes.slice(start, end)
  }

  if (used + length > pool.byteLength) {
    pool = new Uint8Array(POOL_LENGTH)
    used = 0
  }

  const copied = pool.subarray(used, used + length)
  copied.set(bytes.subarray(start, end))
  used = Math.ceil((used + length) / ALIGNMENT) * ALIGNMENT

  return copied
}
