import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect } from 'aegir/chai'
import { pipe } from 'it-pipe'
import { accept } from '../../../src/p2p/connect.ts'
import { encodeMessage } from '../../../src/p2p/message.ts'
import { dialTcp, listenTcp } from '../../../src/p2p/tcp.ts'
import { hex } from '../../fixtures/hex.ts'
import { helloPayload } from '../../fixtures/p2p-hello.ts'
import { DIALLER_ID, DIALLER_KEY, ETH, failureOf, LISTENER, LISTENER_ID, openFailing, SNAP } from '../../fixtures/p2p-peers.ts'
import { handshakeOver, openSocketPeers, socketAndDuplex, socketDuplexes } from '../../fixtures/p2p-sockets.ts'
import type { FrameEncoder } from '../../../src/frame/index.ts'
import type { Capability } from '../../../src/p2p/capability.ts'
import type { Peer } from '../../../src/p2p/peer.ts'
import type { AddressInfo, Socket } from 'node:net'

const HOST = '127.0.0.1'

describe('TCP connections', () => {
  it('are refused where nobody listens', async () => {
    const listening = await listenTcp({ host: HOST, port: 0 }, () => {})
    listening.close()

    await expect(dialTcp({ host: HOST, port: listening.port })).to.eventually.be.rejected.with.property('code', 'ECONNREFUSED')
  })

  it('are not dialled with a signal that is aborted', async () => {
    const signal = AbortSignal.abort(new Error('too late'))

    await expect(dialTcp({ host: HOST, port: 1 }, { signal })).to.eventually.be.rejectedWith('too late')
  })

  it('are given up by a signal', async () => {
    let connections = 0
    const listening = await listenTcp({ host: HOST, port: 0 }, () => { connections++ })
    const controller = new AbortController()
    const dialling = dialTcp({ host: HOST, port: listening.port }, { signal: controller.signal })
    controller.abort(new Error('changed my mind'))

    await expect(dialling).to.eventually.be.rejectedWith('changed my mind')
    listening.close()
    expect(connections).to.equal(0)
  })

  it('are not listened for where somebody else does', async () => {
    const server = createServer().listen(0, HOST)
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo

    await expect(listenTcp({ host: HOST, port }, () => {})).to.eventually.be.rejected.with.property('code', 'EADDRINUSE')
    server.close()
  })
})

describe('sessions over TCP', () => {
  it('know who is there', async () => {
    const { dialled, accepted } = await openSocketPeers({ clientId: 'dialler' }, { clientId: 'listener', listenPort: 30303 })

    expect(dialled.remoteId).to.equalBytes(LISTENER_ID)
    expect(dialled.hello).to.deep.include({ clientId: 'listener', listenPort: 30303 })
    expect(accepted.remoteId).to.equalBytes(DIALLER_ID)
    expect(accepted.hello).to.deep.include({ clientId: 'dialler', listenPort: 0 })
    await dialled.disconnect()
  })

  it('do not come of a wrong key', async () => {
    const [dialler, listener] = await openFailing({}, { privateKey: new Uint8Array(32).fill(3) }, await socketDuplexes())

    expect(listener).to.have.property('name', 'HandshakeDecryptionError')
    expect(dialler).to.have.property('name', 'HandshakeClosedError')
    expect(dialler.message).to.include('wrong public key, or not RLPx')
  })

  it('do not come of ourselves', async () => {
    const errors = await openFailing({ remoteId: DIALLER_ID }, { privateKey: DIALLER_KEY }, await socketDuplexes())

    expect(errors.map(({ name }) => name)).to.deep.equal(['SelfConnectionError', 'SelfConnectionError'])
  })

  it('carry two capabilities at once', async () => {
    const { dialled, accepted } = await openSocketPeers()
    const echo = async (peer: Peer, name: string): Promise<void> => {
      const messages = peer.capability(name)

      for await (const { id, payload } of messages) {
        await messages.send({ id: id + 1, payload })
      }
    }
    const echoes = Promise.all([echo(accepted, 'eth'), echo(accepted, 'snap')])
    const [eth, snap] = [dialled.capability('eth'), dialled.capability('snap')]

    for (let i = 0; i < 7; i++) {
      await Promise.all([eth.send({ id: i, payload: Uint8Array.of(1, i) }), snap.send({ id: i, payload: Uint8Array.of(2, i) })])
    }

    for (let i = 0; i < 7; i++) {
      expect(await snap.source.next()).to.have.deep.property('value', { id: i + 1, payload: Uint8Array.of(2, i) })
      expect(await eth.source.next()).to.have.deep.property('value', { id: i + 1, payload: Uint8Array.of(1, i) })
    }

    await dialled.disconnect()
    await echoes
  })

  it('carry 64 capabilities at once, each with its own ids', async () => {
    const capabilities: Capability[] = Array.from({ length: 64 }, (_, i) => ({ name: `c${10 + i}`, version: i, length: i + 1 }))
    const { dialled, accepted } = await openSocketPeers({ capabilities: [...capabilities].reverse() }, { capabilities })
    let offset = 16

    for (const [i, shared] of dialled.shared.entries()) {
      expect(shared).to.deep.equal({ ...capabilities[i], offset })
      offset += i + 1
    }

    await Promise.all(capabilities.map(async ({ name, length }) => {
      await dialled.capability(name).send({ id: length - 1, payload: Uint8Array.of(length) })
    }))

    for (const { name, length } of capabilities) {
      const { value } = await accepted.capability(name).source.next()
      expect(value).to.deep.equal({ id: length - 1, payload: Uint8Array.of(length) })
    }

    await accepted.disconnect()
  })

  it('echo through a pipe', async () => {
    const { dialled, accepted } = await openSocketPeers()
    const theirs = accepted.capability('snap')
    const echo = pipe(theirs, async function * (source) {
      for await (const { id, payload } of source) {
        yield { id: id + 1, payload }
      }
    }, theirs).catch((err: Error) => err)

    const ours = dialled.capability('snap')
    await pipe([0, 1, 2].map(id => ({ id, payload: Uint8Array.of(id) })), ours)

    for (const id of [0, 1, 2]) {
      expect(await ours.source.next()).to.have.deep.property('value', { id: id + 1, payload: Uint8Array.of(id) })
    }

    await dialled.disconnect()
    expect(await echo).to.have.property('name', 'SessionClosedError')
  })

  it('give a capability back and claim it again', async () => {
    const { dialled, accepted } = await openSocketPeers()
    const [first, theirs] = [dialled.capability('eth'), accepted.capability('eth')]
    await theirs.send({ id: 1, payload: hex('c0') })

    // eslint-disable-next-line no-unreachable-loop -- leaving early is what is tested
    for await (const { id } of first) {
      expect(id).to.equal(1)
      break
    }

    const second = dialled.capability('eth')
    await theirs.send({ id: 2, payload: hex('c0') })
    expect(await second.source.next()).to.have.nested.property('value.id', 2)
    await dialled.disconnect()
  })
})

