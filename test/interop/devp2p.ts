import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { devp2pPath } from './tools.ts'

const TIMEOUT = 10_000

const execute = promisify(execFile)

/**
 * What `devp2p rlpx ping` prints of a node. Rejects with its `stderr` where the node turns it away.
 */
export async function pingEnode (enode: string): Promise<string> {
  const { stdout } = await execute(await devp2pPath(), ['rlpx', 'ping', enode], { timeout: TIMEOUT })

  return stdout
}
