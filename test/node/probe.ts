import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect } from 'aegir/chai'
import { defaultCrypto } from '../../src/crypto/index.ts'
import { ETH_69, exchangeStatus, SNAP_1 } from '../../src/eth/index.ts'
import { accept, DisconnectError, DisconnectReason, probe } from '../../src/p2p/index.ts'
import { dialTcp, listenTcp } from '../../src/p2p/tcp.ts'
import { STATUS } from '../fixtures/eth-status.ts'
import type { Enode } from '../../src/identity/enode.ts'
import type { AcceptInit, Listening } from '../../src/p2p/index.ts'
import type { AddressInfo, Server, Socket } from 'node:net'

const HOST = '127.0.0.1'
const KEY = new Uint8Array(32).fill(7)
const ID = defaultCrypto.importPrivateKey(KEY).publicKey
const OTHER_ID = defaultCrypto.importPrivateKey(new Uint8Array(32).fill(8)).publicKey

function enode (port: number, id = ID): Enode {
  return { id, host: HOST, tcpPort: port, udpPort: 0 }
}

describe('probe', () => {
  let listening: Listening | undefined
  let server: Server | undefined
  let sockets: Socket[] = []

  afterEach(() => {
    listening?.close()
    server?.close()
    sockets.forEach((socket) => { socket.destroy() })
    listening = server = undefined
    sockets = []
  })

  /** A peer of ours that sends its Status where it has eth. */
  async function listen (init: Partial<AcceptInit> = {}): Promise<Enode> {
    listening = await listenTcp({ host: HOST, port: 0 }, (duplex) => {
      accept(duplex, { privateKey: KEY, capabilities: [ETH_69, SNAP_1], ...init })
        .then(async (peer) => {
          if (peer.shared.some(({ name }) => name === 'eth')) {
            await exchangeStatus(peer.capability('eth'), STATUS)
          }
        })
        .catch(() => {})
    })

    return enode(listening.port)
  }

  /** A peer of ours that leaves where it should send its Status. */
  async function listenAndLeave (reason: number): Promise<Enode> {
    listening = await listenTcp({ host: HOST, port: 0 }, (duplex) => {
      void accept(duplex, { privateKey: KEY, capabilities: [ETH_69] }).then(async (peer) => peer.disconnect(reason))
    })

    return enode(listening.port)
  }

  async function serve (onConnection: (socket: Socket) => void): Promise<Enode> {
    server = createServer((socket) => {
      sockets.push(socket.on('error', () => {}))
      onConnection(socket)
    }).listen(0, HOST)
    await once(server, 'listening')

    return enode((server.address() as AddressInfo).port)
  }

  it('tells all of a peer that speaks eth', async () => {
    const { id, stage, ms, hello, status, disconnect, error } = await probe(await listen())

    expect({ stage, disconnect, error }).to.deep.equal({ stage: 'done', disconnect: undefined, error: undefined })
    expect(id).to.equalBytes(ID)
    expect(ms).to.be.greaterThan(0)
    expect(hello?.capabilities).to.deep.equal([{ name: 'eth', version: 69 }, { name: 'snap', version: 1 }])
    expect(status).to.deep.equal(STATUS)
  })

  it('tells of a peer that speaks no eth', async () => {
    const { stage, hello, status } = await probe(await listen({ capabilities: [SNAP_1] }))

    expect(stage).to.equal('done')
    expect(hello?.clientId).to.equal('libp2p-rlpx')
    expect(status).to.equal(undefined)
  })

  it('tells why it was turned away', async () => {
    const result = await probe(await listen({
      checkpoint: () => { throw new DisconnectError(DisconnectReason.tooManyPeers) }
    }))

    expect(result).to.include({ stage: 'hello', disconnect: DisconnectReason.tooManyPeers, hello: undefined })
    expect(result.error).to.have.property('name', 'DisconnectError')
  })

  for (const reason of [DisconnectReason.quitting, DisconnectReason.tooManyPeers]) {
    it(`tells that a peer left in place of its Status, with reason ${reason}`, async () => {
      const result = await probe(await listenAndLeave(reason))

      expect(result).to.include({ stage: 'status', disconnect: reason }).and.not.have.property('status')
      expect(result.error).to.be.an('error')
      expect(result.hello?.clientId).to.equal('libp2p-rlpx')
    })
  }

  it('tells that nothing is shared', async () => {
    const result = await probe(await listen(), { capabilities: [{ name: 'other', version: 1, length: 1 }] })

    expect(result.stage).to.equal('hello')
    expect(result.error).to.have.property('name').that.is.oneOf(['UselessPeerError', 'DisconnectError'])
  })

  it('tells that a Status makes no sense', async () => {
    listening = await listenTcp({ host: HOST, port: 0 }, (duplex) => {
      void accept(duplex, { privateKey: KEY, capabilities: [ETH_69] })
        .then(async (peer) => peer.capability('eth').send({ id: 0, payload: Uint8Array.of(0xc0) }))
    })
    const result = await probe(enode(listening.port))

    expect(result.stage).to.equal('status')
    expect(result.hello?.clientId).to.equal('libp2p-rlpx')
    expect(result.error).to.have.property('name', 'InvalidStatusError')
  })

  it('tells that nobody listens', async () => {
    const target = await listen()
    listening?.close()
    const { stage, error } = await probe(target)

    expect(stage).to.equal('dial')
    expect(error).to.have.property('code', 'ECONNREFUSED')
  })

  it('tells that somebody says nothing', async () => {
    const { stage, error } = await probe(await serve(() => {}), { timeout: 100 })

    expect(stage).to.equal('handshake')
    expect(error).to.have.property('name', 'TimeoutError')
  })

  it('tells that somebody speaks something else', async () => {
    const { stage, error } = await probe(await serve((socket) => { socket.end('HTTP/1.1 400 Bad Request\r\n\r\n') }))

    expect(stage).to.equal('handshake')
    expect(error).to.have.property('name', 'InvalidHandshakeSizeError')
  })

  it('tells that the node has another key', async () => {
    const { tcpPort } = await listen()
    const { stage, error } = await probe(enode(tcpPort, OTHER_ID))

    expect(stage).to.equal('handshake')
    expect(error).to.have.property('message').that.matches(/wrong public key, or not RLPx/)
  })

  it('goes over whatever is dialled for it', async () => {
    const target = await listen()
    const dialled: Enode[] = []
    const result = await probe({ ...target, host: 'nowhere' }, {
      dial: async (wanted, options) => {
        dialled.push(wanted)

        return dialTcp({ host: HOST, port: wanted.tcpPort }, options)
      }
    })

    expect(result.stage).to.equal('done')
    expect(dialled).to.have.lengthOf(1).with.nested.property('[0].host', 'nowhere')
  })

  it('throws only what the caller is to blame for', async () => {
    await expect(probe('enode://nobody')).to.eventually.be.rejected.with.property('name', 'InvalidEnodeError')

    const controller = new AbortController()
    const target = await serve(() => { controller.abort(new Error('enough')) })
    await expect(probe(target, { signal: controller.signal })).to.eventually.be.rejectedWith('enough')
  })
})
