import { multiaddr } from '@multiformats/multiaddr'
import { expect } from 'aegir/chai'
import { MAX_FORGERS } from '../../src/transport/constants.ts'
import { ForgedHandshakes } from '../../src/transport/forged-handshakes.ts'
import { Clock } from '../fixtures/p2p-clock.ts'
import type { Multiaddr } from '@multiformats/multiaddr'

const ADDRESS = multiaddr('/ip4/1.2.3.4/tcp/1')

function named (name: string): Error {
  return Object.assign(new Error(), { name })
}

describe('forged handshakes', () => {
  let clock: Clock

  beforeEach(() => {
    clock = new Clock()
  })

  afterEach(() => {
    clock.restore()
  })

  for (const name of ['HandshakeDecryptionError', 'InvalidAuthError', 'BadHeaderMacError', 'BadFrameMacError']) {
    it(`are those that fail with ${name}`, () => {
      const forged = new ForgedHandshakes(2)
      forged.note(ADDRESS, named(name))
      expect(forged.tooMany(ADDRESS)).to.equal(false)
      forged.note(ADDRESS, named(name))
      expect(forged.tooMany(ADDRESS)).to.equal(true)
    })
  }

  for (const name of ['InvalidHandshakeSizeError', 'HandshakeTimeoutError', 'HandshakeClosedError', 'DisconnectError', 'UselessPeerError']) {
    it(`are not those that fail with ${name}, which cost next to nothing or were made with a key`, () => {
      const forged = new ForgedHandshakes(1)
      forged.note(ADDRESS, named(name))

      expect(forged.tooMany(ADDRESS)).to.equal(false)
    })
  }

  it('are counted by address, whatever the port, or by IPv6 network', () => {
    const forged = new ForgedHandshakes(1)
    forged.note(ADDRESS, named('InvalidAuthError'))
    forged.note(multiaddr('/ip6/2001:db8:1:2::1/tcp/1'), named('InvalidAuthError'))

    expect(['/ip4/1.2.3.4/tcp/2', '/ip4/1.2.3.5/tcp/1', '/ip6/2001:db8:1:2::5/tcp/1', '/ip6/2001:db8:1:3::1/tcp/1']
      .map(address => forged.tooMany(multiaddr(address)))).to.deep.equal([true, false, true, false])
  })

  it('are forgotten after a minute', () => {
    const forged = new ForgedHandshakes(1)
    clock.tick(59_000)
    forged.note(ADDRESS, named('InvalidAuthError'))
    expect(forged.tooMany(ADDRESS)).to.equal(true)
    clock.tick(1_000)
    expect(forged.tooMany(ADDRESS)).to.equal(false)
  })

  it('are forgotten where there is one of another address in the meantime', () => {
    const forged = new ForgedHandshakes(1)
    forged.note(ADDRESS, named('InvalidAuthError'))
    clock.tick(60_000)
    forged.note(multiaddr('/ip4/1.2.3.5/tcp/1'), named('InvalidAuthError'))

    expect(forged.tooMany(ADDRESS)).to.equal(false)
    expect(forged.tooMany(multiaddr('/ip4/1.2.3.5/tcp/1'))).to.equal(true)
  })

  it('are counted for a number of addresses, those of which there was one last', () => {
    const forged = new ForgedHandshakes(1)
    const address = (index: number): Multiaddr => multiaddr(`/ip4/10.0.${index >> 8}.${index & 0xff}/tcp/1`)

    for (const index of [...Array(MAX_FORGERS).keys(), 0, MAX_FORGERS]) {
      forged.note(address(index), named('InvalidAuthError'))
    }

    expect([0, 1, 2, MAX_FORGERS].map(index => forged.tooMany(address(index)))).to.deep.equal([true, false, true, true])
  })
})
