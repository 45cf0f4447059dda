/* eslint-disable no-loop-func -- the loops make tests, which run one after the other */
import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect } from 'aegir/chai'
import { accept, connect } from '../../../src/p2p/connect.ts'
import { encodeMessage } from '../../../src/p2p/message.ts'
import { dialTcp } from '../../../src/p2p/tcp.ts'
import { hex } from '../../fixtures/hex.ts'
import { helloPayload } from '../../fixtures/p2p-hello.ts'
import { DIALLER, DIALLER_ID, DIALLER_KEY, failureOf, LISTENER, LISTENER_ID, LISTENER_KEY, openPeers } from '../../fixtures/p2p-peers.ts'
import { openRawPeer } from '../../fixtures/p2p-raw-peer.ts'
import { handshakeOver, socketAndDuplex, socketDuplexes } from '../../fixtures/p2p-sockets.ts'
import type { AcceptInit } from '../../../src/p2p/connect.ts'
import type { ByteDuplex } from '../../../src/p2p/duplex-link.ts'
import type { Peer } from '../../../src/p2p/peer.ts'
import type { RawPeer } from '../../fixtures/p2p-raw-peer.ts'
import type { AddressInfo, Socket } from 'node:net'

const REASON = new Error('changed my mind')

interface Side {
  /** Makes a session as this side. */
  start (duplex: ByteDuplex, init: Partial<AcceptInit>): Promise<Peer>

  /** Makes the other side. */
  openOther (duplex: ByteDuplex): Promise<RawPeer>
}

const SIDES: Record<string, Side> = {
  dialler: {
    start: async (duplex, init) => connect(duplex, { ...DIALLER, ...init }),
    openOther: async (duplex) => openRawPeer(duplex, LISTENER_KEY)
  },
  listener: {
    start: async (duplex, init) => accept(duplex, { ...LISTENER, ...init }),
    openOther: async (duplex) => openRawPeer(duplex, DIALLER_KEY, LISTENER_ID)
  }
}

/** Waits until the other side of a socket has closed, and has not been asked to. */
async function gone (socket: Socket): Promise<void> {
  await new Promise(resolve => socket.once('end', resolve).once('close', resolve).resume())
  socket.destroy()
}

describe('a signal', () => {
  let controller: AbortController

  beforeEach(() => {
    controller = new AbortController()
  })

  for (const [side, { start, openOther }] of Object.entries(SIDES)) {
    it(`of a ${side} that is aborted before`, async () => {
      const { socket, duplex } = await socketAndDuplex()
      controller.abort(REASON)

      expect(await failureOf(start(duplex, { signal: controller.signal }))).to.equal(REASON)
      await gone(socket)
      expect(socket.bytesRead).to.equal(0)
    })

    it(`of a ${side} that is aborted during the handshake`, async () => {
      const { socket, duplex } = await socketAndDuplex()
      const failure = failureOf(start(duplex, { signal: controller.signal }))
      await new Promise(resolve => setTimeout(resolve, 20))
      controller.abort(REASON)

      expect(await failure).to.equal(REASON)
      await gone(socket)
    })

    it(`of a ${side} that is aborted at the first checkpoint`, async () => {
      const [duplex, other] = await socketDuplexes()
      const reached = Promise.withResolvers<void>()
      const failure = failureOf(start(duplex, {
        signal: controller.signal,
        checkpoint: async () => {
          reached.resolve()

          return new Promise(() => {})
        }
      }))
      const raw = await openOther(other)
      await reached.promise
      controller.abort(REASON)

      expect(await raw.message(0)).to.deep.equal({ id: 1, payload: hex('c180') })
      raw.link.end()
      expect(await failure).to.equal(REASON)
      await raw.closed
    })

    it(`of a ${side} that is aborted before Hello`, async () => {
      const [duplex, other] = await socketDuplexes()
      const failure = failureOf(start(duplex, { signal: controller.signal }))
      const raw = await openOther(other)
      expect(await raw.message(0)).to.have.property('id', 0)
      controller.abort(REASON)

      expect(await raw.message(1)).to.deep.equal({ id: 1, payload: hex('c180') })
      raw.link.end()
      expect(await failure).to.equal(REASON)
      await raw.closed
    })

    it(`of a ${side} that is aborted at the second checkpoint`, async () => {
      const [duplex, other] = await socketDuplexes()
      const failure = failureOf(start(duplex, {
        signal: controller.signal,
        checkpoint: async ({ hello }) => {
          if (hello != null) {
            controller.abort(REASON)

            return new Promise(() => {})
          }
        }
      }))
      const raw = await openOther(other)
      raw.sendHello()

      expect(await raw.message(1)).to.deep.equal({ id: 1, payload: hex('0204c180') })
      raw.link.end()
      expect(await failure).to.equal(REASON)
      await raw.closed
    })
  }

  it('that is aborted is waited for no longer than the grace, whatever the other side does', async () => {
    const { socket, duplex } = await socketAndDuplex()
    const failure = failureOf(accept(duplex, { ...LISTENER, signal: controller.signal, disconnectGrace: 30 }))
    await handshakeOver(socket, DIALLER_KEY, LISTENER_ID)
    controller.abort(REASON)

    // nothing is read here, and nothing is ended
    expect(await failure).to.equal(REASON)
    await gone(socket)
  })

  it('that is aborted later means nothing', async () => {
    const { dialled, accepted } = await openPeers({ signal: controller.signal }, { signal: controller.signal }, await socketDuplexes())
    controller.abort(REASON)
    await dialled.capability('eth').send({ id: 3, payload: hex('c0') })

    expect(await accepted.capability('eth').source.next()).to.have.nested.property('value.id', 3)
    await dialled.disconnect()
  })
})

