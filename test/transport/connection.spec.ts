import { defaultLogger } from '@libp2p/logger'
import { multiaddr } from '@multiformats/multiaddr'
import { expect } from 'aegir/chai'
import { SessionConnection } from '../../src/transport/connection.ts'
import { openSession } from '../fixtures/p2p-link.ts'
import type { Running } from '../fixtures/p2p-link.ts'
import type { StreamCloseEvent } from '@libp2p/interface'

const REQUESTED = '010204c180'

function createConnection (): Running & { connection: SessionConnection } {
  const running = openSession()
  const remoteAddr = multiaddr('/ip4/127.0.0.1/tcp/30303/rlpx')
  const log = defaultLogger().forComponent('test')

  return { ...running, connection: new SessionConnection({ session: running.session, direction: 'inbound', remoteAddr, log }) }
}

describe('the raw connection that libp2p has of a session', () => {
  it('says 0x00 as it closes, and has closed once the other side has left', async () => {
    const { connection, link } = createConnection()
    const closed = connection.close()
    expect(link.sent).to.deep.equal([REQUESTED])
    expect(connection.status).to.equal('closing')
    link.listener?.onClose()
    await closed

    expect(connection.status).to.equal('closed')
  })

  it('drops the session where there is no time to wait for that', async () => {
    const { connection, link } = createConnection()
    const controller = new AbortController()
    const closed = connection.close({ signal: controller.signal })
    controller.abort()

    await expect(closed).to.eventually.be.rejected.with.property('name', 'AbortError')
    expect(link.destroyed).to.equal(true)
  })

  it('closes with the error of the session', async () => {
    const { connection, session } = createConnection()
    const error = new Error('mine')
    const closed = new Promise<StreamCloseEvent>((resolve) => { connection.addEventListener('close', resolve) })
    session.destroy(error)

    expect((await closed).error).to.equal(error)
  })

  it('takes no bytes, and does not slow those of the session', () => {
    const { connection, link, session } = createConnection()
    const { length } = link.calls
    connection.pause()
    connection.resume()

    expect(() => { connection.sendData() }).to.throw('sent by the session')
    expect(link.calls).to.have.lengthOf(length)
    session.destroy()
  })
})
