import { connect, createServer } from 'node:net'
import { formatEnode, parseEnode } from '../../src/identity/enode.ts'
import type { AddressInfo, Socket } from 'node:net'

/**
 * What lies between us and a node, for a test to listen in on, and to cut
 */
export interface Cable {
  /** The node at the other end. */
  enode: string

  /**
   * Cuts all connections, without a word to either side, and takes no more
   */
  cut (): void

  /**
   * All that has gone through it to the node, and all that came back
   */
  passed (): [there: Buffer, back: Buffer]
}

/**
 * Lays a cable to a node
 */
export async function layCable (enode: string): Promise<Cable> {
  const { id, host, tcpPort } = parseEnode(enode)
  const sockets = new Set<Socket>()
  const there: Uint8Array[] = []
  const back: Uint8Array[] = []

  const server = createServer((near) => {
    const far = connect(tcpPort, host)

    for (const [from, to, chunks] of [[near, far, there], [far, near, back]] as const) {
      sockets.add(from)
      from.on('data', (chunk) => { chunks.push(Buffer.from(chunk)) })
      from.on('error', () => { to.destroy() }).pipe(to)
    }
  })

  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  const { port } = server.address() as AddressInfo

  return {
    enode: formatEnode({ id, host: '127.0.0.1', tcpPort: port, udpPort: 0 }),
    cut: () => {
      server.close()
      sockets.forEach((socket) => { socket.destroy() })
    },
    passed: () => [Buffer.concat(there), Buffer.concat(back)]
  }
}
