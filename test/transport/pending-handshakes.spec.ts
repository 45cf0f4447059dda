import { multiaddr } from '@multiformats/multiaddr'
import { expect } from 'aegir/chai'
import { PendingHandshakes } from '../../src/transport/pending-handshakes.ts'

describe('pending handshakes', () => {
  /** Of several addresses, with room for one handshake each, those that get in. */
  function entering (...addresses: string[]): string[] {
    const pending = new PendingHandshakes({ max: 50, maxPerAddress: 1 })

    return addresses.filter(address => pending.enter(multiaddr(address)) != null)
  }

  it('are limited in all', () => {
    const pending = new PendingHandshakes({ max: 2, maxPerAddress: 2 })
    pending.enter(multiaddr('/ip4/1.2.3.4/tcp/1'))
    pending.enter(multiaddr('/ip4/1.2.3.5/tcp/1'))

    expect(pending.count).to.equal(2)
    expect(pending.enter(multiaddr('/ip4/1.2.3.6/tcp/1'))).to.equal(undefined)
    expect(pending.count).to.equal(2)
  })

  it('are limited for each address, whatever the port', () => {
    expect(entering('/ip4/1.2.3.4/tcp/1', '/ip4/1.2.3.4/tcp/2', '/ip4/1.2.3.5/tcp/1'))
      .to.deep.equal(['/ip4/1.2.3.4/tcp/1', '/ip4/1.2.3.5/tcp/1'])
  })

  it('make room as they leave', () => {
    const pending = new PendingHandshakes({ max: 2, maxPerAddress: 2 })
    const address = multiaddr('/ip4/1.2.3.4/tcp/1')
    const leave = [pending.enter(address), pending.enter(address)]
    expect(pending.enter(address)).to.equal(undefined)

    leave.forEach((leave) => { leave?.() })
    expect(pending.count).to.equal(0)
    expect(pending.enter(address)).to.be.a('function')
    expect(pending.enter(address)).to.be.a('function')
    expect(pending.enter(address)).to.equal(undefined)
  })

  const networks: Array<[title: string, one: string, other: string]> = [
    ['written out', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2:ffff:ffff:ffff:ffff'],
    ['with zeros left out at the end', '2001:db8:1:2::', '2001:db8:1:2::1'],
    ['with zeros left out in the network', '2001:db8::5', '2001:db8:0:0:1:2:3:4'],
    ['with zeros left out at the beginning', '::1', '::2:0:0:1']
  ]

  for (const [title, one, other] of networks) {
    it(`are those of a whole IPv6 network of 64 bits, ${title}`, () => {
      expect(entering(`/ip6/${one}/tcp/1`, `/ip6/${other}/tcp/1`)).to.have.lengthOf(1)
    })
  }

  it('of other IPv6 networks are others', () => {
    const addresses = ['2001:db8:1:2::1', '2001:db8:1:3::1', '2001:db8:1::1', '2001:db8::1:2:0:1', '::1']
      .map(address => `/ip6/${address}/tcp/1`)

    expect(entering(...addresses)).to.deep.equal(addresses)
  })

  it('of IPv4 addresses that are written as IPv6 are others', () => {
    const addresses = ['/ip6/::ffff:1.2.3.4/tcp/1', '/ip6/::ffff:1.2.3.5/tcp/1']

    expect(entering(...addresses, ...addresses)).to.deep.equal(addresses)
  })

  it('need no IP address', () => {
    expect(entering('/memory/a', '/memory/b', '/memory/a')).to.deep.equal(['/memory/a', '/memory/b'])
  })
})
