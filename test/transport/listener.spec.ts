import { defaultLogger } from '@libp2p/logger'
import { memory } from '@libp2p/memory'
import { multiaddr } from '@multiformats/multiaddr'
import { expect } from 'aegir/chai'
import { RlpxListener } from '../../src/transport/listener.ts'
import { LOCAL_ID } from '../fixtures/p2p-hello.ts'
import type { Multiaddr } from '@multiformats/multiaddr'

describe('a listener for /rlpx addresses', () => {
  it('tells the one below of its own announced addresses, as that knows them', () => {
    const told: string[] = []
    const inner = memory()({ logger: defaultLogger() } as any).createListener({} as any)
    inner.updateAnnounceAddrs = (addresses: Multiaddr[]) => { told.push(...addresses.map(String)) }
    const listener = new RlpxListener({ inner, id: LOCAL_ID, announce: true })
    listener.updateAnnounceAddrs(['/ip4/1.2.3.4/tcp/1/rlpx', '/ip4/1.2.3.4/tcp/2'].map(address => multiaddr(address)))

    expect(told).to.deep.equal(['/ip4/1.2.3.4/tcp/1'])
  })
})
