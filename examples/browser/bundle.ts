import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Loader, Plugin } from 'esbuild'

const ROOT = new URL('../../', import.meta.url)

/** What `browser` of package.json tells bundlers, for the source in place of what is built of it. */
const browserFiles: Plugin = {
  name: 'browser-files',
  async setup ({ onLoad }) {
    const { browser } = JSON.parse(await readFile(new URL('package.json', ROOT), 'utf8'))
    const sources = new Map(Object.entries<string>(browser).map(([node, page]) => [sourcePath(node), sourcePath(page)]))

    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const replacement = sources.get(path)

      if (replacement != null) {
        return { contents: await readFile(replacement), loader: 'ts' satisfies Loader, resolveDir: dirname(replacement) }
      }
    })
  }
}

function sourcePath (built: string): string {
  return fileURLToPath(new URL(built.replace('./dist/', './').replace(/\.js$/, '.ts'), ROOT))
}

/**
 * A script of ours with all that it imports, for a page. It fails where anything imports a module of Node.js.
 */
export async function bundle (entryPoint: URL): Promise<string> {
  const { outputFiles: [{ text }] } = await build({
    entryPoints: [fileURLToPath(entryPoint)],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2024',
    define: { global: 'globalThis', 'process.env.NODE_ENV': '"production"' },
    plugins: [browserFiles],
    logLevel: 'silent'
  })

  return text
}
