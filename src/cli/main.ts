import { parseArguments } from './arguments.ts'
import { Output, printable } from './output.ts'
import type { Arguments } from './arguments.ts'
import type { Context } from './context.ts'

export interface Program {
  usage: string

  /** Each resolves to whether nothing went wrong. */
  commands: Record<Exclude<Arguments['command'], 'help'>, (context: Context) => Promise<boolean>>
}

/** Runs a command line until it is done, or is asked to leave, and resolves to the exit code. */
export async function main (argv: string[], { usage, commands }: Program): Promise<number> {
  const controller = new AbortController()
  const quit = (): void => { controller.abort() }
  process.once('SIGINT', quit)
  process.once('SIGTERM', quit)

  const output = new Output(argv.includes('--json'), (line) => { process.stdout.write(`${line}\n`) })

  try {
    const args = parseArguments(argv)

    if (args.command === 'help') {
      output.line(usage)
      return 0
    }

    return await commands[args.command]({ args, output, signal: controller.signal }) ? 0 : 1
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
