import { generateKeyPair } from '@libp2p/crypto/keys'
import tests from '@libp2p/interface-compliance-tests/connection-encryption'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { echo, multiaddrConnectionPair } from '@libp2p/utils'
import { expect } from 'aegir/chai'
import { pEvent } from 'p-event'
import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'
import { rlpx } from '../../src/encrypter/index.ts'
import { createEncrypter } from '../fixtures/ed25519-encrypter.ts'
import type { ConnectionEncrypter, PeerId } from '@libp2p/interface'

describe('rlpx as a connection encrypter of libp2p', function () {
  this.timeout(120_000)

  tests({
    async setup (args) { return createEncrypter(args?.privateKey ?? await generateKeyPair('Ed25519')) },
    async teardown () {}
  })
})

// the cases of that suite, with the keys that RLPx has
describe('rlpx with secp256k1 identities', function () {
  this.timeout(120_000)

  const CHUNKS = 10_000
  let local: { encrypter: ConnectionEncrypter, peerId: PeerId }
  let remote: { encrypter: ConnectionEncrypter, peerId: PeerId }

  async function create (): Promise<{ encrypter: ConnectionEncrypter, peerId: PeerId }> {
    const privateKey = await generateKeyPair('secp256k1')

    return { encrypter: rlpx()({ privateKey }), peerId: peerIdFromPrivateKey(privateKey) }
  }

  before(async () => {
    [local, remote] = [await create(), await create()]
  })

  it('echoes many small chunks, all of them before it is closed', async () => {
    const [outbound, inbound] = multiaddrConnectionPair()
    const [ours, theirs] = await Promise.all([
      local.encrypter.secureOutbound(outbound, { remotePeer: remote.peerId }),
      remote.encrypter.secureInbound(inbound)
    ])

    expect(ours.remotePeer.equals(remote.peerId)).to.equal(true)
    expect(theirs.remotePeer.equals(local.peerId)).to.equal(true)
    echo(theirs.connection).catch(() => {})

    const input = Array.from({ length: CHUNKS }, (_, i) => fromString(`chunk ${i}`))
    const output: Uint8Array[] = []
    ours.connection.addEventListener('message', ({ data }) => { output.push(data.subarray()) })

    for (const chunk of input) {
      if (!ours.connection.send(chunk)) {
        await pEvent(ours.connection, 'drain')
      }
    }

    await ours.connection.close()
    expect(concat(output)).to.equalBytes(concat(input))
  })

  it('refuses whoever is not the one that was expected', async () => {
    const [outbound, inbound] = multiaddrConnectionPair()
    const { peerId } = await create()
    const securing = Promise.all([
      remote.encrypter.secureInbound(inbound, { remotePeer: peerId }),
      local.encrypter.secureOutbound(outbound, { remotePeer: remote.peerId })
    ])

    await expect(securing).to.eventually.be.rejected.with.property('name', 'UnexpectedPeerError')
  })
})
