import { expect } from 'aegir/chai'
import { connectNodes, createNode, rlpxAddress, stopNodes } from '../../fixtures/libp2p-nodes.ts'
import type { ConnectionGater } from '@libp2p/interface'

const HOOKS: Array<keyof ConnectionGater> = [
  'denyDialPeer', 'denyDialMultiaddr',
  'denyInboundConnection', 'denyInboundEncryptedConnection', 'denyInboundUpgradedConnection',
  'denyOutboundConnection', 'denyOutboundEncryptedConnection', 'denyOutboundUpgradedConnection',
  'denyInboundRelayReservation', 'denyOutboundRelayedConnection', 'denyInboundRelayedConnection',
  'filterMultiaddrForPeer'
]

interface RecordedGater {
  connectionGater: ConnectionGater

  /** Each call: the hook, then its arguments, a connection by its direction and address. */
  calls: string[][]
}

/** A gater that lets everything pass. */
function recordGater (): RecordedGater {
  const calls: string[][] = []

  const describeArgument = (argument: any): string => {
    return argument.remoteAddr == null ? `${argument}` : `${argument.direction} ${argument.remoteAddr}`
  }

  const hooks = HOOKS.map(name => [name, (...args: unknown[]) => {
    // the peer store says more than the hook is documented to be told
    calls.push([name, ...args.slice(0, 2).map(describeArgument)])

    return name === 'filterMultiaddrForPeer'
  }])

  return { connectionGater: Object.fromEntries(hooks), calls }
}

describe('the connection gater, of RLPx connections', () => {
  afterEach(stopNodes)

  it('is asked of a dial: the peer, its address, the connection, encrypted, with streams, and the address to keep', async () => {
    const { connectionGater, calls } = recordGater()
    const [node, other] = [await createNode({ options: { connectionGater } }), await createNode()]
    await connectNodes(node, other)

    const [peerId, address] = [`${other.peerId}`, `${rlpxAddress(other)}`]
    expect(calls).to.deep.equal([
      ['denyDialPeer', peerId],
      ['denyDialMultiaddr', address],
      ['denyOutboundConnection', peerId, `outbound ${address}`],
      ['denyOutboundEncryptedConnection', peerId, `outbound ${address}`],
      ['denyOutboundUpgradedConnection', peerId, `outbound ${address}`],
      ['filterMultiaddrForPeer', peerId, address]
    ])
  })

  it('is asked of a connection that comes in: by whoever it is, then by who it has proven to be, encrypted, with streams', async () => {
    const { connectionGater, calls } = recordGater()
    const [node, other] = [await createNode(), await createNode({ options: { connectionGater } })]
    const [, accepted] = await connectNodes(node, other)

    const [peerId, address] = [`${node.peerId}`, `${accepted.remoteAddr}`]
    expect(address).to.match(/^\/ip4\/127\.0\.0\.1\/tcp\/\d+\/rlpx\/p2p\/16Uiu2/)
    expect(calls).to.deep.equal([
      ['denyInboundConnection', `inbound ${accepted.remoteAddr.decapsulate('/rlpx')}`],
      ['denyInboundConnection', `inbound ${address}`],
      ['denyInboundEncryptedConnection', peerId, `inbound ${address}`],
      ['denyInboundUpgradedConnection', peerId, `inbound ${address}`]
    ])
  })

  it('is asked of peers and addresses before a socket is opened', async () => {
    const other = await createNode()

    for (const connectionGater of [{ denyDialPeer: () => true }, { denyDialMultiaddr: () => true }]) {
      const stages: string[] = []
      const node = await createNode({ options: { connectionGater } })
      const dial = node.dial(rlpxAddress(other), { onProgress: ({ type }) => { stages.push(type) } })

      await expect(dial).to.eventually.be.rejected.with.property('name', 'DialDeniedError')
      expect(stages.at(-1)).to.equal('dial-queue:start-dial')
    }
  })

  it('keeps an address out of the peer store, and the connection goes on', async () => {
    const node = await createNode({ options: { connectionGater: { filterMultiaddrForPeer: () => false } } })
    const other = await createNode()
    const [connection] = await connectNodes(node, other)

    expect(connection.status).to.equal('open')
    expect(await node.peerStore.get(other.peerId)).to.have.property('addresses').that.is.empty()
  })
})
