import { expect } from 'aegir/chai'
import { fromString } from 'uint8arrays/from-string'
import { startWebsockify } from '../../examples/browser/forwarder.ts'
import { parseEnode, peerIdFromNodeId } from '../../src/index.ts'
import { launchChromium, newPage, openPage, startStrictSite, told } from '../fixtures/chromium.ts'
import { PageExample } from '../fixtures/page-example.ts'
import { layCable } from './cable.ts'
import { selfSignedCertificate } from './certificate.ts'
import { shownPeer, startGeth } from './geth.ts'
import { ANNOUNCEMENTS, GENESIS, HEAD, NETWORK_ID, sendTransaction, TRANSACTIONS } from './test-chain.ts'
import type { Geth } from './geth.ts'
import type { Browser } from 'playwright-core'

const CLIENT_ID = 'a tab of Chromium'

/** Bytes in a row that do not occur by chance. */
const WINDOW = 8

const WAYS = [
  { way: 'WebSockets', socket: 'ws', origin: 'ws', secure: false, transaction: TRANSACTIONS[0] },
  { way: 'WebSockets over TLS', socket: 'tls/ws', origin: 'wss', secure: true, transaction: TRANSACTIONS[1] }
]

/** Where any part of what was said occurs in what went over the wire. */
function leaks (wire: Buffer, said: Uint8Array): number[] {
  return Array.from({ length: said.byteLength - WINDOW + 1 }, (_, i) => wire.indexOf(said.subarray(i, i + WINDOW))).filter(index => index !== -1)
}

describe('a tab of Chromium and geth', function () {
  this.timeout(300_000)

  const cleanUps: Array<() => unknown> = []
  let browser: Browser
  let geth: Geth

  before(async () => {
    browser = await launchChromium()
    geth = await startGeth({ flags: ['--verbosity', '4'] }) // at this level it tells why each peer went
  })

  afterEach(async () => {
    await Promise.all(cleanUps.splice(0).map(async (cleanUp) => cleanUp()))
  })

  after(async () => {
    await browser?.close()
    await geth?.stop()
  })

  WAYS.forEach(({ way, socket, origin, secure, transaction }) => {
    it(`talk through websockify by ${way}, which understands nothing`, async () => {
      const cable = await layCable(geth.enode)
      cleanUps.push(cable.cut)
      const { id, host, tcpPort } = parseEnode(cable.enode)
      const websockify = await startWebsockify({ host, port: tcpPort }, secure ? await tlsFlags() : [])
      cleanUps.push(websockify.stop)
      const address = `/dns4/localhost/tcp/${websockify.port}/${socket}/rlpx/p2p/${peerIdFromNodeId(id)}`
      const site = await startStrictSite(new URL('browser-geth-page.ts', import.meta.url), [`${origin}://localhost:${websockify.port}`])
      cleanUps.push(site.close)
      const page = await openPage(browser, site, { address, clientId: CLIENT_ID, ...transaction })

      const hello = await told(page, 'hello')
      expect(hello.clientId).to.match(/^Geth\/v1\.17\.5/)
      expect(hello.capabilities).to.deep.include({ name: 'eth', version: 69 })
      expect(hello.remoteAddr).to.equal(address)

      expect(await told(page, 'status')).to.deep.equal({ networkId: `${NETWORK_ID}`, latestBlock: '600', head: HEAD, genesis: GENESIS })
      expect(await told(page, 'round-trip')).to.be.greaterThan(0)

      const us = await shownPeer(geth)
      expect(us.name).to.equal(CLIENT_ID)
      expect(us.enode).to.include(hello.ourId)

      await sendTransaction(geth, transaction)
      const message = await told(page, 'message')
      expect(message.id).to.be.oneOf(ANNOUNCEMENTS)

      expect(await told(page, 'connections')).to.equal(0)
      await geth.logged(new RegExp(`Removing p2p peer .*id=${us.id.slice(0, 16)} .*req=true +err="client quitting"`))

      const [there, back] = cable.passed()
      const said = [
        Buffer.from(CLIENT_ID), Buffer.from(hello.clientId), id,
        ...[hello.ourId, GENESIS, HEAD, transaction.raw, transaction.hash, message.payload].map(digits => fromString(digits, 'base16'))
      ]

      for (const wire of [there, back]) {
        expect(wire.byteLength).to.be.greaterThan(300)
        said.forEach((bytes) => { expect(leaks(wire, bytes)).to.deep.equal([]) })
      }

      // what is looked for would be found
      expect(leaks(Buffer.concat([back, Buffer.from(CLIENT_ID)]), Buffer.from(CLIENT_ID))).to.have.lengthOf(CLIENT_ID.length - WINDOW + 1)
    })
  })

  it('meet in the example, which shows the head of the chain', async () => {
    const example = new PageExample(['--enode', geth.enode])
    cleanUps.push(async () => example.stop())
    const page = await newPage(browser)
    await page.goto(await example.url())
    await page.locator('body[data-state=connected]').waitFor()

    expect(await page.locator('#head-number').textContent()).to.equal('600')
    expect(await page.locator('#status-head').textContent()).to.equal(`0x${HEAD}`)
    expect(await page.locator('#client-id').textContent()).to.match(/^Geth\/v1\.17\.5/)

    // those that were sent above are still pending
    await page.locator('#messages', { hasText: new RegExp(`${TRANSACTIONS[0].hash}|${TRANSACTIONS[1].hash}`) }).waitFor()
    await page.close()
  })
})

async function tlsFlags (): Promise<string[]> {
  const { certificate, key } = await selfSignedCertificate()

  return ['--ssl-only', '--cert', certificate, '--key', key]
}
