/** What engines can do, but for old ones (ES2024). */
type TransferableBuffer = ArrayBufferLike & { transfer? (byteLength: number): ArrayBuffer }

/**
 * Gives memory back at once that nobody else has. Left to the garbage collector, what is large sets it off:
 * it goes through all of the heap for each 64 MiB of it.
 */
export function free ({ buffer, byteLength }: Uint8Array): void {
  // what is a part of something is not all ours
  if (buffer.byteLength === byteLength) {
    (buffer as TransferableBuffer).transfer?.(0)
  }
}
