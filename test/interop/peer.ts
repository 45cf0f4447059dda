import { defaultCrypto } from '../../src/crypto/index.ts'
import { initiate } from '../../src/handshake/index.ts'
import { formatEnode, parseEnode } from '../../src/identity/enode.ts'
import { CLIENT_ID } from '../../src/p2p/constants.ts'
import { DuplexLink } from '../../src/p2p/duplex-link.ts'
import { accept, connect } from '../../src/p2p/index.ts'
import { setUp } from '../../src/p2p/set-up.ts'
import { dialTcp, listenTcp } from '../../src/p2p/tcp.ts'
import { Arrivals } from './arrivals.ts'
import type { Capability, Peer, SetUpOptions } from '../../src/p2p/index.ts'

const HOST = '127.0.0.1'

export interface PeerOptions extends SetUpOptions {
  capabilities: Capability[]

  /**
   * 32 bytes
   *
   * @default random
   */
  privateKey?: Uint8Array
}

/**
 * Dials a node, as we do without libp2p
 */
export async function dialEnode (enode: string, { privateKey = defaultCrypto.randomBytes(32), ...options }: PeerOptions): Promise<Peer> {
  const { id, host, tcpPort } = parseEnode(enode)

  return connect(await dialTcp({ host, port: tcpPort }), { ...options, privateKey, remoteId: id })
}

/**
 * Dials a node with a Hello that names another key than our handshake's, and waits for the error that ends that, in place
 * of its Hello or after it
 */
export async function dialAsAnother (enode: string, capabilities: Capability[]): Promise<unknown> {
  const { id: remoteId, host, tcpPort } = parseEnode(enode)
  const [privateKey, another] = [0, 1].map(() => defaultCrypto.importPrivateKey(defaultCrypto.randomBytes(32)))
  const duplex = new DuplexLink(await dialTcp({ host, port: tcpPort }))
  const hello = { clientId: CLIENT_ID, capabilities, listenPort: 0, id: another.publicKey }

  try {
    const { session } = await setUp(duplex, initiate({ privateKey, remoteId }), { hello })

    return (await session.closed).error
  } catch (err) {
    return err
  }
}

/**
 * The same address with the key of nobody
 */
export function withAnotherKey (enode: string): string {
  const { publicKey: id } = defaultCrypto.importPrivateKey(defaultCrypto.randomBytes(32))

  return formatEnode({ ...parseEnode(enode), id })
}

export interface Listener {
  enode: string

  /**
   * The next peer that came in, in the order they came
   */
  accepted (): Promise<Peer>
  close (): void
}

/**
 * Listens on a free port, as we do without libp2p
 */
export async function listen ({ privateKey = defaultCrypto.randomBytes(32), ...options }: PeerOptions): Promise<Listener> {
  const peers = new Arrivals<{ accepted: Promise<Peer> }>()
  const listening = await listenTcp({ host: HOST, port: 0 }, (duplex) => {
    const accepted = accept(duplex, { ...options, privateKey })
    accepted.catch(() => {})
    peers.add({ accepted })
  })
  const { publicKey: id } = defaultCrypto.importPrivateKey(privateKey)

  return {
    enode: formatEnode({ id, host: HOST, tcpPort: listening.port, udpPort: 0 }),
    accepted: async () => (await peers.next()).accepted,
    close: () => { listening.close() }
  }
}
