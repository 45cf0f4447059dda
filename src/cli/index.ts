#!/usr/bin/env node
import { parseArguments, USAGE } from './arguments.ts'
import { runDemo } from './demo.ts'
import { runDial } from './dial.ts'
import { runListen } from './listen.ts'
import { Output, printable } from './output.ts'
import { runProbe } from './probe.ts'
import type { Arguments } from './arguments.ts'
import type { Context } from './context.ts'

const COMMANDS: Record<Exclude<Arguments['command'], 'help'>, (context: Context) => Promise<boolean>> = {
  demo: runDemo,
  dial: runDial,
  listen: runListen,
  probe: runProbe
}

/** Runs a command line and resolves to the exit code. */
async function main (argv: string[]): Promise<number> {
  const controller = new AbortController()
  const quit = (): void => { controller.abort() }
  process.once('SIGINT', quit)
  process.once('SIGTERM', quit)

  const output = new Output(argv.includes('--json'), (line) => { process.stdout.write(`${line}\n`) })

  try {
    const args = parseArguments(argv)

    if (args.command === 'help') {
      output.line(USAGE)
      return 0
    }

    return await COMMANDS[args.command]({ args, output, signal: controller.signal }) ? 0 : 1
  } catch (err: any) {
    if (controller.signal.aborted) {
      return 0
    }

    if (argv.includes('--json')) {
      output.error(err)
    } else {
      process.stderr.write(`${err.name}: ${printable(err.message)}\n`)
    }

    return 1
  } finally {
    process.off('SIGINT', quit)
    process.off('SIGTERM', quit)
  }
}

process.exitCode = await main(process.argv.slice(2))
