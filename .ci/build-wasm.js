/**
 * Compiles the AssemblyScript in src/crypto/wasm/assembly and embeds the result in src/crypto/wasm/binary.ts, or in the
 * file that is named: `npm run build:wasm`. The sources end in `.as`, so that nothing takes them for TypeScript.
 */

import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

const WIDTH = 120
const folder = new URL('../src/crypto/wasm/', import.meta.url)
const [output = fileURLToPath(new URL('binary.ts', folder))] = process.argv.slice(2)
let wasm

const { error, stderr } = await asc.main([
  'frames.ts', '--outFile', 'frames.wasm', '--runtime', 'stub', '--use', 'abort=', '--enable', 'simd', '-Oz', '--noAssert', '--lowMemoryLimit'
], {
  readFile: async (name) => readFile(new URL(`assembly/${name.replace(/\.ts$/, '.as')}`, folder), 'utf8').catch(() => null),
  writeFile: (name, contents) => { wasm = contents }
})

if (error != null) {
  process.stderr.write(stderr.toString())
  throw error
}

const lines = Buffer.from(wasm).toString('base64').match(new RegExp(`.{1,${WIDTH}}`, 'g'))

await writeFile(output, `// ${wasm.byteLength} bytes, made by \`npm run build:wasm\` from the sources in assembly/: do not edit

/** The WebAssembly module of the frames, in base64. */
export const BINARY = \`
${lines.join('\n')}
\`
`)
