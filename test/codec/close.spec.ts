import { expect } from 'aegir/chai'
import { pipe } from 'it-pipe'
import { defaultCrypto } from '../../src/crypto/index.ts'
import { connect } from '../fixtures/codec-connection.ts'
import { collect, StuckSource } from '../fixtures/codec-sources.ts'
import type { Crypto, FrameOpener, FrameSealer, FrameSecrets } from '../../src/crypto/index.ts'

/** The default, that counts what holds keys for frames. */
class CountingCrypto {
  opened = 0
  open = 0

  readonly crypto: Crypto = {
    ...defaultCrypto,
    createFrameOpener: (secrets) => this.#count(defaultCrypto.createFrameOpener, secrets),
    createFrameSealer: (secrets) => this.#count(defaultCrypto.createFrameSealer, secrets)
  }

  #count <T extends FrameOpener | FrameSealer> (create: ((secrets: FrameSecrets) => T | undefined) | undefined, secrets: FrameSecrets): T | undefined {
    const frames = create?.(secrets)

    if (frames != null) {
      const close = frames.close.bind(frames)
      this.opened++
      this.open++

      frames.close = () => {
        this.open--
        close()
      }
    }

    return frames
  }
}

describe('the keys of a codec', () => {
  let counting: CountingCrypto

  beforeEach(() => { counting = new CountingCrypto() })

  function connectCounted (signal?: AbortSignal): ReturnType<typeof connect> {
    const { crypto } = counting

    return connect({ initiator: { crypto, signal }, recipient: { crypto, signal } })
  }

  it('are gone when all has been said', async () => {
    const { initiator, recipient } = connectCounted()
    const sent = [Uint8Array.of(1), Uint8Array.of(2)]
    const [requests, answers] = await Promise.all([
      pipe(sent, recipient.messages, async (source) => collect(source)),
      pipe(sent, initiator.messages, async (source) => collect(source))
    ])

    expect(requests).to.deep.equal(sent)
    expect(answers).to.deep.equal(sent)
    await Promise.all([initiator.piped, recipient.piped])
    expect(counting.opened).to.equal(4)
    expect(counting.open).to.equal(0)
  })

  it('are gone at once when it is aborted, though nobody reads on', async () => {
    const controller = new AbortController()
    const { initiator, recipient } = connectCounted(controller.signal)
    const sides = [initiator, recipient]
    const sinks = sides.map(async ({ messages }) => messages.sink(new StuckSource()))
    const reads = sides.map(async ({ messages }) => messages.source.next())
    await Promise.all(sides.map(async ({ session }) => session))

    while (counting.opened < 4) {
      await new Promise(resolve => setTimeout(resolve, 1))
    }

    expect(counting.open).to.equal(4)
    controller.abort(new Error('no more'))
    expect(counting.open).to.equal(0)
    await Promise.allSettled([...sinks, ...reads, ...sides.map(async ({ piped }) => piped)])
    expect(counting.open).to.equal(0)
    expect(counting.opened).to.equal(4)
  })
})
