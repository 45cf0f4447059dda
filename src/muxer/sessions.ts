import { NotDevp2pError } from './errors.ts'
import type { Session } from '../p2p/session.ts'
import type { Connection, Stream } from '@libp2p/interface'

/** By the list of its streams, which is all of a muxer that libp2p's connection shows. */
const sessions = new WeakMap<Stream[], Session>()

/** Makes a session known as the one that has these streams. */
export function rememberSession (streams: Stream[], session: Session): void {
  sessions.set(streams, session)
}

/**
 * The session of a connection.
 *
 * @throws {NotDevp2pError}
 */
export function sessionOf (connection: Connection): Session {
  const session = sessions.get(connection.streams)

  if (session == null) {
    throw new NotDevp2pError(`The connection speaks ${connection.multiplexer ?? 'no multiplexer'} and not devp2p`)
  }

  return session
}

/** Whether a connection is the one that a session was made. */
export function hasSession (connection: Connection, session: Session): boolean {
  return sessions.get(connection.streams) === session
}
