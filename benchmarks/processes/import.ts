/**
 * A process that has imported nothing yet.
 */

import { residentBytes } from './memory.ts'
import { serve } from './serve.ts'

await serve({
  /** Milliseconds and bytes that it takes. */
  import: async ({ modules }: { modules: string[] }) => {
    const before = await residentBytes()
    const begin = performance.now()

    for (const name of modules) {
      await import(name)
    }

    const ms = performance.now() - begin

    return { ms, bytes: await residentBytes() - before }
  }
})
