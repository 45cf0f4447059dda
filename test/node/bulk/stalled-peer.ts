import { expect } from 'aegir/chai'
import { pEvent } from 'p-event'
import { openCapability } from '../../../src/index.ts'
import { connectNodes, createNode, stopNodes } from '../../fixtures/libp2p-nodes.ts'
import type { CapabilityMessages } from '../../../src/index.ts'
import type { Connection, Stream } from '@libp2p/interface'

const MIB = 1024 * 1024

/** A message of message id 1, behind its length: `80 80 40` is 2^20. */
const MESSAGE = new Uint8Array(3 + MIB)
MESSAGE.set([0x80, 0x80, 0x40, 0x01])

/** More than the sockets of both sides hold. */
const MANY = 64

describe('a peer that does not read', function () {
  this.timeout(60_000)

  afterEach(stopNodes)

  /** Sends until that is enough, and returns how many messages that were. */
  function fill (stream: Stream): number {
    let sent = 1
    crypto.getRandomValues(MESSAGE.subarray(4, 4 + 65_536))

    while (stream.send(MESSAGE) && sent < MANY) {
      sent++
    }

    return sent
  }

  /** One end sends, the other has its messages and does not read them. */
  async function open (writeTimeout?: number): Promise<[Connection, Stream, CapabilityMessages]> {
    const dialer = await createNode({ rlpx: { writeTimeout, pingInterval: 60_000 } })
    const listener = await createNode({ rlpx: { pingInterval: 60_000 } })
    const [dialled, accepted] = await connectNodes(dialer, listener)
    const [{ stream }, { messages }] = await Promise.all([openCapability(dialled, 'eth'), openCapability(accepted, 'eth')])

    return [dialled, stream, messages]
  }

  it('makes send false, and dispatches drain once it reads again', async () => {
    const [, stream, messages] = await open()
    let sent = 0

    // the sockets take some, until they are full
    while (sent < MANY) {
      sent += fill(stream)

      if (await pEvent(stream, 'drain', { timeout: 2_000 }).then(() => false, () => true)) {
        break
      }
    }

    expect(sent).to.be.lessThan(MANY)
    expect(stream.writableNeedsDrain).to.equal(true)
    const drained = pEvent(stream, 'drain')

    for (let i = 0; i < sent; i++) {
      const { value } = await messages.source.next()
      expect(value?.payload.byteLength).to.equal(MIB - 1)
    }

    await drained
    expect(stream.send(Uint8Array.of(2, 1, 0xc0))).to.equal(true)
    expect((await messages.source.next()).value).to.have.property('id', 1)
  })

  it('nor says anything is cut once it has had its time, and the close event says so', async () => {
    const [dialled, stream] = await open(1_000)
    const closed = pEvent(dialled, 'close') as unknown as Promise<{ error?: Error }>

    while (dialled.status === 'open') {
      try {
        fill(stream)
        await pEvent(stream, 'drain', { rejectionEvents: ['close'] })
      } catch {
        break
      }
    }

    expect((await closed).error).to.have.property('name', 'WriteTimeoutError')
  })
})
