import { expect } from 'aegir/chai'
import { pushable } from 'it-pushable'
import { DuplexLink } from '../../src/p2p/duplex-link.ts'
import type { ByteDuplex } from '../../src/p2p/duplex-link.ts'
import type { LinkListener } from '../../src/p2p/link.ts'
import type { Pushable } from 'it-pushable'
import type { Uint8ArrayList } from 'uint8arraylist'

type Chunk = Uint8Array | Uint8ArrayList

/** What a link tells, in order. */
class Log implements LinkListener<Chunk> {
  readonly calls: string[] = []
  readonly closed = Promise.withResolvers<Error | undefined>()
  onChunk?: () => void

  onReceive (chunk: Chunk): void {
    this.calls.push(`receive ${chunk.byteLength}`)
    this.onChunk?.()
  }

  onDrain (): void {
    this.calls.push('drain')
  }

  onEnd (): void {
    this.calls.push('end')
  }

  onFail (err: Error): void {
    this.calls.push(`fail ${err.message}`)
  }

  onClose (err?: Error): void {
    this.calls.push('close')
    this.closed.resolve(err)
  }
}

interface Linked {
  link: DuplexLink
  log: Log

  /** What the other side sends. */
  incoming: Pushable<Uint8Array>

  /** What the sink has taken. */
  taken: number[]
  aborts: Array<Error | undefined>
}

/** A link over a duplex whose sink takes everything, or what it is told to. */
function createLink (duplex: Partial<ByteDuplex> = {}): Linked {
  const incoming = pushable()
  const taken: number[] = []
  const aborts: Array<Error | undefined> = []
  const log = new Log()
  const link = new DuplexLink({
    source: incoming,
    sink: async (source) => {
      for await (const chunk of source) {
        taken.push(chunk.byteLength)
      }
    },
    abort: (err) => { aborts.push(err) },
    ...duplex
  })
  link.listener = log

  return { link, log, incoming, taken, aborts }
}

/** Lets everything happen that only waits for its turn. */
async function turn (): Promise<void> {
  await new Promise(resolve => setTimeout(resolve))
}

/** A sink that takes one chunk and no more, until it is let. */
function slowSink (): { sink: ByteDuplex['sink'], go: PromiseWithResolvers<void> } {
  const go = Promise.withResolvers<void>()

  return {
    go,
    sink: async (source) => {
      for await (const chunk of source) {
        expect(chunk).to.have.property('byteLength')
        await go.promise
      }
    }
  }
}

