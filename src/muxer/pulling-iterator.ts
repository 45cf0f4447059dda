import type { Uint8ArrayList } from 'uint8arraylist'

export interface PullingIteratorInit {
  /** The next bytes, if there are any yet. */
  take (): Uint8ArrayList | undefined

  /** How the stream was closed, once it is. */
  closed (): { error?: Error } | undefined

  /** Called where there is something to take, or the stream was closed. */
  waiting: Set<() => void>
}

/**
 * Takes bytes only when it is asked for them; libp2p's own iterator reads whatever comes into
 * a queue, however slowly that is emptied. It hears of its own `return` while it waits.
 */
export function pullingIterator ({ take, closed, waiting }: PullingIteratorInit): AsyncGenerator<Uint8ArrayList> {
  const reader = { stopped: false, wake: () => {} }
  const onChange = (): void => { reader.wake() }

  async function * read (): AsyncGenerator<Uint8ArrayList> {
    waiting.add(onChange)

    try {
      while (!reader.stopped) {
        const bytes = take()
        const end = closed()

        if (bytes != null) {
          yield bytes
        } else if (end == null) {
          await new Promise<void>((resolve) => { reader.wake = resolve })
        } else if (end.error != null) {
          throw end.error
        } else {
          return
        }
      }
    } finally {
      waiting.delete(onChange)
    }
  }

  const generator = read()

  const stop = (): void => {
    reader.stopped = true
    reader.wake()
  }

  return {
    next: async () => generator.next(),
    return: async (value) => {
      stop()

      return generator.return(value)
    },
    throw: async (err) => {
      stop()

      return generator.throw(err)
    },
    [Symbol.asyncIterator] () { return this },
    [Symbol.asyncDispose]: async () => {
      stop()
      await generator.return(undefined)
    }
  }
}
