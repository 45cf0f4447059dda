import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { toString } from 'uint8arrays/to-string'
import { hex } from '../fixtures/hex.ts'

const FOLDER = fileURLToPath(new URL('inputs', import.meta.url))

/** An input that once made a decoder fail. */
export interface Saved {
  target: string
  failure: string
  input: Uint8Array
}

/** Keeps an input that fails, as a test from then on; gives its path. */
export async function save ({ target, failure, input }: Saved, folder: string = FOLDER): Promise<string> {
  const name = createHash('sha256').update(input).digest('hex').slice(0, 16)
  const path = join(folder, target, `${name}.json`)
  await mkdir(join(folder, target), { recursive: true })
  await writeFile(path, `${JSON.stringify({ failure, input: toString(input, 'base16') }, null, 1)}\n`)

  return path
}

export async function readSaved (folder: string = FOLDER): Promise<Saved[]> {
  const paths = (await readdir(folder, { recursive: true })).filter(path => path.endsWith('.json')).sort()

  return Promise.all(paths.map(async (path) => {
    const { failure, input } = JSON.parse(await readFile(join(folder, path), 'utf8'))

    return { target: path.split(/[\\/]/)[0], failure, input: hex(input) }
  }))
}
