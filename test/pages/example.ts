import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect } from 'aegir/chai'
import axe from 'axe-core'
import { startWebsockify } from '../../examples/browser/forwarder.ts'
import { startNeighbour } from '../../examples/browser/neighbour.ts'
import { launchChromium, newPage } from '../fixtures/chromium.ts'
import { PageExample } from '../fixtures/page-example.ts'
import { withAnotherKey } from '../interop/peer.ts'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'

const SCREENSHOTS = new URL('../../.screenshots/', import.meta.url)

/** A port that nobody may listen on without asking for it. */
const NOBODY = '/ip4/127.0.0.1/tcp/1/ws'

const SCREENS: Array<BrowserContextOptions & { name: string }> = [
  { name: 'desktop-light', viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
  { name: 'desktop-dark', viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
  { name: 'phone-light', viewport: { width: 360, height: 740 }, colorScheme: 'light', deviceScaleFactor: 2 },
  { name: 'phone-dark', viewport: { width: 360, height: 740 }, colorScheme: 'dark', deviceScaleFactor: 2 }
]

describe('the example in a page', function () {
  this.timeout(300_000)

  let browser: Browser
  let example: PageExample
  let url: string
  const complaints: string[] = []

  before(async () => {
    await mkdir(SCREENSHOTS, { recursive: true })
    browser = await launchChromium()
    example = new PageExample()
    url = await example.url()
  })

  afterEach(async () => {
    await Promise.all(browser.contexts().map(async (context) => context.close()))
    expect(complaints.splice(0)).to.deep.equal([])
  })

  after(async () => {
    await browser?.close()
    await example?.stop()
  })

  async function open (at: string, options?: BrowserContextOptions): Promise<Page> {
    const page = await newPage(browser, options)
    page.on('pageerror', (err) => { complaints.push(`${err.stack}`) })
    page.on('console', (message) => {
      // a WebSocket that does not open is told there whatever the page makes of it
      if (message.type() === 'error' && !message.text().includes('WebSocket')) {
        complaints.push(message.text())
      }
    })
    await page.goto(at)

    return page
  }

  async function opened (at = url, options?: BrowserContextOptions): Promise<Page> {
    const page = await open(at, options)
    await reach(page, 'connected')

    return page
  }

  SCREENS.forEach(({ name, ...options }) => {
    it(`shows all of a connection, ${name}`, async () => {
      const page = await opened(url, options)
      const [, id] = /^enode:\/\/([0-9a-f]{128})@/.exec(example.printed.get('node') ?? '') ?? []
      await page.locator('#messages li').nth(2).waitFor()

      expect(await text(page, 'state')).to.equal('Connected, end-to-end encrypted.')
      expect(await text(page, 'our-id')).to.match(/^[0-9a-f]{128}$/)
      expect(await text(page, 'their-id')).to.equal(id)
      expect(await text(page, 'client-id')).to.equal('made-up-chain/libp2p-rlpx')
      expect(await text(page, 'capabilities')).to.equal('eth/69 ✓ spoken here')
      expect(await text(page, 'status-version')).to.equal('eth/69')
      expect(await text(page, 'status-network')).to.equal('1337')
      expect(await text(page, 'status-head')).to.match(/^0x[0-9a-f]{64}$/)
      expect(Number(await text(page, 'head-number'))).to.be.at.least(0)
      expect(Number(await text(page, 'round-trip'))).to.be.greaterThan(0)
      expect(Number(await text(page, 'message-count'))).to.be.at.least(3)
      expect(await text(page, 'messages')).to.match(/NewPooledTransactionHashes\d+ B[1-4] transactions?, 0x[0-9a-f]{64}/)
      expect(await page.getByRole('img', { name: /^[1-9]\d* messages in the last minute, at most [1-9]\d* in one second$/ }).count()).to.equal(1)
      expect(await page.getByRole('img', { name: /^The last [1-9]\d* round trips took from \S+ to \S+ ms$/ }).count()).to.equal(1)
      await page.screenshot({ path: fileURLToPath(new URL(`${name}.png`, SCREENSHOTS)), fullPage: true })
      await expectAccessible(page)
    })
  })

  it('is used by keyboard', async () => {
    const page = await opened()
    await page.keyboard.press('Tab')
    expect(await page.getByRole('button', { name: 'Disconnect' }).evaluate(button => button === document.activeElement)).to.equal(true)
    await page.keyboard.press('Enter')
    await reach(page, 'idle')
    expect(await text(page, 'state')).to.equal('You have left.')

    await page.keyboard.press('Enter')
    await reach(page, 'connected')
    expect(await page.locator('#problem').isVisible()).to.equal(false)
  })

  const problems: Array<[title: string, fields: () => { enode?: string, forwarder?: string }, words: RegExp, invalid?: string]> = [
    ['nobody is there', () => ({ forwarder: NOBODY }), /^Nobody answers at the address of the forwarder\./],
    ['the key is another', () => ({ enode: withAnotherKey(example.printed.get('node') ?? '') }), /the node has another key than its enode says/],
    ['the enode is none', () => ({ enode: 'enode://abc@127.0.0.1:30303' }), /^Invalid enode URL: the node id is not 128 hexadecimal digits/, 'enode'],
    ['the forwarder has no address', () => ({ forwarder: 'ws://127.0.0.1' }), /^That is no address of a forwarder\./, 'forwarder'],
    ['the forwarder has an address of another kind', () => ({ forwarder: '/ip4/127.0.0.1/udp/1' }), /^That is no address of a forwarder\./, 'forwarder']
  ]

  for (const [title, fields, words, invalid] of problems) {
    it(`says in words that ${title}, and connects afterwards`, async () => {
      const page = await opened()
      const before = await page.locator('#enode, #forwarder').evaluateAll((fields) => fields.map(field => (field as HTMLInputElement).value))
      await page.getByRole('button', { name: 'Disconnect' }).click()
      await reach(page, 'idle')

      for (const [id, value] of Object.entries(fields())) {
        await page.locator(`#${id}`).fill(value)
      }

      await page.getByRole('button', { name: 'Connect' }).click()
      await reach(page, 'failed')
      expect(await page.getByRole('alert').textContent()).to.match(words)
      expect(await text(page, 'client-id')).to.equal('–')
      expect(await page.locator('[aria-invalid=true]').evaluateAll(fields => fields.map(({ id }) => id))).to.deep.equal(invalid == null ? [] : [invalid])
      await page.screenshot({ path: fileURLToPath(new URL(`problem-${title.replaceAll(' ', '-')}.png`, SCREENSHOTS)) })
      await expectAccessible(page)

      await page.getByLabel('Enode of the node').fill(before[0])
      await page.getByLabel('Address of a forwarder to it').fill(before[1])
      await page.getByRole('button', { name: 'Connect again' }).click()
      await reach(page, 'connected')
      expect(await page.getByRole('alert').count()).to.equal(0)
    })
  }

  it('takes what a peer says for text', async () => {
    const neighbour = await startNeighbour({ clientId: '<img src=x onerror=alert(1)>' })
    const other = new PageExample(['--enode', neighbour.enode])

    try {
      const page = await opened(await other.url())
      expect(await text(page, 'client-id')).to.equal('<img src=x onerror=alert(1)>')
      expect(await page.locator('img').count()).to.equal(0)
    } finally {
      await neighbour.stop()
      await other.stop()
    }
  })

  it('tells that the node it was given has left', async () => {
    const neighbour = await startNeighbour()
    const other = new PageExample(['--enode', neighbour.enode])

    try {
      const page = await opened(await other.url())
      expect(await text(page, 'their-id')).to.equal(neighbour.enode.slice(8, 136))
      await neighbour.stop()
      await reach(page, 'idle')
      expect(await text(page, 'state')).to.equal('The node has left: quitting.')
    } finally {
      expect(await other.stop()).to.equal(0)
    }
  })

  it('forwards by Node.js where there is no websockify', async () => {
    const other = new PageExample([], { ...process.env, PATH: '' })

    try {
      const page = await opened(await other.url())
      expect(other.printed.get('forwarder')).to.match(/^Node\.js, ws:/)
      expect(await text(page, 'route-forwarder')).to.equal('Node.js, passes bytes on')
    } finally {
      expect(await other.stop()).to.equal(0)
    }
  })

  it('has words for those who need websockify and have none', async () => {
    const { PATH } = process.env
    process.env.PATH = ''

    try {
      await expect(startWebsockify({ host: '127.0.0.1', port: 1 })).to.eventually.be.rejectedWith('apt-get install websockify')
        .with.property('name', 'NoWebsockifyError')
    } finally {
      process.env.PATH = PATH
    }
  })

  for (const args of [['--enode', 'enode://abc'], ['--port', 'http'], ['--nonsense']]) {
    it(`does not begin with ${args.join(' ')}, and says why in one line`, async () => {
      const { child } = new PageExample(args)
      await child.ended

      expect(child.process.exitCode).to.equal(1)
      expect(child.log()).to.match(/^\w*Error: .+\n$/)
    })
  }

  it('says how it is used', async () => {
    const { child, printed } = new PageExample(['--help'])
    await child.ended

    expect(child.process.exitCode).to.equal(0)
    expect(printed.get('usage:')).to.match(/^npm run example:browser/)
  })
})

async function reach (page: Page, state: string): Promise<void> {
  await page.locator(`body[data-state=${state}]`).waitFor()
}

async function text (page: Page, id: string): Promise<string | null> {
  return page.locator(`#${id}`).textContent()
}

/** No fault that axe finds, such as faint text or a field without a name; and nothing to scroll to at the side. */
async function expectAccessible (page: Page): Promise<void> {
  await page.evaluate(axe.source)
  const { passes, violations } = await page.evaluate(async () => (globalThis as any).axe.run())

  expect(passes).to.not.be.empty()
  expect(violations.map(({ id, nodes }: any) => [id, ...nodes.map(({ html }: any) => html)])).to.deep.equal([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).to.equal(0)
}
