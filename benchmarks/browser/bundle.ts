import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Plugin } from 'esbuild'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** A program of this folder as a browser gets it. */
export async function bundle (name: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(name, import.meta.url))],
    bundle: true,
    format: 'iife',
    minify: true,
    write: false,
    plugins: [await browserFiles()]
  })

  return outputFiles[0].text
}

/** What `browser` of our package.json says of the compiled files, said of the sources. */
async function browserFiles (): Promise<Plugin> {
  const { browser } = JSON.parse(await readFile(resolve(ROOT, 'package.json'), 'utf8'))
  const sourceOf = (path: string): string => resolve(ROOT, path.replace('/dist/', '/').replace(/\.js$/, '.ts'))
  const replacements = new Map(Object.entries<string>(browser).map(([node, browser]) => [sourceOf(node), sourceOf(browser)]))

  return {
    name: 'browser-files',
    setup: ({ onResolve }) => {
      onResolve({ filter: /^\..*\.ts$/ }, ({ path, importer }) => {
        const replacement = replacements.get(resolve(dirname(importer), path))

        return replacement == null ? undefined : { path: replacement }
      })
    }
  }
}
