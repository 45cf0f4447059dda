/**
 * A page that is a peer of Ethereum's network: `node examples/browser/serve.ts [--enode enode://…] [--port 8080]`.
 * Without an enode the page talks to a node of ours, which makes up a chain.
 */

import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { parseEnode } from '../../src/index.ts'
import { bundle } from './bundle.ts'
import { startForwarder } from './forwarder.ts'
import { startNeighbour } from './neighbour.ts'
import { startSite } from './site.ts'
import type { Page } from './site.ts'

const USAGE = `usage: npm run example:browser [-- [--enode enode://…] [--port N]]

  --enode URL   the node that the page talks to; one of ours without
  --port N      where the page is served on 127.0.0.1; any port that is free without`

/** No eval, no WebAssembly, nothing from elsewhere; a WebSocket to wherever the reader likes. */
const POLICY = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self' ws: wss:",
  "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"
].join('; ')

async function file (name: string, type: Page['type']): Promise<Page> {
  return { type, body: await readFile(new URL(`page/${name}`, import.meta.url), 'utf8') }
}

async function serve (options: { enode?: string, port?: string }): Promise<void> {
  const port = Number(options.port ?? 0)

  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`There is no port ${options.port}`)
  }

  // before anything is started, in case it is none
  const given = options.enode == null ? undefined : parseEnode(options.enode)
  const script = await bundle(new URL('page/main.ts', import.meta.url))
  const neighbour = given == null ? await startNeighbour() : undefined
  const enode = options.enode ?? neighbour?.enode ?? ''
  const { host, tcpPort } = given ?? parseEnode(enode)
  const forwarder = await startForwarder({ host, port: tcpPort })

  const site = await startSite({
    port,
    policy: POLICY,
    pages: {
      '/': await file('index.html', 'text/html'),
      '/style.css': await file('style.css', 'text/css'),
      '/icon.svg': await file('icon.svg', 'image/svg+xml'),
      '/main.js': { type: 'text/javascript', body: script },
      '/target.json': {
        type: 'application/json',
        body: JSON.stringify({ enode, forwarder: `/ip4/127.0.0.1/tcp/${forwarder.port}/ws`, program: forwarder.program })
      }
    }
  })

  const stop = async (): Promise<void> => {
    site.close()
    // first, as what it tells its peers goes through the forwarder
    await neighbour?.stop()
    await forwarder.stop()
  }

  process.stdout.write(`node       ${enode}
forwarder  ${forwarder.program}, ws://127.0.0.1:${forwarder.port} to ${host}:${tcpPort}
page       ${site.url}
`)

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => { void stop() })
  }
}

try {
  const { values } = parseArgs({ options: { enode: { type: 'string' }, help: { type: 'boolean' }, port: { type: 'string' } } })

  if (values.help === true) {
    process.stdout.write(`${USAGE}\n`)
  } else {
    await serve(values)
  }
} catch (err: any) {
  process.stderr.write(`${err.name}: ${err.message}\n`)
  process.exitCode = 1
}
