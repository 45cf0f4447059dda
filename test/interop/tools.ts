import { execFile } from 'node:child_process'
import { access, mkdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const GO_ETHEREUM = 'github.com/ethereum/go-ethereum'
const GO_MODULE = fileURLToPath(new URL('go', import.meta.url))
const GO_MINIMUM = 24 // the `go` line of go-ethereum's go.mod

/** Variables of the environment; `undefined` is one that is not set. */
type Env = Record<string, string | undefined>

const execute = promisify(execFile)

/**
 * Path of go-ethereum's `geth`, at the version that `go/go.mod` pins. The first call on a machine builds it, which takes
 * minutes.
 */
export const gethPath = once(async () => findCommand('geth'))

/**
 * Path of go-ethereum's `devp2p`, which is found or built like `geth`
 */
export const devp2pPath = once(async () => findCommand('devp2p'))

/**
 * Path of the peer in `go/`
 */
export const peerPath = once(async () => buildProgram('peer', '.'))

/**
 * Path of the snappy decoder in `go/snappy/`
 */
export const snappyPath = once(async () => buildProgram('snappy', './snappy'))

/**
 * Folder of the test chain, `genesis.json`, `chain.rlp` and what goes with them
 */
export const testdataPath = once(async () => {
  const { folder } = await goEthereum()

  return join(folder, 'cmd/devp2p/internal/ethtest/testdata')
})

/**
 * Path of a program that is built from a folder of a Go module, which is `go/` unless told otherwise
 */
export async function buildProgram (name: string, folder: string, module = GO_MODULE, env: Env = {}): Promise<string> {
  const path = join(await cacheFolder(), name)
  await go(['build', '-buildvcs=false', '-o', path, folder], env, module) // does nothing where nothing has changed

  return path
}

/**
 * Whether there is a Go to build anything with
 */
export async function hasGo (): Promise<boolean> {
  return execute('go', ['version']).then(() => true, () => false)
}

const goEthereum = once(async () => {
  await checkGo()
  const { Version, Dir } = JSON.parse(await go(['mod', 'download', '-json', GO_ETHEREUM]))

  return { version: String(Version), folder: String(Dir) }
})

const cacheFolder = once(async () => {
  const { version } = await goEthereum()
  const root = process.env.LIBP2P_RLPX_CACHE ?? join(homedir(), '.cache', 'libp2p-rlpx')
  const folder = join(root, version, 'bin')
  await mkdir(folder, { recursive: true })

  return folder
})

async function findCommand (name: string): Promise<string> {
  const { version } = await goEthereum()
  const cached = join(await cacheFolder(), name)

  if (await exists(cached)) {
    return cached
  }

  const installed = join(await go(['env', 'GOPATH']), 'bin', name)

  if (await exists(installed) && await isVersion(installed, version)) {
    return installed
  }

  process.stderr.write(`building ${name} ${version}, which takes some minutes the first time\n`)
  await go(['install', `${GO_ETHEREUM}/cmd/${name}@${version}`], { GOBIN: await cacheFolder() })

  return cached
}

async function isVersion (path: string, version: string): Promise<boolean> {
  const { stdout } = await execute(path, ['--version'])

  return stdout.includes(` ${version.replace('v', '')}-`)
}

async function checkGo (): Promise<void> {
  const version = await go(['version'])
  const [, major, minor] = /go(\d+)\.(\d+)/.exec(version) ?? []

  if (Number(major) === 1 && Number(minor) < GO_MINIMUM) {
    throw new Error(`The interop tests need Go 1.${GO_MINIMUM} or later to build go-ethereum, this is ${version}`)
  }
}

async function go (args: string[], env: Env = {}, cwd = GO_MODULE): Promise<string> {
  try {
    const { stdout } = await execute('go', args, { cwd, env: { ...process.env, CGO_ENABLED: '0', ...env } })

    return stdout.trim()
  } catch (err: any) {
    if (err.code === 'ENOENT') {
      throw new Error(`The interop tests need Go 1.${GO_MINIMUM} or later to build go-ethereum, and there is no go command`)
    }

    throw err
  }
}

async function exists (path: string): Promise<boolean> {
  return access(path).then(() => true, () => false)
}

function once <T> (make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined

  return async () => {
    made ??= make()

    return made
  }
}
