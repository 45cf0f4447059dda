import { multiaddr, registry } from '@multiformats/multiaddr'
import { TCP } from '@multiformats/multiaddr-matcher'
import { expect } from 'aegir/chai'
import { CODE_RLPX, enodeToMultiaddr, multiaddrToEnode, nodeIdFromHex, parseEnode, RLPX } from '../../src/identity/index.ts'

const ID = '79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8'
const PEER_ID = '16Uiu2HAm3cuhhRL2msUuLF62KRSfneFDx94RsuouyW25Ho42cFMq'
const ED25519_PEER_ID = '12D3KooWGzxzKZYveHXtpG6AsrUJBcWxHBFS2HsEoGTxrMLvKXtf'

describe('/rlpx', () => {
  it('is registered, with a code for private use', () => {
    expect(registry.getProtocol('rlpx')).to.deep.equal({ code: CODE_RLPX, name: 'rlpx' })
    expect(registry.getProtocol(CODE_RLPX).name).to.equal('rlpx')
    expect(CODE_RLPX).to.be.within(0x300000, 0x3fffff)
  })

  it('goes from text to bytes and back', () => {
    const address = multiaddr(`/ip4/127.0.0.1/tcp/30303/rlpx/p2p/${PEER_ID}`)

    expect(multiaddr(address.bytes).toString()).to.equal(`/ip4/127.0.0.1/tcp/30303/rlpx/p2p/${PEER_ID}`)
    expect(address.getComponents()[2]).to.include({ code: CODE_RLPX, name: 'rlpx' })
  })
})

describe('RLPX', () => {
  for (const socket of [
    '/ip4/127.0.0.1/tcp/30303',
    '/ip4/0.0.0.0/tcp/0',
    '/ip6/::1/tcp/30303',
    '/ip6zone/eth0/ip6/fe80::1/tcp/30303',
    '/dns/example.org/tcp/30303',
    '/dns4/example.org/tcp/30303',
    '/dns6/example.org/tcp/30303',
    '/dnsaddr/example.org/tcp/30303',
    '/ip4/127.0.0.1/tcp/80/ws',
    '/dns4/example.org/tcp/443/wss',
    '/dns4/example.org/tcp/443/tls/ws',
    '/dns4/example.org/tcp/443/tls/sni/example.org/ws',
    '/memory/node'
  ]) {
    it(`matches ${socket}/rlpx`, () => {
      for (const address of [`${socket}/rlpx`, `${socket}/rlpx/p2p/${PEER_ID}`]) {
        expect(RLPX.matches(multiaddr(address)), address).to.be.true()
        expect(RLPX.exactMatch(multiaddr(address)), address).to.be.true()
        expect(TCP.exactMatch(multiaddr(address)), address).to.be.false()
      }
    })
  }

  for (const address of [
    '/ip4/127.0.0.1/tcp/30303',
    `/ip4/127.0.0.1/tcp/30303/p2p/${PEER_ID}`,
    '/ip4/127.0.0.1/rlpx',
    '/ip4/127.0.0.1/udp/30303/rlpx',
    '/ip4/127.0.0.1/udp/30303/quic-v1/rlpx',
    '/ip4/127.0.0.1/tcp/443/tls/rlpx',
    '/ip4/127.0.0.1/ws/rlpx',
    `/ip4/127.0.0.1/tcp/30303/p2p/${PEER_ID}/rlpx`,
    `/ip4/127.0.0.1/tcp/4001/p2p/${PEER_ID}/p2p-circuit/rlpx`,
    '/memory/node',
    '/memory/node/tcp/30303/rlpx',
    '/unix/%2Ftmp%2Fsocket/rlpx',
    '/rlpx'
  ]) {
    it(`does not match ${address}`, () => {
      expect(RLPX.matches(multiaddr(address))).to.be.false()
      expect(RLPX.exactMatch(multiaddr(address))).to.be.false()
    })
  }

  it('matches exactly only where nothing follows', () => {
    for (const address of ['/ip4/127.0.0.1/tcp/30303/rlpx/ws', `/ip4/127.0.0.1/tcp/30303/rlpx/p2p/${PEER_ID}/p2p-circuit`]) {
      expect(RLPX.matches(multiaddr(address)), address).to.be.true()
      expect(RLPX.exactMatch(multiaddr(address)), address).to.be.false()
    }
  })

  it('does not match nothing', () => {
    expect(RLPX.matches(undefined)).to.be.false()
  })
})

