import { createServer } from 'node:http'
import { chromium } from 'playwright-core'
import type { AddressInfo } from 'node:net'

/** A page in which a program runs. */
export interface Page {
  /** Calls a function that the program has put into the global scope. */
  call (name: string, args: object): Promise<number>
  close (): Promise<void>
}

/** Opens a page with a program in headless Chromium: the one in `CHROMIUM_PATH`, or playwright's own. */
export async function openPage (program: string): Promise<Page> {
  // over HTTP on this host, where browsers allow all that they allow secure pages
  const server = createServer((_, response) => { response.setHeader('content-type', 'text/html').end('<!doctype html><title>benchmark</title>') })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })

  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage']
  })
  const page = await browser.newPage()
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  await page.addScriptTag({ content: program })

  return {
    call: async (name, args) => page.evaluate(([name, args]) => (globalThis as any)[name](args), [name, args] as const),
    close: async () => {
      await browser.close()
      server.close()
    }
  }
}
