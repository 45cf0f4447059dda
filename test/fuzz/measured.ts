import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { PropertyError } from './target.ts'
import type { Target } from './target.ts'

/** What an input may take, and what each of its bytes may. */
const MAX_MS = 250
const MAX_MS_PER_BYTE = 0.05
const MAX_BYTES = 8 * 1024 * 1024
const MAX_BYTES_PER_BYTE = 1024

/** What the engine compiles and collects meanwhile is no fault of the decoder's. */
const REPETITIONS = 3

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** Checks an input, in processor time and memory that are bounded by its size. */
export function check (target: Target, input: Uint8Array): string {
  let { outcome, excess } = measure(target, input)

  for (let i = 0; i < REPETITIONS && excess != null; i++) {
    // twice, as what the first finds is freed beside what runs next
    collectGarbage()
    collectGarbage();
    ({ excess } = measure(target, input))
  }

  if (excess != null) {
    throw new PropertyError(excess)
  }

  return outcome
}

/** How an input fails, if it does. */
export function failureOf (target: Target, input: Uint8Array): Error | undefined {
  try {
    check(target, input)
  } catch (err: any) {
    return err
  }
}

function measure (target: Target, input: Uint8Array): { outcome: string, excess?: string } {
  const before = allocated()
  const begin = process.threadCpuUsage()
  const outcome = target.check(input)
  const { user, system } = process.threadCpuUsage(begin)
  const bytes = allocated() - before

  if ((user + system) / 1000 > MAX_MS + MAX_MS_PER_BYTE * input.byteLength) {
    return { outcome, excess: 'It takes too long' }
  }

  return bytes > MAX_BYTES + MAX_BYTES_PER_BYTE * input.byteLength ? { outcome, excess: 'It takes too much memory' } : { outcome }
}

/** It only goes down where garbage is collected. */
function allocated (): number {
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics()

  return heap + external
}
