import { once } from 'node:events'
import { connect } from 'node:net'
import { defaultLogger } from '@libp2p/logger'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { expect } from 'aegir/chai'
import { createLink } from '../fixtures/muxer-links.ts'
import { resources } from '../fixtures/resources.ts'
import type { MultiaddrConnection, Upgrader } from '@libp2p/interface'
import type { Socket } from 'node:net'

const MIB = 1024 * 1024

/** More than the kernel keeps for a reader that does not read. */
const MUCH = 16 * MIB

describe('a socket whose other side has ended and does not read', () => {
  let socket: Socket

  afterEach(() => { socket.destroy() })

  it('is gone once the grace is over, whatever waits to be written', async () => {
    const accepted = Promise.withResolvers<MultiaddrConnection>()
    const upgrader = { upgradeInbound: async (maConn: MultiaddrConnection) => { accepted.resolve(maConn) } } as unknown as Upgrader
    const listener = tcp()({ logger: defaultLogger() }).createListener({ upgrader })
    await listener.listen(multiaddr('/ip4/127.0.0.1/tcp/0'))
    const { port } = listener.getAddrs()[0].getComponents().reduce((found, { code, value }) => code === 6 ? { port: Number(value) } : found, { port: 0 })
    const { TCPSocketWrap: before } = resources()

    socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    socket.on('error', () => {})
    await once(socket, 'connect')
    const { link, log } = createLink(await accepted.promise)
    link.resume()

    for (let sent = 0; sent < MUCH; sent += MIB) {
      link.send(new Uint8Array(MIB))
    }

    socket.end()
    await log.closed
    expect(log.calls).to.include('close')
    expect(resources().TCPSocketWrap).to.equal(before + 2)

    while (resources().TCPSocketWrap > before + 1) {
      await new Promise(resolve => setTimeout(resolve, 20))
    }

    await listener.close()
  })
})