describe('enodeToMultiaddr and multiaddrToEnode', () => {
  for (const [host, address] of [
    ['1.2.3.4', '/ip4/1.2.3.4'],
    ['[::1]', '/ip6/::1'],
    ['[2001:db8::1]', '/ip6/2001:db8::1'],
    ['example.org', '/dns/example.org'],
    ['1.2.3.4a', '/dns/1.2.3.4a'],
    ['valid.', '/dns/valid.']
  ]) {
    it(`are inverse for ${host}`, () => {
      const [url, ma] = [`enode://${ID}@${host}:30303`, `${address}/tcp/30303/rlpx/p2p/${PEER_ID}`]

      expect(enodeToMultiaddr(url).toString()).to.equal(ma)
      expect(enodeToMultiaddr(parseEnode(url)).toString()).to.equal(ma)
      expect(RLPX.exactMatch(enodeToMultiaddr(url))).to.be.true()
      expect(multiaddrToEnode(ma)).to.equal(url)
      expect(multiaddrToEnode(multiaddr(ma))).to.equal(url)
    })
  }

  it('have no place for the discovery port', () => {
    expect(enodeToMultiaddr(`enode://${ID}@1.2.3.4:30303?discport=30301`).toString())
      .to.equal(`/ip4/1.2.3.4/tcp/30303/rlpx/p2p/${PEER_ID}`)
  })

  for (const protocol of ['dns4', 'dns6']) {
    it(`take a /${protocol} name`, () => {
      expect(multiaddrToEnode(`/${protocol}/example.org/tcp/1/rlpx/p2p/${PEER_ID}`)).to.equal(`enode://${ID}@example.org:1`)
    })
  }

  it('read addresses from bytes', () => {
    const url = `enode://${ID}@[::1]:30303`

    expect(multiaddrToEnode(multiaddr(enodeToMultiaddr(url).bytes))).to.equal(url)
  })
})

describe('enodeToMultiaddr refuses', () => {
  it('what is no enode URL', () => {
    expect(() => enodeToMultiaddr('/ip4/127.0.0.1/tcp/30303')).to.throw('enode://').with.property('name', 'InvalidEnodeError')
  })

  it('a node that takes no connections', () => {
    expect(() => enodeToMultiaddr(`enode://${ID}@127.0.0.1:0?discport=30301`))
      .to.throw('TCP port 0').with.property('name', 'InvalidEnodeError')
  })

  it('a host that would become more than a host', () => {
    expect(() => enodeToMultiaddr({ id: nodeIdFromHex(ID), host: 'a/tcp/1', tcpPort: 2, udpPort: 2 }))
      .to.throw('host').with.property('name', 'InvalidEnodeError')
  })
})

describe('multiaddrToEnode refuses', () => {
  for (const address of [
    '/ip4/127.0.0.1/tcp/30303/rlpx',
    `/ip4/127.0.0.1/tcp/30303/p2p/${PEER_ID}`,
    `/ip4/127.0.0.1/tcp/30303/ws/rlpx/p2p/${PEER_ID}`,
    `/ip4/127.0.0.1/udp/30303/rlpx/p2p/${PEER_ID}`,
    `/ip6zone/eth0/ip6/fe80::1/tcp/30303/rlpx/p2p/${PEER_ID}`,
    `/dnsaddr/example.org/tcp/30303/rlpx/p2p/${PEER_ID}`,
    `/memory/node/rlpx/p2p/${PEER_ID}`,
    `/ip4/127.0.0.1/tcp/30303/rlpx/p2p/${PEER_ID}/p2p-circuit`,
    '/'
  ]) {
    it(address.replace(PEER_ID, '…'), () => {
      expect(() => multiaddrToEnode(address)).to.throw('/rlpx/p2p/').with.property('name', 'InvalidMultiaddrError')
    })
  }

  for (const address of ['', 'ip4', '/ip5/127.0.0.1', '/ip4/127.0.0/tcp/1/rlpx', `/ip4/127.0.0.1/tcp/x/rlpx/p2p/${PEER_ID}`, '/tcp']) {
    it(`${JSON.stringify(address.replace(PEER_ID, '…'))}, which is no address`, () => {
      expect(() => multiaddrToEnode(address)).to.throw().with.property('name', 'InvalidMultiaddrError')
    })
  }

  it('a /p2p part that is no peer id', () => {
    expect(() => multiaddrToEnode('/ip4/127.0.0.1/tcp/30303/rlpx/p2p/111'))
      .to.throw('not a peer id').with.property('name', 'InvalidMultiaddrError')
  })

  it('a peer id of another key', () => {
    expect(() => multiaddrToEnode(`/ip4/127.0.0.1/tcp/30303/rlpx/p2p/${ED25519_PEER_ID}`))
      .to.throw('Ed25519').with.property('name', 'UnsupportedKeyTypeError')
  })

  it('a name that is no DNS name', () => {
    expect(() => multiaddrToEnode(`/dns/a b/tcp/1/rlpx/p2p/${PEER_ID}`)).to.throw('host').with.property('name', 'InvalidEnodeError')
  })
})
