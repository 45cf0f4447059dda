import { expect } from 'aegir/chai'
import { launchChromium, openPage, startStrictSite, told } from '../fixtures/chromium.ts'
import { createEchoNode } from '../fixtures/echo-node.ts'
import type { Libp2p } from '@libp2p/interface'
import type { Browser } from 'playwright-core'

const WASM = 'script-src wasm-eval'
const EVAL = 'script-src eval'

/** Where a browser finds `/ip4/…/tcp/…/ws…`. */
function origin (address: string): string {
  const [,, host,, port] = address.split('/')

  return `ws://${host}:${port}`
}

describe('a page with a strict Content-Security-Policy', function () {
  this.timeout(300_000)

  let browser: Browser
  let echo: { node: Libp2p, encrypter: string, transport: string }

  before(async () => {
    browser = await launchChromium()
    echo = await createEchoNode()
  })

  after(async () => {
    await browser?.close()
    await echo?.node.stop()
  })

  it('talks to Node.js by the encrypter and by the transport, without WebAssembly and eval', async () => {
    const { encrypter, transport } = echo
    const site = await startStrictSite(new URL('strict-policy-page.ts', import.meta.url), [encrypter, transport].map(origin))

    try {
      const page = await openPage(browser, site, { encrypter, transport })

      expect(await told(page, 'encrypter')).to.include({ encryption: '/rlpx/5', echoed: true })
      expect(await told(page, 'transport')).to.include({ multiplexer: '/devp2p/5', echoed: true })
      expect(await told(page, 'refusals')).to.deep.equal(['CompileError', 'EvalError'])

      // whatever is compiled where that is allowed may have been tried, and is done without; all else was allowed
      const violations: string[] = await told(page, 'violations')
      expect(violations.slice(-2)).to.deep.equal([WASM, EVAL])
      expect(violations.slice(0, -2).filter(violation => violation !== WASM)).to.be.empty()
    } finally {
      site.close()
    }
  })
})
