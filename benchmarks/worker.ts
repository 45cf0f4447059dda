import { fileURLToPath } from 'node:url'
import { Child } from '../test/fixtures/child.ts'
import { EventReader } from '../test/fixtures/event-reader.ts'

/** How long anything may take that a worker is asked. */
const TIMEOUT = 120_000

/** Most of what a worker takes to start is the compilation of what all of them import. */
const COMPILED = fileURLToPath(new URL('../.cache/benchmarks/compiled', import.meta.url))

const running = new Set<Child>()

interface Events {
  answer: { value?: any, error?: string }
}

/**
 * A process that does one thing after the other, as it is told: commands and answers are JSON
 * objects, one a line.
 */
export class Worker {
  readonly #child: Child
  readonly #events: EventReader<Events>

  constructor (program: string, args: string[], env?: NodeJS.ProcessEnv) {
    this.#child = new Child(program, args, env)
    running.add(this.#child)
    void this.#child.ended.then(() => { running.delete(this.#child) })
    this.#events = new EventReader(this.#child)
  }

  get pid (): number | undefined {
    return this.#child.process.pid
  }

  async call <Value = number> (cmd: string, args: object = {}): Promise<Value> {
    this.#child.process.stdin.write(`${JSON.stringify({ cmd, ...args })}\n`)
    const { value, error } = await this.#events.next('answer', () => true, TIMEOUT)

    if (error != null) {
      throw new Error(`${cmd} failed in ${this.#child.process.spawnargs.join(' ')}: ${error}`)
    }

    return value
  }

  async stop (): Promise<void> {
    await this.#child.stop(() => { this.#child.process.stdin.end() })
  }
}

/** Ends all of them, whatever they are doing. */
export function stopWorkers (): void {
  for (const { process } of running) {
    process.kill('SIGKILL')
  }
}

/** A worker of a module in `processes/`. */
export function startWorker (name: string, ...args: string[]): Worker {
  const program = fileURLToPath(new URL(`processes/${name}.ts`, import.meta.url))

  return new Worker(process.execPath, ['--expose-gc', '--no-warnings', program, ...args], { ...process.env, NODE_COMPILE_CACHE: COMPILED })
}
