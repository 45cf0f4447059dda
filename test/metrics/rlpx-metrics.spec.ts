import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddrConnectionPair } from '@libp2p/utils'
import { expect } from 'aegir/chai'
import { rlpx } from '../../src/encrypter/index.ts'
import { rlpxMetrics } from '../../src/metrics/rlpx-metrics.ts'
import { devp2p } from '../../src/muxer/index.ts'
import { DisconnectReason } from '../../src/p2p/disconnect.ts'
import { SessionClosedError } from '../../src/p2p/errors.ts'
import { abortEnds, createEnds, openEnds } from '../fixtures/muxer-ends.ts'
import { ETH, SNAP } from '../fixtures/p2p-peers.ts'
import { CountingMetrics } from '../fixtures/transport-metrics.ts'

describe('the metrics', () => {
  let metrics: CountingMetrics

  beforeEach(() => {
    metrics = new CountingMetrics()
  })

  afterEach(abortEnds)

  it('are not there where the node has none', () => {
    expect(rlpxMetrics(undefined)).to.equal(undefined)
  })

  it('are registered once, however many parts of a node count', async () => {
    const privateKey = await generateKeyPair('secp256k1')
    rlpx()({ privateKey, metrics })
    devp2p()({ privateKey, metrics })
    rlpxMetrics(metrics)?.setUp('inbound')

    expect([...metrics.groups.keys(), ...metrics.histograms.keys()]).to.deep.equal([
      'libp2p_rlpx_set_ups_total',
      'libp2p_rlpx_disconnects_total',
      'libp2p_rlpx_sent_messages_total',
      'libp2p_rlpx_sent_bytes_total',
      'libp2p_rlpx_received_messages_total',
      'libp2p_rlpx_received_bytes_total',
      'libp2p_rlpx_ping_seconds'
    ])
    expect(metrics.groups.get('libp2p_rlpx_set_ups_total')).to.deep.equal({ 'inbound success': 1 })
  })

  it('of two nodes are apart', () => {
    const other = new CountingMetrics()
    rlpxMetrics(metrics)?.setUp('inbound')
    rlpxMetrics(other)?.setUp('outbound')

    expect(metrics.groups.get('libp2p_rlpx_set_ups_total')).to.deep.equal({ 'inbound success': 1 })
    expect(other.groups.get('libp2p_rlpx_set_ups_total')).to.deep.equal({ 'outbound success': 1 })
  })

  it('name a Disconnect by its reason, its lack of one, or else the error', () => {
    const ours = rlpxMetrics(metrics)
    ours?.ended({ by: 'local', reason: DisconnectReason.tooManyPeers, error: new Error('full') })
    ours?.ended({ by: 'remote', reason: 0x99 })
    ours?.ended({ by: 'remote', reason: 0x9a })
    ours?.ended({ by: 'remote' })
    ours?.ended({ by: 'remote', error: new SessionClosedError() })

    expect(metrics.groups.get('libp2p_rlpx_disconnects_total')).to.deep.equal({
      'local too many peers': 1, 'remote unknown reason': 2, 'remote no reason given': 1, 'remote SessionClosedError': 1
    })
  })

  it('have the time of a Ping in seconds', () => {
    rlpxMetrics(metrics)?.onPong(250)

    expect(metrics.histograms.get('libp2p_rlpx_ping_seconds')).to.deep.equal([0.25])
  })

  it('count what becomes of encrypted connections', async () => {
    const privateKey = await generateKeyPair('secp256k1')
    const stranger = await generateKeyPair('secp256k1')
    const encrypter = rlpx()({ privateKey, metrics })

    for (const key of [privateKey, stranger]) {
      const [outbound, inbound] = multiaddrConnectionPair()

      await Promise.allSettled([
        encrypter.secureOutbound(outbound, { remotePeer: peerIdFromPrivateKey(key) }),
        encrypter.secureInbound(inbound)
      ])
    }

    expect(metrics.groups.get('libp2p_rlpx_set_ups_total')).to.deep.equal({
      'outbound success': 1, 'inbound success': 1, 'outbound HandshakeClosedError': 1, 'inbound HandshakeDecryptionError': 1
    })
  })

  it('count what other protocols send as libp2p/1', async () => {
    const [near, far] = await openEnds({ libp2p: true, components: { metrics } }, { libp2p: true })
    const announced = new Promise((resolve) => { far.muxer.addEventListener('stream', resolve, { once: true }) })
    const stream = await near.open()
    stream.send(Uint8Array.of(1, 2, 3))
    await announced

    expect(metrics.groups.get('libp2p_rlpx_sent_messages_total')).to.have.property('libp2p/1').that.is.at.least(1)
    expect(metrics.groups.get('libp2p_rlpx_sent_bytes_total')).to.have.property('libp2p/1').that.is.at.least(15)
  })

  it('count how sessions of the muxer end, those that share nothing too', async () => {
    const [near] = await openEnds({ components: { metrics } })
    await near.muxer.session.disconnect(DisconnectReason.quitting)
    const [useless] = createEnds({ capabilities: [ETH], components: { metrics } }, { capabilities: [SNAP] })
    await useless.muxer.session.closed

    expect(metrics.groups.get('libp2p_rlpx_disconnects_total')).to.deep.equal({ 'local quitting': 1, 'local useless peer': 1 })
  })
})
