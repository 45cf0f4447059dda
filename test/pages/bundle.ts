import { readFile } from 'node:fs/promises'
import { expect } from 'aegir/chai'
import { bundle } from '../../examples/browser/bundle.ts'

const ROOT = new URL('../../', import.meta.url)

describe('the bundle for browsers', function () {
  this.timeout(60_000)

  it('imports nothing of Node.js, at any of the entry points', async () => {
    const { exports } = JSON.parse(await readFile(new URL('package.json', ROOT), 'utf8'))
    const entryPoints = Object.values<{ import: string }>(exports).map(({ import: built }) =>
      new URL(built.replace('./dist/', './').replace(/\.js$/, '.ts'), ROOT))

    expect(entryPoints).to.not.be.empty()

    for (const entryPoint of entryPoints) {
      // one file has all of it, with no import left
      expect(await bundle(entryPoint), entryPoint.pathname).to.not.match(/\b(?:from|import|require\()\s*["']/)
    }
  })

  it('is not made where something imports a module of Node.js', async () => {
    await expect(bundle(new URL('src/cli/index.ts', ROOT))).to.eventually.be.rejected
      .with.property('message').that.matches(/Could not resolve "node:/)
  })
})
