import { generateKeyPair } from '@libp2p/crypto/keys'
import { keccak_256 as keccak256 } from '@noble/hashes/sha3.js'
import { expect } from 'aegir/chai'
import { ETH_68, ETH_69, ETH_70, ETH_71, ETH_72, exchangeStatus } from '../../src/eth/index.ts'
import { disconnect, disconnectReasonOf, DisconnectReason, enodeToMultiaddr, helloOf, nodeIdFromPeerId, openCapability, pingPeer, sessionEndOf } from '../../src/index.ts'
import { createNode, stopNodes } from '../fixtures/libp2p-nodes.ts'
import { failureOf } from '../fixtures/p2p-peers.ts'
import { requestBodies, requestHeaders } from './chain/request.ts'
import { readClients } from './client.ts'
import { DIRECTIONS, nameOffer } from './meet.ts'
import { dialAsAnother, withAnotherKey } from './peer.ts'
import type { RunningClient } from './client.ts'
import type { Status } from '../../src/eth/index.ts'
import type { Capability, CapabilityMessages } from '../../src/p2p/index.ts'
import type { Node } from '../fixtures/libp2p-nodes.ts'
import type { Connection } from '@libp2p/interface'

const VERSIONS = [ETH_68, ETH_69, ETH_70, ETH_71, ETH_72]

const clients = await readClients()

/** The ends of what is shared, and all of it at once. */
function offersOf (shared: Capability[]): Capability[][] {
  return shared.length > 1 ? [[shared[0]], [shared[shared.length - 1]], shared] : [shared]
}

clients.forEach(({ name, start, expectations }) => {
  describe(`a libp2p node and ${name}`, function () {
    this.timeout(120_000)

    const { clientId, versions, directions, reasons } = expectations
    const shared = VERSIONS.filter(({ version }) => versions.includes(version))
    const conversations = directions.flatMap(direction => offersOf(shared).map(capabilities => ({ direction, capabilities })))
    let client: RunningClient

    before(async () => {
      client = await start()
    })

    afterEach(stopNodes)

    after(async () => {
      await client.stop()
    })

    conversations.forEach(({ direction, capabilities }) => {
      it(`talk where ${direction} and we offer ${nameOffer(capabilities)}: Hello, Status, a block, Ping, Disconnect`, async () => {
        const { node, connection, messages } = await DIRECTIONS[direction](client, capabilities)
        expect(helloOf(connection).clientId).to.match(clientId)
        expect(connection.direction).to.equal(direction === 'we dial' ? 'outbound' : 'inbound')

        const { version } = messages.capability
        expect(version).to.equal(capabilities[capabilities.length - 1].version)

        const status = await exchangeStatus(messages, 'mirror')
        expect(status).to.deep.include({ version, ...expectations.status })
        await expectHead(messages, status)
        expect(await pingPeer(connection)).to.be.greaterThan(0)

        await disconnectAndTell(node, connection, DisconnectReason.requested)
      })
    })

    Object.entries(DisconnectReason).forEach(([reasonName, reason]) => {
      it(`part where we disconnect with "${reasonName}"`, async () => {
        const node = await createNode({ rlpx: { capabilities: shared } })
        await disconnectAndTell(node, await introduce(node), reason)
      })
    })

    it('part where the node stops, with "quitting"', async () => {
      const node = await createNode({ rlpx: { capabilities: shared } })
      await introduce(node)
      await node.stop()
      await expectTold(node, DisconnectReason.quitting)
    })

    it('do not stay together where another node with the same key is connected', async () => {
      const privateKey = await generateKeyPair('secp256k1')
      const [node, twin] = await Promise.all([0, 1].map(async () => createNode({ privateKey, rlpx: { capabilities: shared } })))
      const connection = await introduce(node)

      // in place of Hello, or once there is a Status
      const refused = introduce(twin).then(async connection => (await sessionEndOf(connection)).error)
      expect(disconnectReasonOf(await refused.catch((err) => err))).to.equal(reasons.alreadyConnected)
      expect(node.getConnections()).to.deep.equal([connection])
    })

    it('do not meet where our Hello has another id than our handshake', async () => {
      expect(disconnectReasonOf(await dialAsAnother(client.enode, shared))).to.equal(reasons.unexpectedIdentity)
    })

    it('do not meet where the enode has another key', async () => {
      const node = await createNode({ rlpx: { capabilities: shared } })
      const err = await failureOf(node.dial(enodeToMultiaddr(withAnotherKey(client.enode))))

      // it closes, or it waits for something that it can read
      expect(err).to.have.property('name').that.is.oneOf(['HandshakeClosedError', 'HandshakeTimeoutError'])
      expect(node.getConnections()).to.be.empty()
    })

    it('part where the client stops', async () => {
      const other = await start()
      const node = await createNode({ rlpx: { capabilities: shared } })
      const connection = await introduce(node, other)
      await other.stop()

      const { by, reason } = await sessionEndOf(connection)
      expect({ by, reason }).to.deep.equal({ by: 'remote', reason: reasons.quitting })
      expect(node.getConnections()).to.be.empty()
    })

    /** Dials, and talks until both sides are sure of each other. */
    async function introduce (node: Node, { enode } = client): Promise<Connection> {
      const connection = await node.dial(enodeToMultiaddr(enode))
      const { messages } = await openCapability(connection, 'eth')
      await expectHead(messages, await exchangeStatus(messages, 'mirror'))

      return connection
    }

    async function disconnectAndTell (node: Node, connection: Connection, reason: number): Promise<void> {
      await disconnect(connection, reason)
      expect(await sessionEndOf(connection)).to.include({ by: 'local', reason })
      expect(node.getConnections()).to.be.empty()
      await expectTold(node, reason)
    }

    /** Expects the client to have understood a Disconnect of ours. */
    async function expectTold ({ peerId }: Node, reason: number): Promise<void> {
      const pattern = expectations.disconnected?.(nodeIdFromPeerId(peerId), reason)

      if (pattern != null) {
        await client.logged(pattern)
      }
    }
  })
})

/** Expects a peer to give the block that its Status names. */
async function expectHead (messages: CapabilityMessages, { head }: Status): Promise<void> {
  const headers = await requestHeaders(messages, { origin: head, amount: 1 })
  expect(headers.map(header => keccak256(header))).to.deep.equal([head])
  expect(await requestBodies(messages, [head])).to.have.lengthOf(1)
}