describe('DuplexLink', () => {
  it('reads nothing before it is resumed, then everything in order', async () => {
    const { link, log, incoming } = createLink()
    incoming.push(new Uint8Array(1)).push(new Uint8Array(2))
    await turn()
    expect(log.calls).to.deep.equal([])

    link.resume()
    await turn()
    expect(log.calls).to.deep.equal(['receive 1', 'receive 2'])
  })

  it('hands on nothing while it is paused, and takes nothing more', async () => {
    const { link, log, incoming } = createLink()
    log.onChunk = () => { link.pause() }
    incoming.push(new Uint8Array(1)).push(new Uint8Array(2)).push(new Uint8Array(3)).end()
    link.resume()
    await turn()
    expect(log.calls).to.deep.equal(['receive 1'])
    // in bytes
    expect(incoming.readableLength).to.equal(2 + 3)

    link.resume()
    await turn()
    expect(log.calls).to.deep.equal(['receive 1', 'receive 2'])

    delete log.onChunk
    link.resume()
    await turn()
    expect(log.calls).to.deep.equal(['receive 1', 'receive 2', 'receive 3', 'end'])
  })

  it('says that it is enough from 64 KiB on, and when there is room again', async () => {
    const { sink, go } = slowSink()
    const { link, log } = createLink({ sink })

    // this one is taken at once
    expect(link.send(new Uint8Array(1_000_000))).to.equal(true)
    expect(link.send(new Uint8Array(65_535))).to.equal(true)
    expect(link.send(new Uint8Array(1))).to.equal(false)
    expect(link.send(new Uint8Array(1))).to.equal(false)
    await turn()
    expect(log.calls).to.deep.equal([])

    go.resolve()
    await turn()
    expect(log.calls).to.deep.equal(['drain'])

    await turn()
    link.send(new Uint8Array(1))
    expect(link.send(new Uint8Array(65_536))).to.equal(false)
    await turn()
    expect(log.calls).to.deep.equal(['drain', 'drain'])
  })

  it('sends everything before its end, and reads on until the other side ends', async () => {
    const { link, log, incoming, taken, aborts } = createLink()
    link.resume()
    link.send(new Uint8Array(3))
    link.send(new Uint8Array(4))
    link.end()
    await turn()
    expect(taken).to.deep.equal([3, 4])

    incoming.push(new Uint8Array(5)).end()
    expect(await log.closed.promise).to.equal(undefined)
    expect(log.calls).to.deep.equal(['receive 5', 'end', 'close'])
    expect(aborts).to.deep.equal([])
  })

  it('sends on after the other side has ended', async () => {
    const { link, log, incoming, taken } = createLink()
    link.resume()
    incoming.end()
    await turn()
    expect(log.calls).to.deep.equal(['end'])

    link.send(new Uint8Array(6))
    link.end()
    expect(await log.closed.promise).to.equal(undefined)
    expect(taken).to.deep.equal([6])
  })

  it('is gone when reading fails', async () => {
    const error = new Error('reset')
    const { link, log, incoming, aborts } = createLink()
    link.resume()
    incoming.end(error)

    expect(await log.closed.promise).to.equal(error)
    expect(log.calls).to.deep.equal(['close'])
    expect(aborts).to.deep.equal([error])
  })

  it('is gone when writing fails, even while it is paused', async () => {
    const error = new Error('broken pipe')
    const { log, incoming, aborts } = createLink({
      sink: async () => { throw error }
    })
    incoming.push(new Uint8Array(1))

    expect(await log.closed.promise).to.equal(error)
    expect(log.calls).to.deep.equal(['close'])
    expect(aborts).to.deep.equal([error])
  })

  for (const paused of [true, false]) {
    it(`is gone when it is destroyed, ${paused ? 'paused' : 'reading'}`, async () => {
      const error = new Error('enough')
      const { link, log, incoming, aborts } = createLink()

      if (!paused) {
        link.resume()
        await turn()
      }

      link.destroy(error)
      link.destroy(new Error('more than enough'))
      incoming.push(new Uint8Array(1))

      expect(await log.closed.promise).to.equal(error)
      expect(link.send(new Uint8Array(1))).to.be.a('boolean')
      await turn()
      expect(log.calls).to.deep.equal(['close'])
      expect(aborts).to.deep.equal([error])
    })
  }

  it('is gone when it is destroyed without a reason', async () => {
    const { link, log, aborts } = createLink()
    link.destroy()

    expect(await log.closed.promise).to.equal(undefined)
    expect(aborts).to.deep.equal([undefined])
  })

  it('can be destroyed from within what it tells', async () => {
    const { link, log, incoming } = createLink()
    log.onChunk = () => { link.destroy() }
    incoming.push(new Uint8Array(1)).push(new Uint8Array(2)).end()
    link.resume()
    await log.closed.promise

    expect(log.calls).to.deep.equal(['receive 1', 'close'])
  })

  it('drops what is not sent yet when it is destroyed, and tells of no room', async () => {
    const { sink, go } = slowSink()
    const { link, log } = createLink({ sink })
    link.send(new Uint8Array(1))
    expect(link.send(new Uint8Array(65_536))).to.equal(false)
    link.destroy()
    go.resolve()
    await log.closed.promise
    await turn()

    expect(log.calls).to.deep.equal(['close'])
  })

  it('waits for no sink that is stuck once it is destroyed', async () => {
    const { link, log, incoming } = createLink({
      sink: async () => new Promise(() => {}),
      abort: undefined
    })
    link.resume()
    incoming.end()
    await turn()
    link.destroy()

    await log.closed.promise
    expect(log.calls).to.deep.equal(['end', 'close'])
  })

  it('waits for no duplex that is stuck once it is destroyed', async () => {
    let returned = false
    const { link, log } = createLink({
      source: {
        [Symbol.asyncIterator]: () => ({
          next: async () => new Promise(() => {}),
          return: async () => {
            returned = true

            return new Promise(() => {})
          }
        })
      },
      sink: async () => new Promise(() => {}),
      abort: undefined
    })
    link.resume()
    await turn()
    link.destroy()

    expect(await log.closed.promise).to.equal(undefined)
    expect(returned).to.equal(true)
  })
})
