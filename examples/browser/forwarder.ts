import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { pipeline } from 'node:stream'
import { createWebSocketStream, WebSocketServer } from 'ws'
import type { ChildProcessByStdio } from 'node:child_process'
import type { AddressInfo } from 'node:net'
import type { Readable } from 'node:stream'

const HOST = '127.0.0.1'
const ATTEMPTS = 5
const LOG_LENGTH = 2_000

/** A TCP port. */
export interface Target {
  host: string
  port: number
}

/** Passes bytes from WebSockets to a TCP port and back, and understands none of them. */
export interface Forwarder {
  /** What passes them. */
  program: string

  /** Where it takes WebSockets. */
  port: number
  stop (): Promise<void>
}

/** Thrown where there is no websockify. */
export class NoWebsockifyError extends Error {
  static name = 'NoWebsockifyError'

  constructor () {
    super('There is no websockify: install it, on Debian by `apt-get install websockify`, elsewhere by `pip install websockify`')
    this.name = 'NoWebsockifyError'
  }
}

/** Forwards to a port by websockify, or by Node.js where that is not installed. */
export async function startForwarder (target: Target): Promise<Forwarder> {
  try {
    return await startWebsockify(target)
  } catch (err) {
    if (err instanceof NoWebsockifyError) {
      return startNodeForwarder(target)
    }

    throw err
  }
}

/**
 * Forwards to a port by websockify.
 *
 * @throws {NoWebsockifyError}
 */
export async function startWebsockify (target: Target, flags: string[] = []): Promise<Forwarder> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await runWebsockify(await freePort(), target, flags)
    } catch (err) {
      // it picks no port by itself, and another program may have taken this one meanwhile
      if (err instanceof NoWebsockifyError || attempt === ATTEMPTS) {
        throw err
      }
    }
  }
}

async function runWebsockify (port: number, { host, port: targetPort }: Target, flags: string[]): Promise<Forwarder> {
  const child = spawn('websockify', [
    ...flags, `${HOST}:${port}`, `${host.includes(':') ? `[${host}]` : host}:${targetPort}`
  ], { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise((resolve) => { child.once('close', resolve) })
  const kill = (): void => { child.kill() }
  process.once('exit', kill)
  child.once('close', () => { process.off('exit', kill) })

  const stop = async (): Promise<void> => {
    kill()
    await ended
  }

  await listening(child)

  return { program: 'websockify', port, stop }
}

/** Resolves once it has bound its port. */
async function listening (websockify: ChildProcessByStdio<null, Readable, Readable>): Promise<void> {
  let log = ''

  return new Promise((resolve, reject) => {
    const onData = (text: string): void => {
      log = `${log}${text}`.slice(-LOG_LENGTH)

      if (log.includes('proxying from')) {
        resolve()
      }
    }

    websockify.stdout.setEncoding('utf8').on('data', onData)
    websockify.stderr.setEncoding('utf8').on('data', onData)
    websockify.once('close', () => { reject(new Error(`websockify ended at once:\n${log}`)) })
    websockify.once('error', (err: NodeJS.ErrnoException) => {
      reject(err.code === 'ENOENT' ? new NoWebsockifyError() : err)
    })
  })
}

/** Forwards to a port by Node.js. */
async function startNodeForwarder ({ host, port }: Target): Promise<Forwarder> {
  const server = new WebSocketServer({ host: HOST, port: 0 })

  server.on('connection', (webSocket) => {
    const near = createWebSocketStream(webSocket)
    const far = connect(port, host)

    // where one side fails the other goes too, and there is nobody to tell
    pipeline(near, far, () => {})
    pipeline(far, near, () => {})
  })

  await once(server, 'listening')

  return {
    program: 'Node.js',
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      server.clients.forEach((webSocket) => { webSocket.terminate() })
      await new Promise((resolve) => { server.close(resolve) })
    }
  }
}

async function freePort (): Promise<number> {
  const server = createServer().listen(0, HOST)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')

  return port
}
