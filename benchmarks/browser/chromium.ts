import { access, constants } from 'node:fs/promises'
import { createServer } from 'node:http'
import { chromium } from 'playwright-core'
import { NotRunError } from '../benchmark.ts'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'

/** A page in which a program runs. */
export interface Page {
  /** Calls a function that the program has put into the global scope. */
  call (name: string, args: object): Promise<number>
  close (): Promise<void>
}

/**
 * Opens a page with a program in headless Chromium: the one in `CHROMIUM_PATH`, or playwright's own.
 *
 * @throws {NotRunError} where there is none
 */
export async function openPage (program: string): Promise<Page> {
  const browser = await launch()

  // over HTTP on this host, where browsers allow all that they allow secure pages
  const server = createServer((_, response) => { response.setHeader('content-type', 'text/html').end('<!doctype html><title>benchmark</title>') })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })

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

async function launch (): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH ?? chromium.executablePath()

  await access(executablePath, constants.X_OK).catch((err) => { throw new NotRunError('there is no Chromium, see CHROMIUM_PATH', { cause: err }) })

  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] })
}