describe('the time that something may take', () => {
  it('is limited for the handshake of a dialler', async () => {
    const sockets: Socket[] = []
    const server = createServer(socket => { sockets.push(socket) }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const duplex = await dialTcp({ host: '127.0.0.1', port: (server.address() as AddressInfo).port })

    expect(await failureOf(connect(duplex, { ...DIALLER, handshakeTimeout: 30 }))).to.have.property('name', 'HandshakeTimeoutError')
    server.close()
    await gone(sockets[0])
  })

  for (const bytes of ['', '01', '011b04ff']) {
    it(`is limited for the handshake of a listener that gets ${bytes === '' ? 'nothing' : bytes}`, async () => {
      const { socket, duplex } = await socketAndDuplex()
      socket.write(hex(bytes))

      expect(await failureOf(accept(duplex, { ...LISTENER, handshakeTimeout: 30 }))).to.have.property('name', 'HandshakeTimeoutError')
      await gone(socket)
      expect(socket.bytesRead).to.equal(0)
    })
  }

  it('is limited for Hello', async () => {
    const [duplex, other] = await socketDuplexes()
    const failure = failureOf(accept(duplex, { ...LISTENER, helloTimeout: 30 }))
    const raw = await openRawPeer(other, DIALLER_KEY, LISTENER_ID)

    expect(await raw.message(1)).to.deep.equal({ id: 1, payload: hex('c10b') })
    raw.link.end()
    expect(await failure).to.have.property('name', 'HelloTimeoutError')
    await raw.closed
  })

  it('is limited for the frame of a Hello', async () => {
    const { socket, duplex } = await socketAndDuplex()
    const failure = failureOf(accept(duplex, { ...LISTENER, frameTimeout: 30 }))
    const encoder = await handshakeOver(socket, DIALLER_KEY, LISTENER_ID)
    socket.write(encoder.encode(encodeMessage(0, helloPayload({ id: DIALLER_ID }))).subarray(0, 100))

    expect(await failure).to.have.property('name', 'FrameTimeoutError')
    await gone(socket)
  })

  it('is limited for any other frame', async () => {
    const { socket, duplex } = await socketAndDuplex()
    const accepting = accept(duplex, { ...LISTENER, frameTimeout: 30 })
    const encoder = await handshakeOver(socket, DIALLER_KEY, LISTENER_ID)
    socket.write(encoder.encode(encodeMessage(0, helloPayload({ id: DIALLER_ID }))))
    const peer = await accepting
    socket.write(encoder.encode(encodeMessage(16, new Uint8Array(100))).subarray(0, 33))

    expect(await peer.closed).to.include({ by: 'local' }).with.nested.property('error.name', 'FrameTimeoutError')
    await gone(socket)
  })

  it('is limited for a Pong', async () => {
    const [duplex, other] = await socketDuplexes()
    const accepting = accept(duplex, { ...LISTENER, pingInterval: 20, pingTimeout: 30 })
    const raw = await openRawPeer(other, DIALLER_KEY, LISTENER_ID)
    raw.sendHello()
    const peer = await accepting

    expect(await raw.message(1)).to.deep.equal({ id: 2, payload: hex('0100c0') })
    expect(await raw.message(2)).to.deep.equal({ id: 1, payload: hex('0204c10b') })
    raw.link.end()
    expect(await peer.closed).to.include({ by: 'local', reason: 0x0b }).with.nested.property('error.name', 'PingTimeoutError')
  })

  it('is limited for a peer that does not read', async () => {
    const { socket, duplex } = await socketAndDuplex()
    const accepting = accept(duplex, { ...LISTENER, writeTimeout: 50 })
    const encoder = await handshakeOver(socket, DIALLER_KEY, LISTENER_ID)
    socket.write(encoder.encode(encodeMessage(0, helloPayload({ id: DIALLER_ID, version: 4 }))))
    const peer = await accepting
    const payload = new Uint8Array(1024 * 1024)
    const error = await failureOf(peer.capability('eth').sink((function * () {
      while (true) {
        yield { id: 0, payload }
      }
    })()))

    expect(error).to.have.property('name', 'WriteTimeoutError')
    expect(await peer.closed).to.include({ by: 'local', error })
    await gone(socket)
  })

  it('is limited for a peer that does not leave', async () => {
    const { socket, duplex } = await socketAndDuplex()
    const accepting = accept(duplex, { ...LISTENER, disconnectGrace: 30 })
    const encoder = await handshakeOver(socket, DIALLER_KEY, LISTENER_ID)
    socket.write(encoder.encode(encodeMessage(0, helloPayload({ id: DIALLER_ID }))))
    await (await accepting).disconnect()
    await gone(socket)
  })
})
