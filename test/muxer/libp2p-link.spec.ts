import { defaultLogger } from '@libp2p/logger'
import { expect } from 'aegir/chai'
import { LIBP2P_1 } from '../../src/muxer/constants.ts'
import { Libp2pLink } from '../../src/muxer/libp2p-link.ts'
import { hex } from '../fixtures/hex.ts'
import { LOCAL_HELLO } from '../fixtures/p2p-hello.ts'
import { openSession } from '../fixtures/p2p-link.ts'
import { channelOf } from '../fixtures/p2p-owner.ts'
import type { RecordingLink, Running } from '../fixtures/p2p-link.ts'

/** The id on the wire of the one message of libp2p/1, where nothing else is shared. */
const BYTES = 16

describe('the bytes of libp2p/1', () => {
  let running: Running
  let carrier: RecordingLink
  let link: Libp2pLink
  let received: string[]

  beforeEach(() => {
    running = openSession({ hello: { ...LOCAL_HELLO, capabilities: [LIBP2P_1] } }, { capabilities: [['libp2p', 1]] })
    carrier = running.link
    received = []
    link = new Libp2pLink({
      direction: 'outbound',
      log: defaultLogger().forComponent('rlpx:test'),
      disconnect: (reason, err) => { void running.session.disconnect(reason, err) }
    })
    link.addEventListener('message', ({ data }) => { received.push(...data.subarray().toString().split(',')) })
  })

  // ends every timer
  afterEach(async () => {
    carrier.listener?.onClose()
    await running.session.closed
  })

  function attach (): void {
    link.attach(channelOf(running.session, 'libp2p'))
  }

  it('wait until it is known that they are shared', async () => {
    expect(link.send(hex('aabb'))).to.equal(false)
    expect(carrier.sent).to.deep.equal([])
    attach()
    await Promise.resolve()

    expect(carrier.last.id).to.equal(BYTES)
    expect(link.writeBufferLength).to.equal(0)
  })

  it('that came before anybody listened are there', () => {
    carrier.receiveCompressed(BYTES, Uint8Array.of(1, 2))
    attach()
    carrier.receiveCompressed(BYTES, Uint8Array.of(3))

    expect(received).to.deep.equal(['1', '2', '3'])
  })

  it('that come while it is paused are kept until it is not', () => {
    attach()
    link.pause()
    carrier.receiveCompressed(BYTES, Uint8Array.of(1))
    carrier.receiveCompressed(BYTES, Uint8Array.of(2))
    expect(received).to.deep.equal([])

    link.resume()
    expect(received).to.deep.equal(['1', '2'])
  })

  it('end the session with 0x02 where what runs on them has lost its way', async () => {
    attach()
    const err = new Error('no frame of mine')
    link.abort(err)

    expect(running.session.end).to.deep.include({ by: 'local', reason: 0x02, error: err })
  })

  it('are closed on this side alone', async () => {
    attach()
    await expect(link.close({ signal: AbortSignal.abort(new Error('not now')) })).to.eventually.be.rejectedWith('not now')
    expect(link.status).to.equal('open')
    await link.close()

    expect(link.status).to.equal('closed')
    expect(running.session.end).to.equal(undefined)
  })

  it('end with the session, and with why that ended', () => {
    attach()
    let error: Error | undefined
    link.addEventListener('close', (event) => { error = event.error })
    carrier.receiveCompressed(1, Uint8Array.of(0xc1, 0x04))

    expect(error).to.have.property('reason', 0x04)
  })
})
