import { expect } from 'aegir/chai'
import { pushable } from 'it-pushable'
import { equals } from 'uint8arrays/equals'
import { encodeStatus, exchangeStatus } from '../../src/eth/index.ts'
import type { BlockRangeStatus, ExchangeStatusOptions, StatusMessage, StatusMessages } from '../../src/eth/index.ts'
import type { AbortOptions } from '@libp2p/interface'
import type { Pushable } from 'it-pushable'

const status: BlockRangeStatus = {
  version: 69,
  networkId: 1n,
  genesis: new Uint8Array(32).fill(1),
  forkId: { hash: Uint8Array.of(1, 2, 3, 4), next: 0n },
  earliestBlock: 0n,
  latestBlock: 600n,
  head: new Uint8Array(32).fill(2)
}

// delays that nothing else in the test run asks for
const TIMEOUT = 54_321
const SHORT_TIMEOUT = 17

/** One side of an eth capability, its other side in the test's hands */
class Side implements StatusMessages {
  readonly source: Pushable<StatusMessage> = pushable<StatusMessage>({ objectMode: true })
  readonly sent: StatusMessage[] = []
  readonly aborts: Error[] = []
  returned = false
  sendSignal?: AbortSignal

  constructor (theirs?: StatusMessage) {
    if (theirs != null) {
      this.source.push(theirs)
    }

    const { source } = this
    const end = source.return.bind(source)
    source.return = async () => {
      this.returned = true

      return end()
    }
  }

  async send (message: StatusMessage, options?: AbortOptions): Promise<void> {
    this.sent.push(message)
    this.sendSignal = options?.signal
  }

  abort (err: Error): void {
    this.aborts.push(err)
    this.source.end(err)
  }
}

/** Sends like a connection whose peer has stopped reading: until the signal */
class Stalled extends Side {
  async send (message: StatusMessage, options?: AbortOptions): Promise<void> {
    await super.send(message, options)

    return new Promise((_resolve, reject) => {
      options?.signal?.addEventListener('abort', () => { reject(new Error('send was given up')) })
    })
  }
}

class Broken extends Side {
  async send (): Promise<void> {
    throw new Error('write failed')
  }
}

function message (payload: Uint8Array, id = 0): StatusMessage {
  return { id, payload }
}

async function failure (promise: Promise<unknown>): Promise<Error> {
  return promise.then(() => { throw new Error('it did not fail') }, err => err)
}

