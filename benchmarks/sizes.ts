/** How sizes are called in the names of rows. */
export const SIZES: Record<string, number> = {
  '1MiB': 1024 * 1024,
  '64KiB': 64 * 1024,
  '32KiB': 32 * 1024,
  '1KiB': 1024,
  '64B': 64
}

/** Bytes a second from messages a second. */
export function megabytes (size: number, rate: number): number {
  return size * rate / 1_000_000
}
