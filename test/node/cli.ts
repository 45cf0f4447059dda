import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect } from 'aegir/chai'
import { parseArguments } from '../../src/cli/arguments.ts'
import { printable } from '../../src/cli/output.ts'
import { defaultCrypto } from '../../src/crypto/index.ts'
import { encodeStatus, ETH_68, ETH_69 } from '../../src/eth/index.ts'
import { formatEnode, parseEnode } from '../../src/identity/enode.ts'
import { accept, connect, DisconnectReason } from '../../src/p2p/index.ts'
import { dialTcp, listenTcp } from '../../src/p2p/tcp.ts'
import { Cli, runCli } from '../fixtures/cli.ts'
import { STATUS } from '../fixtures/eth-status.ts'
import type { Capability, Peer } from '../../src/p2p/index.ts'
import type { AddressInfo } from 'node:net'

const KEY = '01'.repeat(32)
const ID = Buffer.from(defaultCrypto.importPrivateKey(Buffer.from(KEY, 'hex')).publicKey).toString('hex')

/** A peer of our own in this process, to look at what the command line sends. */
async function dialPeer (enode: string, capabilities: Capability[]): Promise<Peer> {
  const { id, host, tcpPort } = parseEnode(enode)

  return connect(await dialTcp({ host, port: tcpPort }), { privateKey: defaultCrypto.randomBytes(32), remoteId: id, capabilities })
}