describe('exchangeStatus', () => {
  const { setTimeout, clearTimeout } = globalThis
  const timers = new Map<unknown, number | undefined>()
  const caller = { controller: new AbortController(), listeners: 0 }

  // whatever the outcome, no timer and no listener may be left of it
  beforeEach(() => {
    timers.clear()
    globalThis.setTimeout = ((handler: TimerHandler, delay?: number, ...args: unknown[]) => {
      const timer = (setTimeout as Window['setTimeout'])(handler, delay, ...args)
      timers.set(timer, delay)

      return timer
    }) as typeof globalThis.setTimeout
    globalThis.clearTimeout = (timer) => {
      timers.delete(timer)
      clearTimeout(timer)
    }

    caller.listeners = 0
    caller.controller = new AbortController()
    const { signal } = caller.controller
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)]
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      caller.listeners++
      add(...args)
    }
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      caller.listeners--
      remove(...args)
    }
  })

  afterEach(() => {
    globalThis.setTimeout = setTimeout
    globalThis.clearTimeout = clearTimeout
    expect(pending(TIMEOUT)).to.equal(0)
    expect(pending(SHORT_TIMEOUT)).to.equal(0)
    expect(caller.listeners).to.equal(0)
  })

  function pending (delay: number): number {
    return [...timers.values()].filter(value => value === delay).length
  }

  function options (timeout = TIMEOUT): ExchangeStatusOptions {
    return { timeout, signal: caller.controller.signal }
  }

  it('starts a timer and listens to the signal', async () => {
    const side = new Side()
    const exchange = exchangeStatus(side, status, options())

    expect(pending(TIMEOUT)).to.equal(1)
    expect(caller.listeners).to.equal(1)
    side.source.push(message(encodeStatus(status)))
    await exchange
  })

  it("sends ours and returns the peer's", async () => {
    const theirs = { ...status, latestBlock: 500n, head: new Uint8Array(32).fill(3) }
    const side = new Side(message(encodeStatus(theirs)))

    expect(await exchangeStatus(side, status, options())).to.deep.equal(theirs)
    expect(side.sent).to.deep.equal([message(encodeStatus(status))])
    expect(side.aborts).to.be.empty()
    expect(side.sendSignal?.aborted).to.be.false()
  })

  it('sends ours before the peer has sent anything', async () => {
    const side = new Side()
    const exchange = exchangeStatus(side, status, options())

    expect(side.sent).to.deep.equal([message(encodeStatus(status))])
    side.source.push(message(encodeStatus(status)))
    expect(await exchange).to.deep.equal(status)
  })

  it('accepts another fork id', async () => {
    const theirs = { ...status, forkId: { hash: Uint8Array.of(9, 9, 9, 9), next: 7n } }
    const side = new Side(message(encodeStatus(theirs)))

    expect(await exchangeStatus(side, status, options())).to.deep.equal(theirs)
    expect(side.aborts).to.be.empty()
  })

  it('leaves the messages after Status to be read', async () => {
    const side = new Side(message(encodeStatus(status)))
    const next = message(Uint8Array.of(0xc0), 2)
    side.source.push(next)
    await exchangeStatus(side, status, options())

    expect(side.returned).to.be.false()
    expect((await side.source.next()).value).to.deep.equal(next)
  })

  describe("as the peer's mirror", () => {
    it("waits for the peer's and sends the same back", async () => {
      const side = new Side()
      const exchange = exchangeStatus(side, 'mirror', options())
      // longer than we would write it: with a byte after the list
      const payload = Uint8Array.of(...encodeStatus(status), 0)
      expect(side.sent).to.be.empty()
      side.source.push(message(payload))

      expect(await exchange).to.deep.equal(status)
      expect(side.sent).to.deep.equal([message(payload)])
      expect(side.aborts).to.be.empty()
    })

    it('aborts if it cannot be sent back', async () => {
      const side = new Broken(message(encodeStatus(status)))
      const err = await failure(exchangeStatus(side, 'mirror', options()))

      expect(err).to.have.property('message', 'write failed')
      expect(side.aborts).to.deep.equal([err])
    })

    it('gives up sending it back at the timeout', async () => {
      const side = new Stalled(message(encodeStatus(status)))
      const exchange = failure(exchangeStatus(side, 'mirror', options(SHORT_TIMEOUT)))

      expect(await exchange).to.have.property('name', 'TimeoutError')
      expect(side.sendSignal?.aborted).to.be.true()
    })
  })

  for (const [field, ours, theirs, change] of [
    ['networkId', '1', '17000', { networkId: 17_000n }],
    ['version', '69', '70', { version: 70 }],
    ['genesis', '01'.repeat(32), '05'.repeat(32), { genesis: new Uint8Array(32).fill(5) }]
  ] as const) {
    it(`aborts if the peer has another ${field}`, async () => {
      const side = new Side(message(encodeStatus({ ...status, ...change })))
      const err = await failure(exchangeStatus(side, status, options()))

      expect(err).to.include({ name: 'StatusMismatchError', field, ours, theirs })
      expect(err.message).to.contain(field).and.contain(ours).and.contain(theirs)
      expect(side.aborts).to.deep.equal([err])
    })
  }

  for (const ours of [status, 'mirror'] as const) {
    const role = ours === 'mirror' ? ' (mirror)' : ''

    it(`aborts if the first message is another${role}`, async () => {
      const side = new Side(message(encodeStatus(status), 2))
      const err = await failure(exchangeStatus(side, ours, options()))

      expect(err).to.have.property('name', 'InvalidStatusError')
      expect(err.message).to.contain('id 2')
      expect(side.aborts).to.deep.equal([err])
    })

    it(`aborts if the first message is no Status within${role}`, async () => {
      const side = new Side(message(Uint8Array.of(0xc0)))
      const err = await failure(exchangeStatus(side, ours, options()))

      expect(err).to.have.property('name', 'InvalidStatusError')
      expect(side.aborts).to.deep.equal([err])
    })

    it(`aborts if the messages end${role}`, async () => {
      const side = new Side()
      side.source.end()
      const err = await failure(exchangeStatus(side, ours, options()))

      expect(err).to.have.property('name', 'MissingStatusError')
      expect(side.aborts).to.deep.equal([err])
    })

    it(`aborts if nothing comes in time${role}`, async () => {
      const side = new Side()
      const err = await failure(exchangeStatus(side, ours, options(SHORT_TIMEOUT)))

      expect(err).to.have.property('name', 'TimeoutError')
      expect(err.message).to.contain(`${SHORT_TIMEOUT} ms`)
      expect(side.aborts).to.deep.equal([err])
    })

    it(`aborts with the reason of the signal${role}`, async () => {
      const side = new Side()
      const exchange = failure(exchangeStatus(side, ours, options()))
      const reason = new Error('enough')
      caller.controller.abort(reason)

      expect(await exchange).to.equal(reason)
      expect(side.aborts).to.deep.equal([reason])
    })

    it(`does nothing if the signal is aborted already${role}`, async () => {
      const side = new Side(message(encodeStatus(status)))
      caller.controller.abort()

      expect(await failure(exchangeStatus(side, ours, options()))).to.have.property('name', 'AbortError')
      expect(side.sent).to.be.empty()
      expect(side.aborts).to.be.empty()
      expect((await side.source.next()).value).to.deep.equal(message(encodeStatus(status)))
    })

    it(`passes the source's error on as it is${role}`, async () => {
      const side = new Side()
      const disconnect = new Error('too many peers')
      side.source.end(disconnect)

      expect(await failure(exchangeStatus(side, ours, options()))).to.equal(disconnect)
      expect(side.aborts).to.be.empty()
    })
  }

  it('waits 5 seconds by default', async () => {
    const side = new Side()
    const exchange = exchangeStatus(side, status)
    expect(pending(5_000)).to.equal(1)
    side.source.push(message(encodeStatus(status)))

    await exchange
    expect(pending(5_000)).to.equal(0)
  })

  it("prefers the peer's Disconnect to the failed write it causes", async () => {
    const side = new Broken()
    const exchange = failure(exchangeStatus(side, status, options()))
    const disconnect = new Error('too many peers')
    side.source.end(disconnect)

    expect(await exchange).to.equal(disconnect)
    expect(side.aborts).to.be.empty()
  })

  it('fails if ours cannot be sent, whatever the peer sends', async () => {
    const side = new Broken(message(encodeStatus(status)))
    const err = await failure(exchangeStatus(side, status, options()))

    expect(err).to.have.property('message', 'write failed')
    expect(side.aborts).to.deep.equal([err])
  })

  it("gives up sending ours if the peer's is bad", async () => {
    const side = new Stalled(message(Uint8Array.of(0xc0)))
    const err = await failure(exchangeStatus(side, status, options()))

    expect(err).to.have.property('name', 'InvalidStatusError')
    expect(side.sendSignal?.aborted).to.be.true()
    expect(side.aborts).to.deep.equal([err])
  })

  it('does nothing if ours cannot be encoded', async () => {
    const side = new Side(message(encodeStatus(status)))
    const err = await failure(exchangeStatus(side, { ...status, head: new Uint8Array(31) }, options()))

    expect(err).to.have.property('name', 'InvalidStatusError')
    expect(side.sent).to.be.empty()
    expect(side.aborts).to.be.empty()
  })

  it('serves both ends of a connection, one of them as a mirror', async () => {
    const [us, them] = [new Side(), new Side()]
    us.send = async message => { them.source.push(message) }
    them.send = async message => { us.source.push(message) }
    const [theirs, ours] = await Promise.all([exchangeStatus(us, status, options()), exchangeStatus(them, 'mirror', options())])

    expect(equals(encodeStatus(theirs), encodeStatus(ours))).to.be.true()
  })
})
