import { parseArgs } from 'node:util'
import { decodeStatus, ETH_68, ETH_69, ETH_70, ETH_71, ETH_72, SNAP_1, SNAP_2 } from '../eth/index.ts'
import type { Status } from '../eth/index.ts'
import type { Capability } from '../p2p/index.ts'

/** A capability of our own: message 0 is answered with the same payload as message 1. */
export const ECHO_1: Capability = { name: 'echo', version: 1, length: 4 }

/**
 * How a program is used.
 *
 * @param program - as it is called
 * @param demo - what it does without a command
 */
export function usage (program: string, demo: string): string {
  return `usage: ${program} <command>

  probe <enode>     who is there, in one line
  dial <enode>      connects, and prints what comes
  listen            waits for peers on 127.0.0.1, and prints what comes

  --json                    one JSON object a line
  --key HEX                 our private key; a new one without
  --capabilities LIST       such as eth/68,echo/1; eth/69,eth/70,snap/1,echo/1 without
  --once                    dial: leaves once the Status is there
  --echo BYTES              dial: sends that many bytes over echo/1 and checks the answer
  --port N                  listen: the TCP port; any that is free without
  --status HEX              listen: the eth Status to send where the peer sends none

Without a command ${demo}.`
}

/** The command line cannot be understood. */
export class UsageError extends Error {
  static name = 'UsageError'

  constructor (message: string) {
    super(message)
    this.name = 'UsageError'
  }
}

export interface Arguments {
  command: 'demo' | 'probe' | 'dial' | 'listen' | 'help'
  enode: string
  json: boolean
  privateKey?: Uint8Array
  capabilities: Capability[]
  once: boolean
  echo?: number
  port: number
  status?: Status
}

const KNOWN = [ECHO_1, ETH_68, ETH_69, ETH_70, ETH_71, ETH_72, SNAP_1, SNAP_2]
const OFFERED = [ECHO_1, ETH_69, ETH_70, SNAP_1]
const MAX_ECHO = 16_000_000
const MAX_PORT = 65_535

/** @throws {UsageError} */
export function parseArguments (argv: string[]): Arguments {
  const { values, positionals } = parse(argv)
  const [command = 'demo', enode = '', ...more] = positionals

  if (values.help === true) {
    return { command: 'help', enode, json: false, capabilities: [], once: false, port: 0 }
  }

  if (command !== 'demo' && command !== 'probe' && command !== 'dial' && command !== 'listen') {
    throw new UsageError(`There is no command ${command}`)
  }

  const wantsEnode = command === 'probe' || command === 'dial'

  if (more.length > 0 || wantsEnode !== (enode !== '')) {
    throw new UsageError(wantsEnode ? `${command} takes one enode` : `${command} takes no enode`)
  }

  return {
    command,
    enode,
    json: values.json === true,
    privateKey: values.key == null ? undefined : hexArgument('--key', values.key, 32),
    capabilities: values.capabilities == null ? OFFERED : values.capabilities.split(',').map(knownCapability),
    once: values.once === true,
    echo: values.echo == null ? undefined : numberArgument('--echo', values.echo, MAX_ECHO),
    port: values.port == null ? 0 : numberArgument('--port', values.port, MAX_PORT),
    status: values.status == null ? undefined : decodeStatus(hexArgument('--status', values.status))
  }
}

interface Parsed {
  values: { help?: boolean, json?: boolean, once?: boolean, key?: string, capabilities?: string, echo?: string, port?: string, status?: string }
  positionals: string[]
}

function parse (args: string[]): Parsed {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        json: { type: 'boolean' },
        once: { type: 'boolean' },
        key: { type: 'string' },
        capabilities: { type: 'string' },
        echo: { type: 'string' },
        port: { type: 'string' },
        status: { type: 'string' }
      }
    })
  } catch (err: any) {
    throw new UsageError(err.message)
  }
}

function knownCapability (text: string): Capability {
  const capability = KNOWN.find(({ name, version }) => text.trim() === `${name}/${version}`)

  if (capability == null) {
    throw new UsageError(`The capability ${text} is not known, only ${KNOWN.map(({ name, version }) => `${name}/${version}`).join(', ')}`)
  }

  return capability
}

function hexArgument (option: string, text: string, length?: number): Uint8Array {
  const digits = text.startsWith('0x') ? text.slice(2) : text

  if (!/^([0-9a-f]{2})+$/i.test(digits) || (length != null && digits.length !== length * 2)) {
    throw new UsageError(`${option} takes ${length == null ? '' : `${length} bytes in `}hexadecimal`)
  }

  return Uint8Array.from(Buffer.from(digits, 'hex'))
}

function numberArgument (option: string, text: string, max: number): number {
  const value = Number(text)

  if (!/^[0-9]+$/.test(text) || value > max) {
    throw new UsageError(`${option} takes a number up to ${max}`)
  }

  return value
}
