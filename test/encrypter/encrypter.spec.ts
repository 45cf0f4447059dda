import { generateKeyPair } from '@libp2p/crypto/keys'
import { StreamCloseEvent } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddrConnectionPair } from '@libp2p/utils'
import { expect } from 'aegir/chai'
import { pEvent } from 'p-event'
import { encode } from 'rlp'
import { Uint8ArrayList } from 'uint8arraylist'
import { concat } from 'uint8arrays/concat'
import { defaultCrypto } from '../../src/crypto/index.ts'
import { rlpx } from '../../src/encrypter/index.ts'
import { initiate } from '../../src/handshake/index.ts'
import { nodeIdFromPeerId } from '../../src/identity/index.ts'
import { MessageStreamLink } from '../../src/message-stream/link.ts'
import { encryptionHandshake } from '../../src/p2p/encryption-handshake.ts'
import { seal } from '../fixtures/handshake.ts'
import type { RlpxInit } from '../../src/encrypter/index.ts'
import type { FrameLink } from '../../src/p2p/frame-link.ts'
import type { ConnectionEncrypter, MessageStream, MultiaddrConnection, PeerId } from '@libp2p/interface'

interface Identity {
  encrypter: ConnectionEncrypter
  peerId: PeerId
}

async function createIdentity (init?: RlpxInit): Promise<Identity> {
  const privateKey = await generateKeyPair('secp256k1')

  return { encrypter: rlpx(init)({ privateKey }), peerId: peerIdFromPrivateKey(privateKey) }
}

/** Whatever a stream gives until it ends. */
async function readAll (stream: MessageStream): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []

  for await (const chunk of stream) {
    chunks.push(chunk.subarray())
  }

  return concat(chunks)
}

