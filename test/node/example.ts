import { expect } from 'aegir/chai'
import { Output } from '../../src/cli/output.ts'
import { defaultCrypto } from '../../src/crypto/index.ts'
import { encodeStatus, ETH_69 } from '../../src/eth/index.ts'
import { formatEnode, parseEnode } from '../../src/identity/enode.ts'
import { accept, connect, DisconnectReason } from '../../src/p2p/index.ts'
import { dialTcp, listenTcp } from '../../src/p2p/tcp.ts'
import { Cli, Example, runExample } from '../fixtures/cli.ts'
import { STATUS } from '../fixtures/eth-status.ts'
import type { CliEvent } from '../../src/cli/output.ts'
import type { Peer } from '../../src/p2p/index.ts'
import type { Listening } from '../../src/p2p/tcp.ts'

const HOST = '127.0.0.1'
const KEY = '01'.repeat(32)
const ID = Buffer.from(defaultCrypto.importPrivateKey(Buffer.from(KEY, 'hex')).publicKey).toString('hex')
const GENESIS = '0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3'

/** The example and the program without libp2p, each on either side. */
const PAIRS: Array<[title: string, Dialer: typeof Cli, Listener: typeof Cli]> = [
  ['a node dials the program without libp2p', Example, Cli],
  ['the program without libp2p dials a node', Cli, Example],
  ['a node dials a node', Example, Example]
]

/** A peer in this process that dials. */
async function dialPeer (enode: string): Promise<Peer> {
  const { id, host, tcpPort } = parseEnode(enode)

  const duplex = await dialTcp({ host, port: tcpPort })

  return connect(duplex, { privateKey: defaultCrypto.randomBytes(32), remoteId: id, capabilities: [ETH_69] })
}

/** A peer in this process that is dialled. */
async function listenPeer (onPeer: (peer: Peer) => Promise<void>): Promise<{ enode: string, listening: Listening }> {
  const privateKey = defaultCrypto.randomBytes(32)
  const { publicKey: id } = defaultCrypto.importPrivateKey(privateKey)
  const listening = await listenTcp({ host: HOST, port: 0 }, (duplex) => {
    void accept(duplex, { privateKey, capabilities: [ETH_69] }).then(onPeer)
  })

  return { enode: formatEnode({ id, host: HOST, tcpPort: listening.port, udpPort: 0 }), listening }
}

