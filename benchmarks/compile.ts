import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const ROOT = new URL('../', import.meta.url)
const FOLDER = new URL('.cache/benchmarks/', ROOT)

/**
 * Compiles the package as it is published, since types that are stripped while it is imported
 * take time.
 *
 * @returns what it is imported as
 */
export async function compilePackage (): Promise<string> {
  const tsc = fileURLToPath(new URL('node_modules/typescript/bin/tsc', ROOT))
  const options = ['--noCheck', '--rootDir', '.', '--outDir', fileURLToPath(FOLDER), '--tsBuildInfoFile', fileURLToPath(new URL('tsbuildinfo', FOLDER))]

  await promisify(execFile)(process.execPath, [tsc, ...options], { cwd: ROOT })

  return new URL('src/index.js', FOLDER).href
}
