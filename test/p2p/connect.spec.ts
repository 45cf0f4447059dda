import { expect } from 'aegir/chai'
import { defaultCrypto } from '../../src/crypto/index.ts'
import { initiate } from '../../src/handshake/index.ts'
import { accept, connect } from '../../src/p2p/connect.ts'
import { DisconnectReason } from '../../src/p2p/disconnect.ts'
import { CRYPTOS } from '../fixtures/cryptos.ts'
import { hex } from '../fixtures/hex.ts'
import { memoryDuplexes } from '../fixtures/p2p-duplex.ts'
import { DIALLER, DIALLER_ID, DIALLER_KEY, ETH, failureOf, LISTENER, LISTENER_ID, LISTENER_KEY, openFailing, openPeers, SNAP } from '../fixtures/p2p-peers.ts'
import { incompressible, openRawPeer } from '../fixtures/p2p-raw-peer.ts'
import type { AcceptInit, ConnectInit } from '../../src/p2p/connect.ts'

describe('connect and accept', () => {
  it('make a session of a connection', async () => {
    const { dialled, accepted } = await openPeers({}, { clientId: 'listener/v1', listenPort: 30303 })

    expect(dialled.remoteId).to.equalBytes(LISTENER_ID)
    expect(accepted.remoteId).to.equalBytes(DIALLER_ID)
    expect(dialled.hello).to.deep.include({ version: 5, clientId: 'listener/v1', listenPort: 30303, id: LISTENER_ID })
    expect(accepted.hello).to.deep.include({ version: 5, clientId: 'libp2p-rlpx', listenPort: 0, id: DIALLER_ID })
    expect(dialled.shared).to.deep.equal([{ ...ETH, offset: 16 }, { ...SNAP, offset: 34 }])
    expect(accepted.shared).to.deep.equal(dialled.shared)

    await dialled.disconnect()
    expect(await accepted.closed).to.deep.equal({ by: 'remote', reason: 0, error: undefined })
    expect(await dialled.closed).to.deep.equal({ by: 'local', reason: 0, error: undefined })
  })

  for (const { name, crypto } of CRYPTOS) {
    it(`pass messages and Pings, by ${name}`, async () => {
      const { dialled, accepted } = await openPeers({ crypto })
      const [ours, theirs] = [dialled.capability('snap'), accepted.capability('snap')]
      await ours.send({ id: 7, payload: hex('c101') })
      await theirs.send({ id: 0, payload: hex('c102') })

      expect(await theirs.source.next()).to.have.deep.property('value', { id: 7, payload: hex('c101') })
      expect(await ours.source.next()).to.have.deep.property('value', { id: 0, payload: hex('c102') })
      expect(await dialled.ping()).to.be.a('number')
      expect(await accepted.ping()).to.be.a('number')
      await accepted.disconnect(DisconnectReason.quitting)
    })
  }

  const invalid: Array<[string, Partial<ConnectInit>, string]> = [
    ['a private key of zeros', { privateKey: new Uint8Array(32) }, 'InvalidPrivateKeyError'],
    ['a private key of 31 bytes', { privateKey: new Uint8Array(31).fill(1) }, 'InvalidPrivateKeyError'],
    ['a node id that is no point of the curve', { remoteId: new Uint8Array(64).fill(1) }, 'InvalidPublicKeyError'],
    ['a capability that must not be sent', { capabilities: [{ ...ETH, name: 'p2p' }] }, 'InvalidLocalHelloError'],
    ['a client id that must not be sent', { clientId: 'x'.repeat(257) }, 'InvalidLocalHelloError'],
    ['a signal that is aborted', { signal: AbortSignal.abort(Object.assign(new Error('no'), { name: 'NoError' })) }, 'NoError']
  ]

  for (const [title, init, name] of invalid) {
    it(`send nothing with ${title}`, async () => {
      const [duplex, other] = memoryDuplexes()
      expect(await failureOf(connect(duplex, { ...DIALLER, ...init }))).to.have.property('name', name)

      // the connection is gone, and nothing has come of it
      await expect(openRawPeer(other, LISTENER_KEY)).to.eventually.be.rejectedWith('failed (reset) before a whole auth')
    })
  }

  it('fail where another key is dialled than is there', async () => {
    const [dialler, listener] = await openFailing({}, { privateKey: new Uint8Array(32).fill(3) })

    expect(listener).to.have.property('name', 'HandshakeDecryptionError')
    expect(dialler).to.have.property('name', 'HandshakeClosedError')
    expect(dialler.message).to.include('wrong public key, or not RLPx')
  })

  it('fail where something else than RLPx is there', async () => {
    for (const start of [connect, accept]) {
      const [duplex, other] = memoryDuplexes()
      void other.sink([new TextEncoder().encode('HTTP/1.1 400 Bad Request\r\n\r\n')]).catch(() => {})

      const { name } = await failureOf(start(duplex, { ...LISTENER, ...DIALLER }))
      expect(name).to.match(/^InvalidHandshake(Size|Format)Error$/)
    }
  })

  it('fail where the connection ends at once', async () => {
    for (const [start, missing] of [[connect, 'ack'], [accept, 'auth']] as const) {
      const [duplex, other] = memoryDuplexes()
      void other.sink([]).catch(() => {})

      expect(await failureOf(start(duplex, { ...LISTENER, ...DIALLER }))).to.include({ name: 'HandshakeClosedError' })
        .with.property('message').that.includes(`before a whole ${missing}`)
    }
  })

  it('fail whenever the connection does, at the end of the handshake or right after it', async () => {
    const { opening = new Uint8Array() } = initiate({ privateKey: defaultCrypto.importPrivateKey(DIALLER_KEY), remoteId: LISTENER_ID })

    for (let turns = 0; turns < 30; turns++) {
      const read = Promise.withResolvers<void>()
      const error = await failureOf(accept({
        source: (async function * () {
          read.resolve()
          yield opening
          await new Promise(() => {})
        }()),
        sink: async () => {
          await read.promise

          for (let turn = 0; turn < turns; turn++) {
            await Promise.resolve()
          }

          throw new Error('broken pipe')
        }
      }, LISTENER))

      expect(error).to.have.property('message').that.includes('broken pipe')
    }
  })

  it('refuse to talk to themselves, with reason 0x0a', async () => {
    const self: AcceptInit = { ...LISTENER, privateKey: DIALLER_KEY }
    const [dialler, listener] = await openFailing({ remoteId: DIALLER_ID }, self)
    expect(dialler).to.have.property('name', 'SelfConnectionError')
    expect(listener).to.have.property('name', 'SelfConnectionError')

    const [duplex, other] = memoryDuplexes()
    const failure = failureOf(accept(duplex, self))
    const raw = await openRawPeer(other, DIALLER_KEY, DIALLER_ID)
    raw.link.end()
    expect(await raw.message(0)).to.deep.equal({ id: 1, payload: hex('c10a') })
    expect(await failure).to.have.property('name', 'SelfConnectionError')
  })

  it('read no frame of more than a Hello before Hello', async () => {
    for (const [size, name] of [[2048, 'InvalidHelloError'], [2049, 'FrameTooLargeError']] as const) {
      const [duplex, other] = memoryDuplexes()
      const failure = failureOf(accept(duplex, LISTENER))
      const raw = await openRawPeer(other, DIALLER_KEY, LISTENER_ID)
      raw.send(0, new Uint8Array(size))
      raw.link.end()

      expect(await failure).to.have.property('name', name)
    }
  })

  it('tell a useless peer that it is one, whatever it sends behind its Hello', async () => {
    const [duplex, other] = memoryDuplexes()
    const failure = failureOf(accept(duplex, LISTENER))
    const raw = await openRawPeer(other, DIALLER_KEY, LISTENER_ID)
    raw.sendHello({ capabilities: [['les', 4]] })
    raw.send(16, incompressible(100_000))
    raw.link.end()

    expect(await raw.message(1)).to.deep.equal({ id: 1, payload: hex('0204c103') })
    expect(await failure).to.have.property('name', 'UselessPeerError')
  })

  it('send no frame that is too large, and go on', async () => {
    const { dialled, accepted } = await openPeers()
    const [ours, theirs] = [dialled.capability('eth'), accepted.capability('eth')]

    await expect(ours.send({ id: 0, payload: incompressible(16_777_215) })).to.eventually.be.rejected
      .with.property('name', 'FrameTooLargeError')
    await ours.send({ id: 1, payload: hex('c0') })
    expect(await theirs.source.next()).to.have.nested.property('value.id', 1)
    await dialled.disconnect()
  })

  it('pass the largest message', async () => {
    const { dialled, accepted } = await openPeers()
    const payload = new Uint8Array(16_777_215)
    payload[16_777_214] = 1
    await dialled.capability('eth').send({ id: 0, payload })

    const { value } = await accepted.capability('eth').source.next()
    expect(value?.payload.byteLength).to.equal(16_777_215)
    expect(value?.payload.at(-1)).to.equal(1)
    await dialled.disconnect()
  })
})