describe('command line', function () {
  this.timeout(60_000)

  it('shows two peers talking without a command', async () => {
    const { code, stdout } = await runCli()

    expect(code).to.equal(0)
    expect(stdout).to.match(/^enode:\/\/[0-9a-f]{128}@127\.0\.0\.1:[0-9]+/)
    expect(stdout).to.match(/hello listener, speaks echo\/1 eth\/69, shared echo\/1 eth\/69/)
    expect(stdout).to.match(/hello dialler/)
    expect(stdout.match(/status eth\/69, network 1, genesis 0xd4e56740/g)).to.have.lengthOf(2)
    expect(stdout).to.match(/ping [0-9.]+ ms/)
    expect(stdout).to.match(/echo 1048576 bytes, equal/)
  })

  it('dials and listens, with events as JSON', async () => {
    const listener = new Cli('listen', '--key', KEY)
    const { enode } = await listener.next('listening')
    expect(parseEnode(enode).host).to.equal('127.0.0.1')
    expect(enode).to.include(ID)

    const dialer = new Cli('dial', enode, '--once', '--echo', '100000')
    const hello = await dialer.next('hello')
    expect(hello.id).to.equal(ID)
    expect(hello.clientId).to.equal('libp2p-rlpx')
    expect(hello.capabilities).to.deep.equal(['echo/1', 'eth/69', 'eth/70', 'snap/1'])
    expect(hello.shared).to.deep.equal(['echo/1', 'eth/70', 'snap/1'])

    const status = await dialer.next('status')
    expect(status).to.include({ capability: 'eth/70', networkId: '1', genesis: '0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3' })
    expect(status.forkId).to.deep.equal({ hash: '0xfc64ec04', next: '1150000' })

    expect(await dialer.next('echo')).to.include({ id: ID, bytes: 100_000, ok: true })
    expect(await dialer.next('disconnect')).to.include({ by: 'local', code: 0, reason: 'disconnect requested' })
    expect(await dialer.ended()).to.equal(0)

    const served = await listener.next('message')
    expect(served).to.include({ capability: 'echo/1', messageId: 0, name: null, size: 100_000 })
    expect(await listener.next('disconnect')).to.include({ by: 'remote', code: 0 })
    expect(await listener.interrupt()).to.equal(0)
  })

  it('says that it is quitting on Ctrl-C, on both sides', async () => {
    const listener = new Cli('listen')
    const { enode } = await listener.next('listening')
    const dialer = new Cli('dial', enode)
    await dialer.next('status')

    expect(await dialer.interrupt()).to.equal(0)
    expect(await dialer.next('disconnect')).to.include({ by: 'local', code: DisconnectReason.quitting })
    expect(await listener.next('disconnect')).to.include({ by: 'remote', code: DisconnectReason.quitting, reason: 'quitting' })

    const again = new Cli('dial', enode)
    await again.next('status')
    expect(await listener.interrupt()).to.equal(0)
    expect(await again.next('disconnect')).to.include({ by: 'remote', code: DisconnectReason.quitting })
    expect(await again.ended()).to.equal(0)
  })

  it('answers the Status that it is sent', async () => {
    const listener = new Cli('listen')
    const { enode } = await listener.next('listening')
    const peer = await dialPeer(enode, [ETH_69])
    const messages = peer.capability('eth')
    const payload = encodeStatus(STATUS)
    await messages.send({ id: 0, payload })

    expect((await messages.source.next()).value).to.deep.equal({ id: 0, payload })
    expect(await listener.next('status')).to.include({ networkId: '7', head: `0x${'02'.repeat(32)}` })

    await messages.send({ id: 2, payload: Uint8Array.of(0xc0) })
    expect(await listener.next('message')).to.include({ capability: 'eth/69', messageId: 2, name: 'Transactions', size: 1 })
    await peer.disconnect()
    await listener.interrupt()
  })

  it('sends the Status of its choice where none comes, in the form of the version', async () => {
    const status = Buffer.from(encodeStatus(STATUS)).toString('hex')
    const listener = new Cli('listen', '--status', status, '--capabilities', 'eth/68,eth/69')
    const { enode } = await listener.next('listening')

    const peer = await dialPeer(enode, [ETH_69])
    const { value } = await peer.capability('eth').source.next()
    expect(value?.payload).to.equalBytes(encodeStatus(STATUS))

    const older = await dialPeer(enode, [ETH_68])
    const { value: olderValue } = await older.capability('eth').source.next()
    const { networkId, genesis, head, forkId } = STATUS
    expect(olderValue?.payload).to.equalBytes(encodeStatus({ version: 68, networkId, genesis, head, forkId, totalDifficulty: 0n }))

    await Promise.all([peer.disconnect(), older.disconnect()])
    await listener.interrupt()
  })

  it('ends the session with a peer whose Status makes no sense', async () => {
    const listener = new Cli('listen')
    const { enode } = await listener.next('listening')

    for (const message of [{ id: 0, payload: Uint8Array.of(0xc0) }, { id: 3, payload: Uint8Array.of(0xc0) }]) {
      const peer = await dialPeer(enode, [ETH_69])
      await peer.capability('eth').send(message)

      expect(await peer.closed).to.include({ by: 'remote', reason: DisconnectReason.subprotocolError })
      expect(await listener.next('disconnect')).to.include({ by: 'local', code: DisconnectReason.subprotocolError })
    }

    await listener.interrupt()
  })

  it('ends once after Hello where no eth is shared', async () => {
    const listener = new Cli('listen', '--capabilities', 'echo/1')
    const { enode } = await listener.next('listening')
    const dialer = new Cli('dial', enode, '--once')

    expect((await dialer.next('hello')).shared).to.deep.equal(['echo/1'])
    expect(await dialer.ended()).to.equal(0)
    await listener.interrupt()
  })

  it('fails where the peer ends the session for a reason', async () => {
    const privateKey = defaultCrypto.randomBytes(32)
    const listening = await listenTcp({ host: '127.0.0.1', port: 0 }, (duplex) => {
      void accept(duplex, { privateKey, capabilities: [ETH_69] }).then(async (peer) => peer.disconnect(DisconnectReason.uselessPeer))
    })
    const id = defaultCrypto.importPrivateKey(privateKey).publicKey
    const dialer = new Cli('dial', formatEnode({ id, host: '127.0.0.1', tcpPort: listening.port, udpPort: 0 }))

    expect(await dialer.next('disconnect')).to.include({ by: 'remote', code: DisconnectReason.uselessPeer, reason: 'useless peer' })
    expect(await dialer.ended()).to.equal(1)
    listening.close()
  })

  it('probes', async () => {
    const listener = new Cli('listen', '--key', KEY)
    const { enode } = await listener.next('listening')
    const { code, stdout } = await runCli('probe', enode)

    expect(code).to.equal(0)
    expect(stdout).to.match(/^[0-9a-f]{8}… done \| libp2p-rlpx \| echo\/1 eth\/69 eth\/70 snap\/1 \| network 1, head 0xd4e5.* \| [0-9]+ ms\n$/)

    const result = JSON.parse((await runCli('probe', enode, '--json')).stdout)
    expect(result).to.include({ event: 'probe', id: ID, stage: 'done', clientId: 'libp2p-rlpx' })
    expect(result.capabilities).to.deep.equal(['echo/1', 'eth/69', 'eth/70', 'snap/1'])
    expect(result.status.networkId).to.equal('1')
    await listener.interrupt()
  })

  it('probes what is no peer, in one line', async () => {
    const server = createServer((socket) => { socket.end('HTTP/1.1 400 Bad Request\r\n\r\n') }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const enode = `enode://${ID}@127.0.0.1:${(server.address() as AddressInfo).port}`
    const { code, stdout } = await runCli('probe', enode)

    expect(code).to.equal(1)
    expect(stdout).to.match(/^[0-9a-f]{8}… handshake \| \w+Error: .* \| [0-9]+ ms\n$/)

    const result = JSON.parse((await runCli('probe', enode, '--json')).stdout)
    expect(result).to.include({ stage: 'handshake' })
    expect(result.error.name).to.match(/Error$/)
    server.close()
  })

  it('tells errors in one line and exits with 1', async () => {
    for (const args of [['dial', 'enode://abc'], ['dial', `enode://${ID}@127.0.0.1:1`], ['nonsense'], ['dial'], ['listen', 'x'], ['--port', '70000', 'listen'],
      ['listen', '--key', '00'], ['listen', '--key', '00'.repeat(32)], ['listen', '--capabilities', 'eth/1'], ['listen', '--status', 'zz'], ['--what']]) {
      const { code, stdout, stderr } = await runCli(...args)

      expect(code, args.join(' ')).to.equal(1)
      expect(stdout, args.join(' ')).to.equal('')
      expect(stderr, args.join(' ')).to.match(/^\w*Error: .+\n$/)
    }

    const { code, stdout } = await runCli('dial', 'enode://abc', '--json')
    expect(code).to.equal(1)
    expect(JSON.parse(stdout)).to.include({ event: 'error', name: 'InvalidEnodeError' })
  })

  it('shows how it is used', async () => {
    const { code, stdout } = await runCli('--help')

    expect(code).to.equal(0)
    expect(stdout).to.match(/^usage: /)
  })

  it('fails an echo that the peer does not speak', async () => {
    const listener = new Cli('listen', '--capabilities', 'eth/69')
    const { enode } = await listener.next('listening')
    const { code, stderr } = await runCli('dial', enode, '--once', '--echo', '5')

    expect(code).to.equal(1)
    expect(stderr).to.equal('Error: The peer does not speak echo/1\n')
    await listener.interrupt()
  })

  it('reads its arguments', () => {
    expect(parseArguments(['listen', '--port', '30303', '--capabilities', 'eth/68, snap/2'])).to.deep.include({ command: 'listen', port: 30303, json: false })
    expect(() => parseArguments(['dial', 'x', '--echo', '-1'])).to.throw().with.property('name', 'UsageError')
  })

  it('escapes what could fake a line', () => {
    expect(printable('Geth/v1\n\u001b[2Jé\u202e😀')).to.equal('Geth/v1\\u{a}\\u{1b}[2J\\u{e9}\\u{202e}\\u{1f600}')
  })
})
