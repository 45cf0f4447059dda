/**
 * Compiles the AssemblyScript of this package and embeds it, as a binary.ts beside each folder of sources, or in the folder
 * that is named: `npm run build:wasm`. The sources end in `.as`, so that nothing takes them for TypeScript.
 */

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

const WIDTH = 120
const OPTIONS = ['--runtime', 'stub', '--use', 'abort=', '--enable', 'simd', '-Oz', '--noAssert', '--lowMemoryLimit']
const MODULES = [
  { folder: 'src/crypto/wasm', name: 'frames' },
  { folder: 'src/p2p/wasm', name: 'snappy' }
]

const root = fileURLToPath(new URL('..', import.meta.url))
const [target = root] = process.argv.slice(2)

async function compile (folder, name) {
  let binary

  const { error, stderr } = await asc.main([`${name}.ts`, '--outFile', `${name}.wasm`, ...OPTIONS], {
    readFile: async (file) => readFile(resolve(root, folder, 'assembly', file.replace(/\.ts$/, '.as')), 'utf8').catch(() => null),
    writeFile: (file, contents) => { binary = contents }
  })

  if (error != null) {
    process.stderr.write(stderr.toString())
    throw error
  }

  return binary
}

for (const { folder, name } of MODULES) {
  const binary = await compile(folder, name)
  const lines = Buffer.from(binary).toString('base64').match(new RegExp(`.{1,${WIDTH}}`, 'g'))
  const file = resolve(target, folder, 'binary.ts')

  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, `// ${binary.byteLength} bytes, made by \`npm run build:wasm\` of the sources in assembly/: do not edit

/** The WebAssembly module of ${name}, in base64. */
export const BINARY = \`
${lines.join('\n')}
\`
`)
}