describe('rlpx', () => {
  let dialer: Identity
  let listener: Identity
  let outbound: MultiaddrConnection
  let inbound: MultiaddrConnection

  beforeEach(async () => {
    [dialer, listener] = [await createIdentity(), await createIdentity({ handshakeTimeout: 300 })];
    [outbound, inbound] = multiaddrConnectionPair()
  })

  async function secure (): Promise<[MessageStream, MessageStream]> {
    const [ours, theirs] = await Promise.all([
      dialer.encrypter.secureOutbound(outbound, { remotePeer: listener.peerId }),
      listener.encrypter.secureInbound(inbound)
    ])

    expect(ours.remotePeer.equals(listener.peerId)).to.equal(true)
    expect(theirs.remotePeer.equals(dialer.peerId)).to.equal(true)

    return [ours.connection, theirs.connection]
  }

  /** Performs the handshake as somebody who may say anything in the first frame. */
  async function dialRaw (): Promise<FrameLink> {
    const privateKey = defaultCrypto.importPrivateKey(defaultCrypto.randomBytes(32))
    const handshake = initiate({ privateKey, remoteId: nodeIdFromPeerId(listener.peerId) })
    const { link } = await encryptionHandshake(new MessageStreamLink(outbound), handshake, {})

    return link
  }

  it('is /rlpx/5', () => {
    expect(dialer.encrypter.protocol).to.equal('/rlpx/5')
  })

  it('needs an identity that is a secp256k1 key', async () => {
    const privateKey = await generateKeyPair('Ed25519')

    expect(() => rlpx()({ privateKey })).to.throw('secp256k1').with.property('name', 'InvalidParametersError')
  })

  it('dials nobody without knowing who it is', async () => {
    await expect(dialer.encrypter.secureOutbound(outbound)).to.eventually.be.rejected.with.property('name', 'InvalidCryptoExchangeError')
  })

  it('dials nobody whose key is not secp256k1', async () => {
    const remotePeer = peerIdFromPrivateKey(await generateKeyPair('Ed25519'))

    await expect(dialer.encrypter.secureOutbound(outbound, { remotePeer })).to.eventually.be.rejected
      .with.property('name', 'UnsupportedKeyTypeError')
  })

  it('carries bytes both ways, none of them in clear', async () => {
    const wire: Uint8Array[] = []
    inbound.addEventListener('message', ({ data }) => { wire.push(data.subarray()) })
    const [ours, theirs] = await secure()
    const text = new TextEncoder().encode('a secret that is long enough to be found')
    ours.send(text)
    theirs.send(new Uint8ArrayList(text, text))
    const reading = [readAll(theirs), readAll(ours)]
    await Promise.all([ours.close(), theirs.close()])

    expect(await Promise.all(reading)).to.deep.equal([text, concat([text, text])])
    expect(new TextDecoder('latin1').decode(concat(wire))).to.not.include('secret')
  })

  it('delivers all that was sent before it was closed, and what the other side still says', async () => {
    const [ours, theirs] = await secure()
    const data = new Uint8Array(20_000).map((_, i) => i)
    const answer = readAll(ours)
    ours.send(data)
    const closed = ours.close()

    expect(await readAll(theirs)).to.equalBytes(data)
    theirs.send(data)
    await Promise.all([closed, theirs.close()])
    expect(await answer).to.equalBytes(data)
    expect([ours.status, theirs.status, outbound.status, inbound.status]).to.deep.equal(new Array(4).fill('closed'))
  })

  it('delivers what was sent just before it was closed, where the other side is closed already', async () => {
    const [ours, theirs] = await secure()
    const heard = readAll(ours)
    const ended = pEvent(theirs, 'remoteCloseWrite')
    const closed = ours.close()

    await ended
    theirs.send(Uint8Array.of(1, 2, 3))
    await theirs.close()

    expect(await heard).to.equalBytes(Uint8Array.of(1, 2, 3))
    await closed
  })

  it('says when enough waits to be sent, and when there is room again', async () => {
    const [ours, theirs] = await secure()
    const heard = readAll(theirs).then(bytes => bytes.byteLength)
    const chunk = new Uint8Array(64 * 1024)
    let sent = chunk.byteLength

    while (ours.send(chunk)) {
      sent += chunk.byteLength
    }

    await pEvent(ours, 'drain')
    const closed = ours.close()
    expect(await heard).to.equal(sent)
    await theirs.close()
    await closed
  })

  it('goes on listening as long as the other side goes on, and then closes by itself', async () => {
    const [ours, theirs] = await secure()
    let received = 0
    ours.addEventListener('message', ({ data }) => { received += data.byteLength })
    const closed = ours.close()

    for (let sent = 1; sent <= 4; sent++) {
      await new Promise(resolve => setTimeout(resolve, 300))
      theirs.send(new Uint8Array(1))
    }

    // the other side never ends
    await closed
    expect(received).to.equal(4)
  })

  it('rejects its close with an error where the connection ends before all is written', async () => {
    const [ours, theirs] = await secure()
    theirs.pause()

    while (ours.send(new Uint8Array(65_536))) {
      await new Promise(resolve => setTimeout(resolve))
    }

    ours.send(new Uint8Array(65_536))
    expect(ours.writeBufferLength).to.be.above(0)
    const closed = ours.close()
    outbound.dispatchEvent(new StreamCloseEvent())

    await expect(closed).to.eventually.be.rejected.with.property('name', 'ConnectionClosedError')
  })

  it('closes though the other side goes on saying nothing, and by its signal at once', async () => {
    const [ours] = await secure()
    await expect(ours.close({ signal: AbortSignal.abort(new Error('at once')) })).to.eventually.be.rejectedWith('at once')
    ours.abort(new Error('over'))

    expect(outbound.status).to.equal('aborted')
  })

  it('aborts what it runs on', async () => {
    const [ours, theirs] = await secure()
    const closed = new Promise<Error | undefined>((resolve) => {
      theirs.addEventListener('close', ({ error }) => { resolve(error) })
    })
    ours.abort(new Error('enough'))

    expect(outbound.status).to.equal('aborted')
    expect(await closed).to.be.an('error')
  })

  it('ends with an error where the bytes are not those of the other side', async () => {
    const [ours, theirs] = await secure()
    const closed = new Promise<Error | undefined>((resolve) => {
      theirs.addEventListener('close', ({ error }) => { resolve(error) })
    })
    outbound.send(new Uint8Array(64))

    expect(await closed).to.have.property('name', 'BadHeaderMacError')
    expect(ours.status).to.not.equal('closed')
  })

  it('pauses what it runs on', async () => {
    const [ours, theirs] = await secure()
    let received = 0
    theirs.addEventListener('message', ({ data }) => { received += data.byteLength })
    theirs.pause()
    ours.send(new Uint8Array(1_000))
    await new Promise(resolve => setTimeout(resolve, 20))
    expect(received).to.equal(0)

    const resumed = new Promise(resolve => { theirs.addEventListener('message', resolve, { once: true }) })
    theirs.resume()
    await resumed
    expect(received).to.equal(1_000)
  })

  it('refuses whoever is not the one that was expected', async () => {
    const { peerId: remotePeer } = await createIdentity()
    const dialling = dialer.encrypter.secureOutbound(outbound, { remotePeer: listener.peerId })
    dialling.catch(() => {})

    await expect(listener.encrypter.secureInbound(inbound, { remotePeer })).to.eventually.be.rejected.with.property('name', 'UnexpectedPeerError')
    await expect(dialling).to.eventually.be.rejected()
  })

  it('does not find the one that it dials where somebody else answers', async () => {
    const { peerId: remotePeer } = await createIdentity()
    const listening = listener.encrypter.secureInbound(inbound)
    listening.catch(() => {})

    await expect(dialer.encrypter.secureOutbound(outbound, { remotePeer })).to.eventually.be.rejected.with.property('name', 'HandshakeClosedError')
    await expect(listening).to.eventually.be.rejected.with.property('name', 'HandshakeDecryptionError')
  })

  it('believes nobody who only says who it is', async () => {
    const ephemeral = defaultCrypto.randomBytes(32)
    const auth = encode([
      defaultCrypto.sign(defaultCrypto.randomBytes(32), ephemeral), nodeIdFromPeerId(dialer.peerId), defaultCrypto.randomBytes(32), 4
    ])
    const listening = listener.encrypter.secureInbound(inbound)
    outbound.send(seal(nodeIdFromPeerId(listener.peerId), auth))

    await expect(listening).to.eventually.be.rejected.with.property('name', 'HandshakeTimeoutError')
    expect(inbound.status).to.equal('aborted')
  })

  it('is not confirmed by just any frame', async () => {
    const listening = listener.encrypter.secureInbound(inbound)
    listening.catch(() => {})
    const link = await dialRaw()
    link.send(new Uint8ArrayList(Uint8Array.of(1, 2, 3)))

    await expect(listening).to.eventually.be.rejected.with.property('name', 'InvalidCryptoExchangeError')
  })

  it('is not confirmed by the end of the connection', async () => {
    const listening = listener.encrypter.secureInbound(inbound)
    listening.catch(() => {})
    await dialRaw()
    await outbound.close()

    await expect(listening).to.eventually.be.rejected.with.property('name', 'HandshakeClosedError')
  })

  it('stops waiting by its signal', async () => {
    const controller = new AbortController()
    const listening = listener.encrypter.secureInbound(inbound, { signal: controller.signal })
    listening.catch(() => {})
    await dialRaw()
    controller.abort(new Error('no time'))

    await expect(listening).to.eventually.be.rejectedWith('no time')
    expect(inbound.status).to.equal('aborted')
  })
})