describe('sessions over TCP whose other side', () => {
  let peer: Peer
  let socket: Socket
  let encoder: FrameEncoder

  function frame (id: number, payload: Uint8Array): Uint8Array {
    return encoder.encode(encodeMessage(id, payload))
  }

  beforeEach(async () => {
    const pair = await socketAndDuplex()
    socket = pair.socket
    const accepting = accept(pair.duplex, { ...LISTENER, capabilities: [ETH, SNAP] })
    encoder = await handshakeOver(socket, DIALLER_KEY, LISTENER_ID)
    socket.write(frame(0, helloPayload({ id: DIALLER_ID, version: 4 })))
    socket.resume()
    peer = await accepting
  })

  it('writes all in single bytes', async () => {
    const bytes = frame(16, hex('c101'))

    for (const byte of bytes) {
      socket.write(Uint8Array.of(byte))
      await new Promise(resolve => setImmediate(resolve))
    }

    expect(await peer.capability('eth').source.next()).to.have.deep.property('value', { id: 0, payload: hex('c101') })
    socket.destroy()
    await peer.closed
  })

  it('is killed in the middle of a message', async () => {
    const messages = peer.capability('eth')
    socket.write(frame(17, hex('c0')))
    socket.write(frame(16, new Uint8Array(100_000)).subarray(0, 50_000))
    expect(await messages.source.next()).to.have.nested.property('value.id', 1)
    socket.resetAndDestroy()

    expect(await failureOf(messages.source.next())).to.have.property('name', 'SessionClosedError')
    expect(await peer.closed).to.include({ by: 'remote' }).with.nested.property('error.cause.code', 'ECONNRESET')
  })

  it('ends the connection in the middle of a message', async () => {
    const messages = peer.capability('eth')
    socket.end(frame(16, new Uint8Array(100_000)).subarray(0, 50_000))

    expect(await failureOf(messages.source.next())).to.have.property('name', 'TruncatedFrameError')
    await peer.closed
  })

  it('ends its direction between messages', async () => {
    const messages = peer.capability('eth')
    const ended = once(socket, 'end')
    socket.end(frame(16, hex('c0')))

    expect(await messages.source.next()).to.have.nested.property('value.id', 0)
    expect(await failureOf(messages.source.next())).to.have.property('message', 'The peer ended the connection without a Disconnect')
    await Promise.all([ended, peer.closed])
  })

  it('ends its direction right after Disconnect', async () => {
    const messages = peer.capability('eth')
    const ended = once(socket, 'end')
    socket.write(frame(16, hex('c0')))
    socket.end(frame(1, hex('c104')))

    expect(await messages.source.next()).to.have.nested.property('value.id', 0)
    expect(await failureOf(messages.source.next())).to.include({ name: 'DisconnectError', reason: 4 })
    await Promise.all([ended, peer.closed])
  })

  it('flips a bit', async () => {
    const messages = peer.capability('eth')
    const bytes = frame(16, hex('c0'))
    bytes[40] ^= 1
    socket.write(bytes)

    expect(await failureOf(messages.source.next())).to.have.property('name', 'BadFrameMacError')
    expect(await peer.closed).to.include({ by: 'local' })
  })
})
