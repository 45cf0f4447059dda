import { expect } from 'aegir/chai'
import { Uint8ArrayList } from 'uint8arraylist'
import { defaultCrypto } from '../../src/crypto/index.ts'
import { initiate, respond } from '../../src/handshake/index.ts'
import { encryptionHandshake } from '../../src/p2p/encryption-handshake.ts'
import { RecordingBytes } from '../fixtures/p2p-frames.ts'

describe('encryptionHandshake', () => {
  const privateKey = defaultCrypto.importPrivateKey(new Uint8Array(32).fill(1))
  const remoteKey = defaultCrypto.importPrivateKey(new Uint8Array(32).fill(2))

  it('goes on where the link has room again', async () => {
    const bytes = new RecordingBytes()
    const shaking = encryptionHandshake(bytes, respond({ privateKey: remoteKey }), {})
    const initiator = initiate({ privateKey, remoteId: remoteKey.publicKey })

    bytes.listener?.onDrain()
    bytes.listener?.onReceive(new Uint8ArrayList(initiator.opening ?? new Uint8Array()))

    expect((await shaking).remoteId).to.equalBytes(privateKey.publicKey)
    expect(initiator.receive(bytes.sent[0])).to.have.property('remoteId')
  })

  it('fails with what the link fails with, and destroys it', async () => {
    const bytes = new RecordingBytes()
    const shaking = encryptionHandshake(bytes, respond({ privateKey: remoteKey }), {})
    bytes.listener?.onFail(new Error('makes no sense'))

    await expect(shaking).to.eventually.be.rejectedWith('makes no sense')
    expect(bytes.calls).to.include('destroy makes no sense')
  })
})
