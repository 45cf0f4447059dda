import { raceSignal } from 'race-signal'
import type { Source } from 'it-stream-types'

/**
 * Reads a source and stops waiting for it when the signal fires. Ending early ends the
 * source too; one that is stuck is told so, but not waited for.
 */
export async function * abortable <T> (source: Source<T>, signal?: AbortSignal): AsyncGenerator<T, void, undefined> {
  const iterator = isAsyncIterable(source) ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()

  // whether the source ended by itself, well or not, and needs no telling
  let over = false

  const next = async (): Promise<IteratorResult<T>> => {
    try {
      const result = await iterator.next()
      over = result.done === true

      return result
    } catch (err) {
      over = true
      throw err
    }
  }

  try {
    while (true) {
      signal?.throwIfAborted()

      const result = await raceSignal(next(), signal)

      if (result.done === true) {
        return
      }

      yield result.value
    }
  } finally {
    if (!over) {
      await end(source, iterator, signal)
    }
  }
}

async function end <T> (source: Source<T>, iterator: Iterator<T> | AsyncIterator<T>, signal?: AbortSignal): Promise<void> {
  const ended = (async () => iterator.return?.())()

  if (signal?.aborted !== true) {
    await raceSignal(ended, signal)
    return
  }

  ended.catch(() => {})

  // a Node.js stream that waits for bytes hears of `return` only when they come
  if ('destroy' in source && typeof source.destroy === 'function') {
    source.destroy()
  }
}

export function isAsyncIterable <T> (source: Source<T>): source is AsyncIterable<T> {
  return Symbol.asyncIterator in source
}
