import { execFile } from 'node:child_process'
import { createCipheriv } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect } from 'aegir/chai'
import { build } from 'esbuild'
import { direction } from '../fixtures/frames.ts'
import { seededRandom } from '../fixtures/seeded-random.ts'
import { encryptBlock } from '../fixtures/wasm-module.ts'
import { arena } from '../fixtures/wasm.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Runs Node.js, without coverage, which makes compilers ten times slower. */
async function node (...args: string[]): Promise<string> {
  const { NODE_V8_COVERAGE, ...env } = process.env
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT, env })

  return stdout.trim()
}

describe('the WebAssembly module in Node.js', function () {
  this.timeout(120_000)

  let folder: string

  before(async () => { folder = await mkdtemp(join(tmpdir(), 'libp2p-rlpx-')) })
  after(async () => { await rm(folder, { recursive: true }) })

  it('is what its sources are compiled to', async () => {
    await node('.ci/build-wasm.js', folder)

    for (const file of ['src/crypto/wasm/binary.ts', 'src/p2p/wasm/binary.ts']) {
      expect(await readFile(join(ROOT, file), 'utf8')).to.equal(await readFile(join(folder, file), 'utf8'))
    }
  })

  it('encrypts 100,000 blocks as OpenSSL does', () => {
    const { bytes } = seededRandom(180)

    for (let keys = 0; keys < 1000; keys++) {
      const key = bytes(32)
      const cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false)

      for (let blocks = 0; blocks < 100; blocks++) {
        const block = bytes(16)

        if (!cipher.update(block).equals(encryptBlock(key, block))) {
          expect.fail(`key ${Buffer.from(key).toString('hex')}, block ${Buffer.from(block).toString('hex')}`)
        }
      }
    }
  })

  async function expectFrames (wasm: boolean, ...flags: string[]): Promise<void> {
    const outfile = join(folder, 'frames.mjs')
    await build({ entryPoints: [join(ROOT, 'test/fixtures/frames-alone.ts')], outfile, bundle: true, format: 'esm', platform: 'node' })

    expect(JSON.parse(await node(...flags, outfile))).to.deep.equal({ received: [0, 1, 100, 10_000], wasm })
  }

  it('is used by default', async () => {
    await expectFrames(true)
  })

  it('is done without in a process that compiles nothing', async () => {
    await expectFrames(false, '--jitless')
  })

  it('is done without where there are no vectors', async () => {
    // elsewhere every processor has them
    await expectFrames(process.arch !== 'x64', '--no-enable-ssse3', '--no-enable-sse4-1')
  })

  it('has its slots back from codecs that were forgotten', async () => {
    setFlagsFromString('--expose-gc')
    const gc: () => void = runInNewContext('gc')

    function forget (): void {
      for (let i = 0; i < 500; i++) {
        direction().encoder.encode(new Uint8Array(10))
      }
    }

    async function collect (): Promise<void> {
      for (let i = 0; i < 2; i++) {
        gc()
        await new Promise(resolve => setTimeout(resolve, 10))
      }
    }

    forget()
    await collect()
    const { byteLength } = arena().bytes

    for (let i = 0; i < 3; i++) {
      forget()
      await collect()
    }

    expect(arena().bytes).to.have.property('byteLength', byteLength)
  })
})
