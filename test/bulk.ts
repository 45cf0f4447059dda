import { expect } from 'aegir/chai'
import { pipe } from 'it-pipe'
import { initiator, recipient } from '../src/codec/index.ts'
import { defaultCrypto } from '../src/crypto/index.ts'
import { MAX_SENT_FRAME_SIZE } from '../src/frame/index.ts'
import { chunksOf } from './fixtures/chunks.ts'
import { digest, megabytes } from './fixtures/codec-bulk.ts'
import { INITIATOR_KEY, nodeId, RECIPIENT_KEY } from './fixtures/codec-keys.ts'
import { closed, createSockets, plugSocket } from './fixtures/codec-sockets.ts'
import { direction } from './fixtures/frames.ts'
import { seededRandom } from './fixtures/seeded-random.ts'
import './encrypter/compliance.ts'
import './muxer/compliance.ts'
import './node/bulk/crossing.ts'
import './node/bulk/encrypter.ts'
import './node/bulk/sleeping-reader.ts'
import './node/bulk/stalled-peer.ts'
import './node/bulk/two-hundred-peers.ts'
import './node/composition/neighbours.ts'
import './node/composition/protocols.ts'
import './node/composition/table.ts'
import './node/faults/aborts.ts'
import './node/faults/bytes.ts'
import './node/faults/kills.ts'
import './node/faults/stages.ts'
import './node/hostile/crowds.ts'
import './node/hostile/floods.ts'
import './node/p2p/backpressure.ts'
import './node/p2p/disconnects.ts'
import './node/transport/compliance.ts'

const DATA = seededRandom(100).bytes(50)

// all of these move much data, and are run without coverage, which makes hashing ten times slower

describe('codecs over sockets, in bulk', function () {
  this.timeout(300_000)

  it('carry 64 MiB each way at once, with equal hashes', async () => {
    const [nearSocket, farSocket] = await createSockets()
    const near = initiator({ privateKey: INITIATOR_KEY, remoteId: nodeId(RECIPIENT_KEY) })
    const far = recipient({ privateKey: RECIPIENT_KEY })
    const piped = [plugSocket(nearSocket, near), plugSocket(farSocket, far)]

    // both sides share one thread here, which whoever is through first would keep busy
    const [{ remoteId: farId }, { remoteId: nearId }] = await Promise.all([near.session, far.session])
    expect(farId).to.equalBytes(nodeId(RECIPIENT_KEY))
    expect(nearId).to.equalBytes(nodeId(INITIATOR_KEY))

    const [answers, requests] = await Promise.all([
      pipe(megabytes(64, 1), near.messages, digest),
      pipe(megabytes(64, 2), far.messages, digest)
    ])

    expect(requests).to.equal(await digest(megabytes(64, 1)))
    expect(answers).to.equal(await digest(megabytes(64, 2)))
    await Promise.all([...piped, closed(nearSocket), closed(farSocket)])
  })
})

describe('a frame', function () {
  this.timeout(300_000)

  it('may be the largest that is sent', () => {
    const { encoder, decoder } = direction()
    const data = new Uint8Array(MAX_SENT_FRAME_SIZE)
    data.set(DATA)
    data.set(DATA, data.byteLength - DATA.byteLength)

    for (const chunk of chunksOf(encoder.encode(data), () => 65_536)) {
      expect(decoder.read()).to.be.undefined()
      decoder.append(chunk)
    }

    const received = decoder.read()

    expect(received).to.have.property('byteLength', MAX_SENT_FRAME_SIZE)
    expect(defaultCrypto.equal(received ?? new Uint8Array(), data)).to.be.true()
    expect(decoder.buffered).to.equal(0)

    decoder.append(encoder.encode(DATA))
    expect(decoder.read()).to.equalBytes(DATA)
  })
})
