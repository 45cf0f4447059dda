import { connect, createServer } from 'node:net'
import { raceSignal } from 'race-signal'
import { duplex } from 'stream-to-it'
import type { ByteDuplex } from './duplex-link.ts'
import type { AbortOptions } from '@libp2p/interface'
import type { Server, Socket } from 'node:net'

export interface Endpoint {
  host: string
  port: number
}

/** Opens a TCP connection, for `connect`. In browsers it throws. */
export async function dialTcp ({ host, port }: Endpoint, { signal }: AbortOptions = {}): Promise<ByteDuplex> {
  signal?.throwIfAborted()

  const socket = connect({ host, port, allowHalfOpen: true })
  const connected = Promise.withResolvers<void>()
  socket.once('connect', connected.resolve)
  socket.once('error', connected.reject)

  try {
    await raceSignal(connected.promise, signal)

    return socketDuplex(socket)
  } catch (err) {
    socket.destroy()
    throw err
  }
}

export interface Listening {
  port: number

  /** Takes no more connections; those there are go on. */
  close (): void
}

/** Listens for TCP connections, for `accept`. Port 0 is any that is free. In browsers it throws. */
export async function listenTcp ({ host, port }: Endpoint, onConnection: (connection: ByteDuplex) => void): Promise<Listening> {
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => { onConnection(socketDuplex(socket)) })
  const listening = Promise.withResolvers<void>()
  server.once('listening', listening.resolve)
  server.on('error', listening.reject)
  server.listen(port, host)
  await listening.promise

  const address = server.address()

  return {
    port: address != null && typeof address === 'object' ? address.port : port,
    close: () => { server.close() }
  }
}

/** A socket as a duplex. It has to allow half-open, so that what we have to say after the other side's end is still said. */
function socketDuplex (socket: Socket): ByteDuplex {
  // waiting for more to send is for terminals
  socket.setNoDelay(true)

  // errors reach whoever reads or writes; a socket that nobody does either with is just gone
  socket.on('error', () => {})

  return {
    ...duplex<Uint8Array>(socket),
    abort: () => { socket.destroy() }
  }
}
