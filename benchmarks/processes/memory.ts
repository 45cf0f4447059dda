import { setTimeout as delay } from 'node:timers/promises'

/** Garbage is collected so often: what one collection frees, another gives back. */
const COLLECTIONS = 5

/** Bytes of memory that are resident, after garbage has been collected (`--expose-gc`). */
export async function residentBytes (): Promise<number> {
  for (let i = 0; i < COLLECTIONS; i++) {
    globalThis.gc?.()
    await delay(20)
  }

  return process.memoryUsage.rss()
}
