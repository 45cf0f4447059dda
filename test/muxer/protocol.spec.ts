import { streamPair } from '@libp2p/utils'
import { expect } from 'aegir/chai'
import { guardProtocol, isCapability, protocolOf } from '../../src/muxer/protocol.ts'
import type { AbstractStream } from '@libp2p/utils'

const CAPABILITIES = [{ name: 'eth', version: 69 }, { name: 'snap', version: 1 }]

describe('a capability as a protocol of libp2p', () => {
  it('is its name and its version', () => {
    expect(protocolOf({ name: 'eth', version: 69 })).to.equal('/eth/69')
    expect(protocolOf({ name: 'snap', version: 1 })).to.equal('/snap/1')
  })

  for (const protocol of ['/eth/69', '/eth/68', '/eth/1000', '/snap/1']) {
    it(`is ${protocol}`, () => {
      expect(isCapability(protocol, CAPABILITIES)).to.equal(true)
    })
  }

  const others = [
    undefined, '', 'eth/69', '/eth', '/eth/', '/eth/69/', '/eth/69/x', '/x/eth/69',
    '/eth/x', '/eth/-1', '/ETH/69', '/les/4', '/ipfs/ping/1.0.0'
  ]

  for (const protocol of others) {
    it(`is not ${protocol === '' ? 'nothing' : protocol}`, () => {
      expect(isCapability(protocol, CAPABILITIES)).to.equal(false)
    })
  }

  it('is none where there are none', () => {
    expect(isCapability('/eth/69', [])).to.equal(false)
  })
})

async function createGuarded (): Promise<AbstractStream> {
  const [pair] = await streamPair()

  return guardProtocol(pair as AbstractStream, CAPABILITIES)
}

describe('a stream of libp2p/1', () => {
  it('keeps the protocol that it has', async () => {
    const [pair] = await streamPair()
    pair.protocol = '/ipfs/ping/1.0.0'

    expect(guardProtocol(pair as AbstractStream, CAPABILITIES).protocol).to.equal('/ipfs/ping/1.0.0')
  })

  it('takes any protocol that is no capability', async () => {
    const stream = await createGuarded()
    stream.protocol = '/ipfs/id/1.0.0'

    expect(stream.protocol).to.equal('/ipfs/id/1.0.0')
    expect(Object.keys(stream)).to.include('protocol')
  })

  it('does not take a capability, of any version', async () => {
    const stream = await createGuarded()
    const before = stream.protocol

    for (const protocol of ['/eth/69', '/eth/1', '/snap/1']) {
      expect(() => { stream.protocol = protocol }).to.throw(protocol).with.property('name', 'UnsupportedProtocolError')
      expect(stream.protocol).to.equal(before)
    }
  })
})
