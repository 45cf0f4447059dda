import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { parseTap } from './tap.ts'
import { devp2pPath, testdataPath } from './tools.ts'
import type { TapCase } from './tap.ts'

const PING_TIMEOUT = 10_000
const SUITE_TIMEOUT = 120_000
const MAX_REPORT = 64 * 1024 * 1024

/** What the suites' other cases would drive: they demand that it is named, and these cases do not call it. */
const NO_ENGINE = ['--engineapi', 'http://127.0.0.1:1', '--jwtsecret', '0x00']

export type Suite = 'eth-test' | 'snap-test' | 'snap2-test'

const execute = promisify(execFile)

/**
 * What `devp2p rlpx ping` prints of a node. Rejects with its `stderr` where the node turns it away.
 */
export async function pingEnode (enode: string): Promise<string> {
  const { stdout } = await execute(await devp2pPath(), ['rlpx', 'ping', enode], { timeout: PING_TIMEOUT })

  return stdout
}

/**
 * Runs cases of one of devp2p's suites against a node, and resolves to how each of them went
 */
export async function runSuite (suite: Suite, enode: string, cases: string[]): Promise<TapCase[]> {
  const args = ['rlpx', suite, '--tap', '--run', `^(${cases.join('|')})$`, '--chain', await testdataPath(), '--node', enode, ...NO_ENGINE]

  // it exits with an error where a case fails, which the report tells too
  const { stdout } = await execute(await devp2pPath(), args, { timeout: SUITE_TIMEOUT, maxBuffer: MAX_REPORT })
    .catch((err) => err.killed === true || err.stdout === '' ? Promise.reject(err) : err)

  return parseTap(stdout)
}