describe('example', function () {
  this.timeout(60_000)

  describe('without a command', () => {
    it('shows a node with a neighbour of libp2p and one of Ethereum', async () => {
      const { code, stdout, stderr } = await runExample()

      expect(stderr).to.equal('')
      expect(code).to.equal(0)
      expect(stdout).to.match(/^we are 12D3Koo\w+, to Ethereum enode:\/\/[0-9a-f]{128}@127\.0\.0\.1:[0-9]+$/m)
      expect(stdout).to.match(/ identify js-libp2p\/.*, speaks .*\/ipfs\/ping\/1\.0\.0/)
      expect(stdout).to.match(/^[0-9a-f]{8}… hello neighbour, speaks eth\/69, shared eth\/69$/m)
      expect(stdout).to.match(/ status eth\/69, network 1, genesis 0xd4e56740/)
      expect(stdout.match(/ ping [0-9.]+ ms$/gm)).to.have.lengthOf(2)
      expect(stdout).to.match(/^connections: .*\/tcp\/[0-9]+\/p2p\/12D3Koo\w+ \(\/noise, \/yamux\/1\.0\.0\)/m)
      expect(stdout).to.match(/^connections: .*\/rlpx\/p2p\/16Uiu2\w+ \(native, \/devp2p\/5\)/m)
      expect(stdout).to.match(/ disconnect by local: quitting \(0x08\)\n$/)
    })

    it('shows the same as JSON', async () => {
      const { code, stdout, stderr } = await runExample('--json')
      const events: CliEvent[] = stdout.trimEnd().split('\n').map(line => JSON.parse(line))
      const [listening, identify, stockPing, hello, status, ping, list, disconnect] = events as any[]

      expect(stderr).to.equal('')
      expect(code).to.equal(0)
      expect(events.map(({ event }) => event)).to.deep.equal([
        'listening', 'identify', 'ping', 'hello', 'status', 'ping', 'connections', 'disconnect'
      ])

      const id = Buffer.from(parseEnode(listening.enode).id).toString('hex')
      expect(identify.agentVersion).to.match(/^js-libp2p\//)
      expect(identify.protocols).to.include('/ipfs/ping/1.0.0')
      expect(stockPing).to.include({ id: identify.id })
      expect(stockPing.ms).to.be.a('number')
      expect(hello).to.deep.include({ id, clientId: 'neighbour', capabilities: ['eth/69'], shared: ['eth/69'] })
      expect(status).to.include({ id, capability: 'eth/69', networkId: '1', genesis: GENESIS })
      expect(status.forkId).to.deep.equal({ hash: '0xfc64ec04', next: '1150000' })
      expect(ping).to.include({ id })
      expect(ping.ms).to.be.a('number').that.is.above(0)
      expect(disconnect).to.include({ id, by: 'local', code: DisconnectReason.quitting })

      expect(list.connections).to.have.lengthOf(2)
      const [stock, ethereum] = list.connections
      expect(stock).to.include({ id: identify.id, direction: 'outbound', encryption: '/noise', multiplexer: '/yamux/1.0.0' })
      expect(ethereum).to.include({ direction: 'outbound', encryption: 'native', multiplexer: '/devp2p/5' })
      expect(ethereum.address).to.equal(`/ip4/127.0.0.1/tcp/${parseEnode(listening.enode).tcpPort}/rlpx/p2p/${ethereum.id}`)
    })

    it('names what a connection or a peer does not tell', () => {
      const lines: string[] = []
      const output = new Output(false, (line) => { lines.push(line) })
      const connection = { id: 'QmFoo', address: '/memory/1', direction: 'inbound', encryption: null, multiplexer: null }
      output.print({ event: 'connections', connections: [connection] })
      output.print({ event: 'identify', id: 'QmFooBar12345678', agentVersion: null, protocols: ['/a\n'] })

      expect(lines).to.deep.equal([
        'connections: inbound /memory/1 (no encryption, no multiplexer)',
        '…12345678 identify no agent version, speaks /a\\u{a}'
      ])
    })
  })

  for (const [title, Dialer, Listener] of PAIRS) {
    it(`exchanges Status and an echo, and says goodbye: ${title}`, async () => {
      const listener = new Listener('listen', '--key', KEY)
      const { enode } = await listener.next('listening')
      expect(parseEnode(enode).host).to.equal(HOST)
      expect(enode).to.include(ID)

      const dialer = new Dialer('dial', enode, '--once', '--echo', '100000')
      const hello = await dialer.next('hello')
      expect(hello).to.include({ id: ID, clientId: 'libp2p-rlpx' })
      expect(hello.capabilities).to.deep.equal(['echo/1', 'eth/69', 'eth/70', 'snap/1'])
      expect(hello.shared).to.deep.equal(['echo/1', 'eth/70', 'snap/1'])
      expect(await dialer.next('status')).to.include({ id: ID, capability: 'eth/70', networkId: '1', genesis: GENESIS })
      expect(await dialer.next('echo')).to.include({ id: ID, bytes: 100_000, ok: true })
      expect(await dialer.next('disconnect')).to.include({ id: ID, by: 'local', code: DisconnectReason.requested })
      expect(await dialer.ended()).to.equal(0)

      const { id } = await listener.next('hello')
      expect(await listener.next('status')).to.include({ id, networkId: '1' })
      expect(await listener.next('message')).to.include({ id, capability: 'echo/1', messageId: 0, name: null, size: 100_000 })
      expect(await listener.next('disconnect')).to.include({ id, by: 'remote', code: DisconnectReason.requested })
      expect(await listener.interrupt()).to.equal(0)
    })

    it(`says that it is quitting on Ctrl-C, on both sides: ${title}`, async () => {
      const listener = new Listener('listen')
      const { enode } = await listener.next('listening')
      const dialer = new Dialer('dial', enode)
      await dialer.next('status')

      expect(await dialer.interrupt()).to.equal(0)
      expect(await dialer.next('disconnect')).to.include({ by: 'local', code: DisconnectReason.quitting })
      expect(await listener.next('disconnect')).to.include({ by: 'remote', code: DisconnectReason.quitting, reason: 'quitting' })

      const again = new Dialer('dial', enode)
      await again.next('status')
      expect(await listener.interrupt()).to.equal(0)
      expect(await listener.next('disconnect')).to.include({ by: 'local', code: DisconnectReason.quitting })
      expect(await again.next('disconnect')).to.include({ by: 'remote', code: DisconnectReason.quitting })
      expect(await again.ended()).to.equal(0)
    })
  }

  describe('dial', () => {
    it('ends once after Hello where no eth is shared', async () => {
      const listener = new Cli('listen', '--capabilities', 'echo/1')
      const { enode } = await listener.next('listening')
      const dialer = new Example('dial', enode, '--once')

      expect((await dialer.next('hello')).shared).to.deep.equal(['echo/1'])
      expect(await dialer.next('disconnect')).to.include({ by: 'local', code: DisconnectReason.requested })
      expect(await dialer.ended()).to.equal(0)
      await listener.interrupt()
    })

    it('offers the capabilities of its choice, and fails an echo that is not among them', async () => {
      const listener = new Cli('listen')
      const { enode } = await listener.next('listening')
      const { code, stderr } = await runExample('dial', enode, '--capabilities', 'eth/68,eth/69', '--once', '--echo', '5')

      expect(code).to.equal(1)
      expect(stderr).to.equal('Error: The peer does not speak echo/1\n')
      expect((await listener.next('hello')).capabilities).to.deep.equal(['eth/68', 'eth/69'])
      await listener.interrupt()
    })

    it('fails where the peer ends the session for a reason', async () => {
      const { enode, listening } = await listenPeer(async (peer) => {
        const messages = peer.capability('eth')
        await messages.send({ id: 0, payload: encodeStatus(STATUS) })
        await messages.source.next()
        await peer.disconnect(DisconnectReason.uselessPeer)
      })
      const dialer = new Example('dial', enode)

      expect(await dialer.next('status')).to.include({ networkId: '7' })
      expect(await dialer.next('disconnect')).to.include({ by: 'remote', code: DisconnectReason.uselessPeer, reason: 'useless peer' })
      expect(await dialer.ended()).to.equal(1)
      listening.close()
    })

    it('fails where the peer leaves as soon as it has said Hello', async () => {
      const { enode, listening } = await listenPeer(async (peer) => peer.disconnect(DisconnectReason.tooManyPeers))

      expect((await runExample('dial', enode)).code).to.equal(1)
      listening.close()
    })

    it('ends the session with a peer whose Status makes no sense', async () => {
      const ends: Array<Peer['closed']> = []
      const { enode, listening } = await listenPeer(async (peer) => {
        ends.push(peer.closed)
        await peer.capability('eth').send({ id: 0, payload: Uint8Array.of(0xc0) })
      })
      const dialer = new Example('dial', enode)

      expect(await dialer.next('error')).to.include({ name: 'InvalidStatusError' })
      expect(await dialer.next('disconnect')).to.include({ by: 'local', code: DisconnectReason.subprotocolError })
      expect(await dialer.ended()).to.equal(1)
      expect(await ends[0]).to.include({ by: 'remote', reason: DisconnectReason.subprotocolError })
      listening.close()
    })
  })

  describe('listen', () => {
    it('sends the Status of its choice where none comes', async () => {
      const status = Buffer.from(encodeStatus(STATUS)).toString('hex')
      const listener = new Example('listen', '--status', status, '--capabilities', 'eth/69')
      const { enode } = await listener.next('listening')
      const dialer = new Cli('dial', enode, '--once')

      expect(await dialer.next('status')).to.include({ capability: 'eth/69', networkId: '7', head: `0x${'02'.repeat(32)}` })
      expect(await dialer.ended()).to.equal(0)
      await listener.interrupt()
    })

    it('lets in as many at once as have a free handshake', async () => {
      const listener = new Example('listen')
      const { enode } = await listener.next('listening')
      const peers = await Promise.all(Array.from({ length: 8 }, async () => dialPeer(enode)))

      await Promise.all(peers.map(async (peer) => {
        await peer.capability('eth').send({ id: 0, payload: encodeStatus(STATUS) })
        await listener.next('status')
      }))

      expect(await listener.interrupt()).to.equal(0)

      for (const { closed } of peers) {
        expect(await closed).to.include({ by: 'remote', reason: DisconnectReason.quitting })
      }
    })

    it('says that it is quitting when it is asked to end', async () => {
      const listener = new Example('listen')
      const { enode } = await listener.next('listening')
      const peer = await dialPeer(enode)
      await listener.child.stop(() => { listener.child.process.kill('SIGTERM') })

      expect(listener.child.process.exitCode).to.equal(0)
      expect(await peer.closed).to.include({ by: 'remote', reason: DisconnectReason.quitting })
    })

    it('is probed', async () => {
      const listener = new Example('listen', '--key', KEY)
      const { enode } = await listener.next('listening')
      const { code, stdout } = await runExample('probe', enode, '--json')

      expect(code).to.equal(0)
      expect(JSON.parse(stdout)).to.include({ event: 'probe', id: ID, stage: 'done', clientId: 'libp2p-rlpx' })
      await listener.interrupt()
    })

    it('fails where its port is taken', async () => {
      const { listening } = await listenPeer(async () => {})
      const { code, stderr } = await runExample('listen', '--port', `${listening.port}`)

      expect(code).to.equal(1)
      expect(stderr).to.match(/^\w*Error: .+\n$/)
      listening.close()
    })
  })

  it('tells errors in one line and exits with 1', async () => {
    const unreachable = `enode://${ID}@${HOST}:1`

    for (const args of [['dial', 'enode://abc'], ['dial', unreachable], ['nonsense'], ['dial'], ['listen', '--key', '00'.repeat(32)]]) {
      const { code, stdout, stderr } = await runExample(...args)

      expect(code, args.join(' ')).to.equal(1)
      expect(stdout, args.join(' ')).to.equal('')
      expect(stderr, args.join(' ')).to.match(/^\w*Error: .+\n$/)
    }

    const { code, stdout } = await runExample('dial', unreachable, '--json')
    expect(code).to.equal(1)
    expect(JSON.parse(stdout).event).to.equal('error')
  })

  it('shows how it is used', async () => {
    const { code, stdout } = await runExample('--help')

    expect(code).to.equal(0)
    expect(stdout).to.match(/^usage: node examples\/node\.ts <command>\n/)
    expect(stdout).to.match(/Without a command three js-libp2p nodes talk to each other\.\n$/)
  })
})
