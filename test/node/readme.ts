import { privateKeyFromRaw } from '@libp2p/crypto/keys'
import { expect } from 'aegir/chai'
import { encode } from 'rlp'
import { startForwarder } from '../../examples/browser/forwarder.ts'
import { exchangeStatus } from '../../src/eth/index.ts'
import { capabilityMessages, enodeToMultiaddr, getEnodes, openCapability, parseEnode } from '../../src/index.ts'
import { STATUS } from '../fixtures/eth-status.ts'
import { createNode, stopNodes } from '../fixtures/libp2p-nodes.ts'
import { readExamples, runExample } from '../fixtures/readme.ts'
import type { ExampleInit } from '../fixtures/readme.ts'

const NEW_POOLED_TRANSACTION_HASHES = 8
const HASH = new Uint8Array(32).fill(0xab)

/** The key of the node that the README dials. */
const PRIVATE_KEY = new Uint8Array(32).fill(1, 31)

/** A key for an example. */
const KEY_VALUE = 'new Uint8Array(32).fill(5)'

const NODE_BEFORE = `
import { generateKeyPair } from '@libp2p/crypto/keys'
import { createLibp2p } from 'libp2p'
import { getEnodes, rlpxTransport } from 'libp2p-rlpx'
import { ETH_69 } from 'libp2p-rlpx/eth'
`

const NODE_VALUE = `await createLibp2p({
  privateKey: await generateKeyPair('secp256k1'),
  addresses: { listen: ['/ip4/127.0.0.1/tcp/0/rlpx'] },
  transports: [rlpxTransport({ capabilities: [ETH_69] })]
})`

describe('the examples of the README', function () {
  this.timeout(60_000)

  let examples: Map<string, string>
  const run = new Set<string>()

  before(async () => {
    examples = await readExamples()
  })

  afterEach(stopNodes)

  /** Runs an example and expects its output to match. */
  async function expectOutput (title: string, init: ExampleInit, ...patterns: RegExp[]): Promise<void> {
    run.add(title)
    const output = await runExample(examples.get(title) ?? '', init, patterns)

    for (const pattern of patterns) {
      expect(output).to.match(pattern)
    }
  }

  /** Listens as an Ethereum node that announces a transaction, and resolves to its enode. */
  async function listen (): Promise<string> {
    const node = await createNode({ privateKey: privateKeyFromRaw(PRIVATE_KEY) })

    await node.handle('/eth/69', async (stream) => {
      const messages = capabilityMessages(stream)
      await exchangeStatus(messages, STATUS)
      await messages.send({ id: NEW_POOLED_TRANSACTION_HASHES, payload: encode([Uint8Array.of(2), [100], [HASH]]) })
    })

    return getEnodes(node)[0]
  }

  it('hold both kinds of peers', async () => {
    const enode = await listen()

    await expectOutput('A node with both kinds of peers', {
      before: "import { generateKeyPair } from '@libp2p/crypto/keys'",
      values: { ethereumKey: "await generateKeyPair('secp256k1')" },
      replace: [['tcp/4001', 'tcp/0'], ['tcp/30303', 'tcp/0'], ['127.0.0.1:30303', `127.0.0.1:${parseEnode(enode).tcpPort}`]]
    }, /^libp2p-rlpx$/m, /^NewPooledTransactionHashes 38 bytes$/m)
  })

  it('serve whoever connects', async () => {
    const title = 'Serving whoever connects'
    const dialler = await createNode({ listen: false })
    run.add(title)

    // the dialler needs the enode before anything is served
    const output = await runExample(examples.get(title) ?? '', {
      before: `${NODE_BEFORE}process.stdin.on('data', () => {})`,
      values: { node: NODE_VALUE },
      after: 'console.info(getEnodes(node)[0])'
    }, [/ is at 9n/], async (enode) => {
      const connection = await dialler.dial(enodeToMultiaddr(enode))
      const { messages } = await openCapability(connection, 'eth')
      await exchangeStatus(messages, STATUS)
    })

    expect(output).to.match(new RegExp(`^${dialler.peerId} is at 9n$`, 'm'))
  })

  it('compose an encrypter and a muxer', async () => {
    await expectOutput('Over WebSockets, with a protocol and a capability', {}, /^bob got 7 bytes$/m)
  })

  it('dial through a forwarder, as a page does', async () => {
    const enode = await listen()
    const { host, tcpPort } = parseEnode(enode)
    const forwarder = await startForwarder({ host, port: tcpPort })

    try {
      await expectOutput('A page behind a forwarder', {
        before: "import { generateKeyPair } from '@libp2p/crypto/keys'",
        values: { privateKey: "await generateKeyPair('secp256k1')", enode: `'${enode}'` },
        replace: [['tcp/8545/ws', `tcp/${forwarder.port}/ws`]]
      }, /^libp2p-rlpx$/m)
    } finally {
      await forwarder.stop()
    }
  })

  it('write an enode as an address, and back', async () => {
    await expectOutput('An enode as libp2p writes addresses', {}, /^\/ip4\/127\.0\.0\.1\/tcp\/30303\/rlpx\/p2p\/16Uiu2\w+$/m, /^enode:\/\/79be66.*@127\.0\.0\.1:30303$/m)
  })

  it('delete peers', async () => {
    await expectOutput('Deleting the peers that have such addresses', {
      before: `${NODE_BEFORE}import { multiaddr } from '@multiformats/multiaddr'
        import { peerIdFromPrivateKey } from '@libp2p/peer-id'
        const add = async (address, node) => {
          await node.peerStore.merge(peerIdFromPrivateKey(await generateKeyPair('Ed25519')), { multiaddrs: [multiaddr(address)] })
        }`,
      values: { node: `${NODE_VALUE}\nawait add('/ip4/1.2.3.4/tcp/1/rlpx', node)\nawait add('/ip4/1.2.3.4/tcp/1', node)\nconsole.info((await node.peerStore.all()).length, 'before')` },
      after: "console.info((await node.peerStore.all()).length, 'after')\nawait node.stop()"
    }, /^2 before\n1 after$/m)
  })

  it('ask who is there', async () => {
    await expectOutput('Who is there?', { values: { enode: `'${await listen()}'` } }, /^done libp2p-rlpx 7n/m)
  })

  it('ask many', async () => {
    const enode = await listen()

    await expectOutput('Who is there, a thousand times over, fifty at once', {
      values: { enodes: `['${enode}', '${enode.replace(/:\d+$/, ':1')}']` }
    }, /^79be667e done libp2p-rlpx 7n$/m, /^79be667e dial undefined undefined$/m)
  })

  it('print the mempool', async () => {
    await expectOutput('The mempool of a node, as it announces it', {
      values: { enode: `'${await listen()}'`, privateKey: KEY_VALUE }
    }, new RegExp(`^${'ab'.repeat(32)}$`, 'm'))
  })

  it('use the transforms', async () => {
    const { host, tcpPort, id } = parseEnode(await listen())

    await expectOutput('The handshake and the frames as transforms', {
      values: { host: `'${host}'`, port: `${tcpPort}`, privateKey: KEY_VALUE, remoteId: `Uint8Array.from([${id}])` }
    }, /^\d+ bytes$/m)
  })

  it('are all run', () => {
    expect([...run].sort()).to.deep.equal([...examples.keys()].sort())
  })
})
