import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { expect } from 'aegir/chai'
import { LevelDatastore } from 'datastore-level'
import { RLPX } from '../../../src/index.ts'
import { UNCOVERED } from '../../fixtures/child.ts'
import { createNode, rlpxAddress, stockAddress, stopNodes } from '../../fixtures/libp2p-nodes.ts'
import type { PeerStoreOutcomes } from '../../fixtures/discovery-peer-store.ts'
import type { Node, NodeInit } from '../../fixtures/libp2p-nodes.ts'
import type { PeerId, PrivateKey } from '@libp2p/interface'

const CHILD = fileURLToPath(new URL('../../fixtures/discovery-peer-store.ts', import.meta.url))
const PACKAGE = new URL('../../../src/index.ts', import.meta.url).href

// the flags of the test runner are inherited, and some of them warn
const NODE_FLAGS = ['--disable-warning=ExperimentalWarning']

describe('peers with /rlpx addresses in a persistent datastore', function () {
  this.timeout(30_000)

  let folder: string
  let privateKey: PrivateKey
  let ethereum: Node
  let stock: Node

  /** What a node does with the datastore, from its start to its stop. */
  async function run <Result> (init: NodeInit, use: (node: Node) => Promise<Result>): Promise<Result> {
    const datastore = new LevelDatastore(folder)
    await datastore.open()

    try {
      const node = await createNode({ privateKey, stock: true, listen: false, ...init, options: { datastore } })

      return await use(node).finally(async () => node.stop())
    } finally {
      await datastore.close()
    }
  }

  /** The same, in a process that has not imported this package unless it is told to. */
  async function runElsewhere ({ peerId }: Node, ...modules: string[]): Promise<PeerStoreOutcomes> {
    const { stdout } = await promisify(execFile)(process.execPath, [...NODE_FLAGS, CHILD, folder, `${peerId}`, ...modules], { env: UNCOVERED })

    return JSON.parse(stdout)
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'libp2p-rlpx-'))
    privateKey = await generateKeyPair('secp256k1')
    ethereum = await createNode()
    stock = await createNode({ rlpx: null, stock: true })

    await run({}, async (node) => {
      await node.dial(rlpxAddress(ethereum))
      await node.dial(stockAddress(stock))
    })
  })

  afterEach(async () => {
    await stopNodes()
    await rm(folder, { recursive: true })
  })

  it('are dialled by their ids after a restart', async () => {
    await run({}, async (node) => {
      const addresses = await addressesOf(node, ethereum.peerId)
      const connection = await node.dial(ethereum.peerId)

      expect(addresses).to.deep.equal([withoutPeerId(ethereum)])
      expect(connection.remoteAddr.toString()).to.equal(rlpxAddress(ethereum).toString())
    })
  })

  it('are read without rlpxTransport, and cannot be dialled', async () => {
    await run({ rlpx: null }, async (node) => {
      expect(await addressesOf(node, ethereum.peerId)).to.deep.equal([withoutPeerId(ethereum)])
      expect((await node.peerStore.all()).map(({ id }) => `${id}`)).to.include.members([`${ethereum.peerId}`, `${stock.peerId}`])
      expect(await node.dial(stock.peerId)).to.have.property('status', 'open')
      await expect(node.dial(ethereum.peerId)).to.eventually.be.rejected.with.property('name', 'NoValidAddressesError')
    })
  })

  it('are read by a process that imports this package for its registration', async () => {
    const { get, all } = await runElsewhere(ethereum, PACKAGE)

    expect(get).to.equal(withoutPeerId(ethereum))
    expect(all.split(',')).to.include.members([withoutPeerId(ethereum), `${stockAddress(stock).decapsulate('/p2p')}`])
  })

  it('are not read by a process that never imports this package, nor any peer beside them, until they are deleted', async () => {
    expect(await runElsewhere(ethereum)).to.deep.equal({
      get: 'UnknownProtocolError',
      all: 'UnknownProtocolError',
      delete: '',
      allAfterDelete: `${stockAddress(stock).decapsulate('/p2p')}`
    })
  })

  it('leave other peers to be read alone by a process that never imports this package', async () => {
    const { get, all } = await runElsewhere(stock)

    expect(get).to.equal(`${stockAddress(stock).decapsulate('/p2p')}`)
    expect(all).to.equal('UnknownProtocolError')
  })

  it('are found and deleted while this package is there, for those who will do without it', async () => {
    await run({}, async (node) => {
      for (const { id, addresses } of await node.peerStore.all()) {
        if (addresses.some(({ multiaddr }) => RLPX.matches(multiaddr))) {
          await node.peerStore.delete(id)
        }
      }
    })

    expect(await runElsewhere(stock)).to.have.property('all', `${stockAddress(stock).decapsulate('/p2p')}`)
  })
})

async function addressesOf (node: Node, peerId: PeerId): Promise<string[]> {
  const { addresses } = await node.peerStore.get(peerId)

  return addresses.map(({ multiaddr }) => `${multiaddr}`)
}

/** As a peer store keeps the address of a peer. */
function withoutPeerId (node: Node): string {
  return `${rlpxAddress(node).decapsulate('/p2p')}`
}
