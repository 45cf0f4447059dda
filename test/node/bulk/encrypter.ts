import { createHash } from 'node:crypto'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { expect } from 'aegir/chai'
import { pEvent } from 'p-event'
import { rlpx } from '../../../src/encrypter/index.ts'
import { seededRandom } from '../../fixtures/seeded-random.ts'
import { tcpConnections } from '../../fixtures/tcp-connections.ts'
import type { Listener, MessageStream, MultiaddrConnection } from '@libp2p/interface'

const MIB = 1024 * 1024
const SIZE = 128 * MIB
const CHUNK = MIB

/** A reader stops for a moment each time it has read so much. */
const NAP = 16 * MIB

describe('rlpx over TCP, in bulk', function () {
  this.timeout(300_000)

  let listener: Listener
  let raw: [MultiaddrConnection, MultiaddrConnection]
  let streams: [MessageStream, MessageStream]

  beforeEach(async () => {
    const [dialer, dialled] = [await generateKeyPair('secp256k1'), await generateKeyPair('secp256k1')]
    const [outbound, inbound, listening] = await tcpConnections()
    listener = listening
    raw = [outbound, inbound]

    const secured = await Promise.all([
      rlpx()({ privateKey: dialer }).secureOutbound(outbound, { remotePeer: peerIdFromPrivateKey(dialled) }),
      rlpx()({ privateKey: dialled }).secureInbound(inbound)
    ])
    streams = [secured[0].connection, secured[1].connection]
  })

  afterEach(async () => {
    streams.forEach((stream) => { stream.abort(new Error('over')) })
    await listener.close()
  })

  /** Sends noise as fast as it is taken, ends the direction, and resolves to its hash. */
  async function write (stream: MessageStream): Promise<string> {
    const noise = seededRandom(5).bytes(CHUNK)
    const hash = createHash('sha256')

    for (let sent = 0; sent < SIZE; sent += CHUNK) {
      noise[0]++
      hash.update(noise)

      if (!stream.send(noise.slice())) {
        await pEvent(stream, 'drain', { rejectionEvents: ['close'] })
      }
    }

    await stream.close({ signal: AbortSignal.timeout(250_000) })

    return hash.digest('hex')
  }

  /** Reads slowly, until the other side has ended, and resolves to the hash of it all. */
  async function readSlowly (stream: MessageStream): Promise<string> {
    const hash = createHash('sha256')
    let sinceNap = 0

    stream.addEventListener('message', ({ data }) => {
      hash.update(data.subarray())
      sinceNap += data.byteLength

      if (sinceNap >= NAP) {
        sinceNap = 0
        stream.pause()
        setTimeout(() => { stream.resume() }, 100)
      }
    })

    await pEvent(stream, 'remoteCloseWrite')

    return hash.digest('hex')
  }

  it('carries 128 MiB to a slow reader, without holding them, and then still the other way', async () => {
    const [ours, theirs] = streams
    let held = 0
    const watch = setInterval(() => { held = Math.max(held, raw[0].writeBufferLength + ours.writeBufferLength + theirs.readBufferLength) }, 10)

    const answer = new Promise<Uint8Array>((resolve) => { ours.addEventListener('message', ({ data }) => { resolve(data.subarray()) }) })
    const [sent, received] = await Promise.all([
      write(ours),
      readSlowly(theirs).then(async (hash) => {
        theirs.send(Uint8Array.of(1, 2, 3))
        await theirs.close()

        return hash
      })
    ])
    clearInterval(watch)

    expect(received).to.equal(sent)
    expect(held).to.be.within(1, 4 * MIB)
    expect(await answer).to.equalBytes(Uint8Array.of(1, 2, 3))
    expect(raw.map(({ status }) => status)).to.deep.equal(['closed', 'closed'])
  })
})
