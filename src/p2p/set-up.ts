import { raceSignal } from 'race-signal'
import { equals } from 'uint8arrays/equals'
import { DisconnectReason } from './disconnect.ts'
import { encryptionHandshake } from './encryption-handshake.ts'
import { reasonOf, SelfConnectionError } from './errors.ts'
import { GatheringLink } from './gathering-link.ts'
import { Session } from './session.ts'
import type { SharedCapability } from './capability.ts'
import type { EncryptionHandshakeOptions } from './encryption-handshake.ts'
import type { Hello, LocalHello } from './hello.ts'
import type { ByteLink } from './link.ts'
import type { SessionObserver } from './observer.ts'
import type { SessionOptions } from './session-options.ts'
import type { Handshake } from '../handshake/index.ts'

/** A peer on its way in. */
export interface Candidate {
  /** 64 bytes: the key that the other side holds, if it was the last checkpoint, or says it holds. */
  remoteId: Uint8Array

  /** Known at the second checkpoint, when the identity is proven. */
  hello?: Hello

  /** Known at the second checkpoint. */
  shared?: SharedCapability[]
}

export interface SetUpOptions extends EncryptionHandshakeOptions, SessionOptions {
  /**
   * Refuses a peer by throwing: a `DisconnectError` with the reason that it is told, which is
   * "requested" with any other error. It is asked twice.
   *
   * After the encryption handshake, without a Hello: who is there is only a claim, since anyone
   * who knows a public key can begin a handshake in its name. Refuse this connection by it, and
   * touch nothing else.
   *
   * After Hello: the identity is proven.
   */
  checkpoint? (candidate: Candidate): void | Promise<void>
}

export interface SetUpInit extends SetUpOptions {
  hello: LocalHello
  observer?: SessionObserver
}

/**
 * From a fresh connection to a running session, in geth's order: encryption handshake,
 * checkpoint, Hello, identity, shared capabilities, checkpoint. Where it does not come to
 * that the other side is told why and the connection is gone before the promise rejects.
 */
export async function setUp (bytes: ByteLink, handshake: Handshake, init: SetUpInit): Promise<{ remoteId: Uint8Array, session: Session }> {
  const { remoteId, link } = await encryptionHandshake(new GatheringLink(bytes), handshake, init)

  // what only this takes would be kept for as long as the session: a signal keeps all that it came from
  const { signal, checkpoint, ...kept } = init
  const session = new Session({ ...kept, link, remoteId })

  try {
    if (equals(remoteId, init.hello.id)) {
      throw new SelfConnectionError()
    }

    await raceSignal(Promise.resolve(checkpoint?.({ remoteId })), signal)
    session.start()
    await raceSignal(session.ready, signal)
    await raceSignal(Promise.resolve(checkpoint?.({ remoteId, hello: session.hello, shared: session.channels.capabilities })), signal)

    return { remoteId, session }
  } catch (err: any) {
    await session.disconnect(reasonOf(err, DisconnectReason.requested), err)
    throw err
  }
}
