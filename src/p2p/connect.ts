import { defaultCrypto } from '../crypto/index.ts'
import { initiate, respond } from '../handshake/index.ts'
import { CLIENT_ID } from './constants.ts'
import { DuplexLink } from './duplex-link.ts'
import { verifyLocalHello } from './hello.ts'
import { SessionPeer } from './peer.ts'
import { setUp } from './set-up.ts'
import type { Capability } from './capability.ts'
import type { ByteDuplex } from './duplex-link.ts'
import type { Peer } from './peer.ts'
import type { SetUpOptions } from './set-up.ts'
import type { Crypto, PrivateKey } from '../crypto/index.ts'
import type { Handshake } from '../handshake/index.ts'

export interface AcceptInit extends SetUpOptions {
  /** Our static key: 32 bytes. */
  privateKey: Uint8Array

  /** What we speak. */
  capabilities: Capability[]

  /**
   * What we call ourselves.
   *
   * @default 'libp2p-rlpx'
   */
  clientId?: string

  /**
   * The TCP port we listen on, for the other side to know.
   *
   * @default 0
   */
  listenPort?: number
}

export interface ConnectInit extends AcceptInit {
  /** The node that is dialled: 64 bytes. */
  remoteId: Uint8Array
}

/**
 * Makes a session of a connection that we opened. It rejects with an error whose name tells
 * the stage and the reason: one of the encryption handshake, of the frames, of Hello, or a
 * `DisconnectError` where the other side, or `checkpoint`, refused.
 *
 * @throws {InvalidPrivateKeyError}
 * @throws {InvalidPublicKeyError}
 * @throws {InvalidLocalHelloError}
 */
export async function connect (duplex: ByteDuplex, init: ConnectInit): Promise<Peer> {
  return open(duplex, init, (crypto, privateKey) => initiate({ crypto, privateKey, remoteId: init.remoteId }))
}

/**
 * Makes a session of a connection that was opened to us. It rejects as `connect` does.
 *
 * @throws {InvalidPrivateKeyError}
 * @throws {InvalidLocalHelloError}
 */
export async function accept (duplex: ByteDuplex, init: AcceptInit): Promise<Peer> {
  return open(duplex, init, (crypto, privateKey) => respond({ crypto, privateKey }))
}

async function open (duplex: ByteDuplex, init: AcceptInit, handshake: (crypto: Crypto, privateKey: PrivateKey) => Handshake): Promise<Peer> {
  const { crypto = defaultCrypto, clientId = CLIENT_ID, capabilities, listenPort = 0 } = init

  try {
    init.signal?.throwIfAborted()

    const privateKey = crypto.importPrivateKey(init.privateKey)
    const hello = { clientId, capabilities, listenPort, id: privateKey.publicKey }
    verifyLocalHello(hello)

    const shake = handshake(crypto, privateKey)
    const { remoteId, session } = await setUp(new DuplexLink(duplex), shake, { ...init, hello })

    return new SessionPeer(remoteId, session)
  } catch (err: any) {
    duplex.abort?.(err)
    throw err
  }
}
