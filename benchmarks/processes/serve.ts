import { createInterface } from 'node:readline'

/** What a process can be told to do. */
export type Commands = Record<string, (args: any) => unknown>

/** Obeys the commands on standard input, one after the other, until that is closed. */
export async function serve (commands: Commands): Promise<never> {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify({ event: 'answer', ...await obey(commands, line) })}\n`)
  }

  process.exit()
}

async function obey (commands: Commands, line: string): Promise<{ value?: unknown, error?: string }> {
  try {
    const { cmd, ...args } = JSON.parse(line)

    return { value: await commands[cmd](args) }
  } catch (err: any) {
    return { error: err.stack }
  }
}
