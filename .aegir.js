import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A Chromium to test in; without it playwright's own is installed and used. */
const { CHROMIUM_PATH } = process.env

/** Makes playwright believe that it has installed its browser, where another one is used. */
async function pretendInstalled () {
  // the playwright of playwright-test, which may not be ours
  const { resolve } = createRequire(createRequire(import.meta.url).resolve('playwright-test'))
  const { browsers } = JSON.parse(await readFile(join(dirname(resolve('playwright-core/package.json')), 'browsers.json'), 'utf8'))
  const root = join(tmpdir(), 'libp2p-rlpx-playwright')
  const { revision } = browsers.find(({ name }) => name === 'chromium-headless-shell')
  const folder = join(root, `chromium_headless_shell-${revision}`)

  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'INSTALLATION_COMPLETE'), '')

  return root
}

/** @type {import('aegir').PartialOptions} */
export default {
  build: {
    bundlesizeMax: '60KB',
    config: {
      // what every node of libp2p has, and what it is not weighed with
      external: ['@libp2p/*', '@multiformats/*', 'main-event']
    }
  },
  dependencyCheck: {
    ignore: ['libp2p-rlpx'],
    productionIgnorePatterns: ['/.ci', '/benchmarks', '/dist', '/examples', '/test']
  },
  test: {
    // the report, which fails where a file is not covered; aegir would not wait for it longer than a minute
    covTimeout: 300_000,
    async before ({ runner }) {
      if (runner === 'node') {
        return
      }

      // imported where it is needed, as not all that reads this file can read TypeScript
      const { createEchoNode } = await import('./test/fixtures/echo-node.ts')
      const { node, encrypter, transport } = await createEchoNode()

      return {
        node,
        env: {
          ...(CHROMIUM_PATH == null ? {} : { PLAYWRIGHT_BROWSERS_PATH: await pretendInstalled() }),
          ENCRYPTER_ADDRESS: encrypter,
          TRANSPORT_ADDRESS: transport
        }
      }
    },
    async after (_, { node } = {}) {
      await node?.stop()
    },
    browser: {
      config: {
        browserContextOptions: CHROMIUM_PATH == null
          ? {}
          : { executablePath: CHROMIUM_PATH, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] }
      }
    }
  }
}
