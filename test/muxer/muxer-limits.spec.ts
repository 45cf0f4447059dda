import { multiaddrConnectionPair } from '@libp2p/utils'
import { expect } from 'aegir/chai'
import { encode } from 'it-length-prefixed'
import { devp2p } from '../../src/muxer/index.ts'
import { encodeMessage } from '../../src/p2p/message.ts'
import { turn } from '../fixtures/muxer-streams.ts'
import { helloPayload } from '../fixtures/p2p-hello.ts'
import { ETH } from '../fixtures/p2p-peers.ts'
import { literal } from '../fixtures/p2p-snappy.ts'
import type { Devp2pInit } from '../../src/muxer/index.ts'
import type { CapabilityMuxer } from '../../src/muxer/muxer.ts'
import type { MultiaddrConnection } from '@libp2p/interface'

/** What announces a message of 1,000 bytes, and so many of its bytes. */
function begun (byteLength: number): Uint8Array {
  return encode.single(new Uint8Array(1_000)).subarray(0, 2 + byteLength)
}

describe('the limits of devp2p()', () => {
  const opened: Array<{ muxer: CapabilityMuxer, remote: MultiaddrConnection }> = []

  /** So many connections of one node, whose other sides have said Hello and send what they are told to. */
  async function open (count: number, init: Devp2pInit): Promise<typeof opened> {
    const factory = devp2p({ capabilities: [ETH], libp2p: false, ...init })()

    for (let i = 0; i < count; i++) {
      const [local, remote] = multiaddrConnectionPair()
      const muxer = factory.createStreamMuxer(local)
      remote.send(encode.single(encodeMessage(0, helloPayload({ capabilities: [['eth', 69]] }))))
      await muxer.session.ready
      opened.push({ muxer, remote })
    }

    return opened
  }

  afterEach(() => {
    opened.splice(0).forEach(({ muxer, remote }) => {
      remote.abort(new Error('The test is over'))
      muxer.session.destroy()
    })
  })

  it('cut the connection whose message was begun first where all of them hold too much', async () => {
    const [first, second, third] = await open(3, { maxUnfinishedBytes: 1_500 })
    first.remote.send(begun(700))
    second.remote.send(begun(700))
    third.remote.send(begun(700))

    expect(await first.muxer.session.closed).to.have.nested.property('error.name', 'UnfinishedBytesError')
    expect([second, third].map(({ muxer }) => muxer.session.end)).to.deep.equal([undefined, undefined])
  })

  it('leave those whose messages get complete, however many there are', async () => {
    const connections = await open(4, { maxUnfinishedBytes: 1_500 })

    for (const { muxer, remote } of connections) {
      const message = encode.single(encodeMessage(16, literal(new Uint8Array(1_000)))).subarray()
      const [channel] = muxer.session.channels
      remote.send(message.subarray(0, 700))
      await turn()
      remote.send(message.subarray(700))

      while (channel.bufferedBytes === 0) {
        await turn()
      }
    }

    expect(connections.map(({ muxer }) => muxer.session.end)).to.deep.equal([undefined, undefined, undefined, undefined])
  })

  it('cut a connection whose message takes too long', async () => {
    const [{ muxer, remote }] = await open(1, { frameTimeout: 20 })
    remote.send(begun(700))

    expect(await muxer.session.closed).to.have.nested.property('error.name', 'FrameTimeoutError')
  })
})
