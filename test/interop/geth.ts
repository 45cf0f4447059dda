import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { fromString } from 'uint8arrays/from-string'
import { atExit } from '../fixtures/at-exit.ts'
import { Child } from '../fixtures/child.ts'
import { jsonRpc } from './json-rpc.ts'
import { gethPath, testdataPath } from './tools.ts'
import type { RunningClient } from './client.ts'
import type { Call } from './json-rpc.ts'

const START_TIMEOUT = 30_000
const LOG_TIMEOUT = 10_000
const SHOWN_TIMEOUT = 10_000

const execute = promisify(execFile)

export interface GethOptions {
  /**
   * Node key, 64 hex digits
   *
   * @default random
   */
  nodeKey?: string

  /**
   * Whether the 600 blocks of the test chain are imported, or only the genesis is
   *
   * @default true
   */
  chain?: boolean

  /**
   * TCP port for RLPx on 127.0.0.1
   *
   * @default one that is free
   */
  port?: number

  /**
   * Further command line flags, such as `['--syncmode', 'full']`
   */
  flags?: string[]
}

/**
 * A running geth. Its `stop` sends every peer Disconnect 0x08.
 */
export interface Geth extends RunningClient {
  /**
   * Calls a JSON-RPC method of the admin, debug, eth, net or txpool API. Rejects with the message of geth's error.
   */
  rpc: Call

  /**
   * The same of the engine API, by which a consensus client would drive it
   */
  engine: Call

  /**
   * All that geth has logged
   */
  log (): string

  /**
   * Ends geth without a word to its peers. `stop` is still needed to remove the data.
   */
  kill (): void
}

/**
 * A peer as `admin_peers` shows it
 */
export interface GethPeer {
  id: string
  enode: string
  name: string
  network: { inbound: boolean }

  /**
   * `eth` is a string until Status has been exchanged
   */
  protocols: Record<string, { version: number }>
}

/**
 * Starts a geth on the test chain, on 127.0.0.1, without discovery. It answers RPC when this resolves.
 */
export async function startGeth (options: GethOptions = {}): Promise<Geth> {
  const folder = await makeFolder()
  await cp(await initialisedFolder(options.chain ?? true), folder, { recursive: true })
  const config = join(folder, 'p2p.toml') // as --port would listen on every interface
  await writeFile(config, `[Node.P2P]\nListenAddr = "127.0.0.1:${options.port ?? 0}"\n`)

  const child = new Child(await gethPath(), [
    '--config', config, '--datadir', folder,
    '--nodiscover', '--nat', 'none', '--nodekeyhex', options.nodeKey ?? randomBytes(32).toString('hex'),
    '--http', '--http.addr', '127.0.0.1', '--http.port', '0', '--http.api', 'admin,debug,eth,net,txpool',
    '--authrpc.addr', '127.0.0.1', '--authrpc.port', '0', '--ipcdisable',
    ...options.flags ?? []
  ])
  const stop = async (): Promise<void> => {
    await child.stop(() => { child.process.kill('SIGTERM') })
    await rm(folder, { recursive: true, force: true })
  }

  try {
    const [, address] = await child.logged(/HTTP server started +endpoint=(\S+) auth=false/, START_TIMEOUT)
    const [, authAddress] = await child.logged(/HTTP server started +endpoint=(\S+) auth=true/, START_TIMEOUT)
    const secret = await readFile(join(folder, 'geth', 'jwtsecret'), 'utf8')
    const rpc = jsonRpc(`http://${address}`)
    const { enode } = await rpc<{ enode: string }>('admin_nodeInfo')

    return {
      enode,
      rpc,
      engine: jsonRpc(`http://${authAddress}`, fromString(secret.trim().slice(2), 'base16')),
      dial: async (enode) => { await rpc('admin_addPeer', [enode]) },
      log: () => child.log(),
      logged: async (pattern) => child.logged(pattern, LOG_TIMEOUT),
      stop,
      kill: () => { child.process.kill('SIGKILL') }
    }
  } catch (err) {
    await stop()
    throw err
  }
}

/**
 * Waits until geth has exchanged Status with a peer: any, unless it is told which
 */
export async function shownPeer (geth: Geth, matches: (peer: GethPeer) => boolean = () => true): Promise<GethPeer> {
  for (const deadline = Date.now() + SHOWN_TIMEOUT; Date.now() < deadline; await delay(50)) {
    const peer = (await geth.rpc<GethPeer[]>('admin_peers')).find(matches)

    if (typeof peer?.protocols.eth === 'object') {
      return peer
    }
  }

  throw new Error(`geth showed no such peer:\n${JSON.stringify(await geth.rpc('admin_peers'))}`)
}

const initialised = new Map<boolean, Promise<string>>()

/**
 * The data folder is made once with and once without the chain, and copied for every start
 */
async function initialisedFolder (chain: boolean): Promise<string> {
  const folder = initialised.get(chain) ?? initialise(chain)
  initialised.set(chain, folder)

  return folder
}

async function initialise (chain: boolean): Promise<string> {
  const [geth, testdata, folder] = await Promise.all([gethPath(), testdataPath(), makeFolder()])
  await execute(geth, ['--datadir', folder, 'init', join(testdata, 'genesis.json')])

  if (chain) {
    await execute(geth, ['--datadir', folder, 'import', join(testdata, 'chain.rlp')])
  }

  return folder
}

async function makeFolder (): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'libp2p-rlpx-geth-'))
  atExit(() => { rmSync(folder, { recursive: true, force: true }) })

  return folder
}
