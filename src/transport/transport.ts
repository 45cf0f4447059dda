import { ConnectionFailedError, InvalidMultiaddrError, InvalidParametersError, KEEP_ALIVE, serviceCapabilities, serviceDependencies, transportSymbol } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { CODE_P2P } from '@multiformats/multiaddr'
import { anySignal } from 'any-signal'
import { defaultCrypto } from '../crypto/index.ts'
import { CODE_RLPX, RLPX } from '../identity/multiaddr.ts'
import { nodeIdFromPeerIdText, peerIdFromNodeId } from '../identity/peer-id.ts'
import { rlpxMetrics } from '../metrics/rlpx-metrics.ts'
import { LIBP2P_1 } from '../muxer/constants.ts'
import { CLIENT_ID, MAX_UNFINISHED_BYTES } from '../p2p/constants.ts'
import { DisconnectReason } from '../p2p/disconnect.ts'
import { verifyLocalHello } from '../p2p/hello.ts'
import { UnfinishedBytes } from '../p2p/unfinished-bytes.ts'
import { closeAborted } from './aborted-socket.ts'
import { MAX_CONNECTIONS_PER_PEER, MAX_FORGED_HANDSHAKES_PER_ADDRESS, MAX_PENDING_HANDSHAKES, MAX_PENDING_HANDSHAKES_PER_ADDRESS, REFUSAL_PAUSE } from './constants.ts'
import { registerListener } from './enodes.ts'
import { UnprotectedTransportError, UnsupportedTransportError } from './errors.ts'
import { ForgedHandshakes } from './forged-handshakes.ts'
import { Introductions } from './introductions.ts'
import { RlpxListener } from './listener.ts'
import { PendingHandshakes } from './pending-handshakes.ts'
import { Refusals } from './refusals.ts'
import { Seats } from './seats.ts'
import { SessionUpgrader } from './session-upgrader.ts'
import type { EnodeListener } from './enodes.ts'
import type { RlpxDialEvents, RlpxTransportComponents, RlpxTransportInit } from './index.ts'
import type { PrivateKey } from '../crypto/index.ts'
import type { Capability } from '../p2p/capability.ts'
import type { LocalHello } from '../p2p/hello.ts'
import type { Connection, CreateListenerOptions, DialTransportOptions, MultiaddrConnection, PeerId, Startable, Transport, Upgrader } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/** Transports that RLPx cannot run on, by their tags, and why. */
const UNSUPPORTED: Array<[tag: RegExp, why: string]> = [
  [/circuit-relay/, 'a relay names a peer and no address, and /rlpx has no place in what it says: use rlpx() as the connection encrypter of a relayed connection'],
  [/quic|webrtc|webtransport/, 'it encrypts by itself, and its streams are not one connection of bytes']
]

/** By its tag, the transport whose sockets an abort leaves open. */
const WEB_SOCKETS = /websockets/

/** RLPx on another transport's connections. */
export class RlpxTransport implements Transport<RlpxDialEvents>, Startable {
  readonly [transportSymbol] = true
  readonly [serviceCapabilities]: string[] = ['@libp2p/transport']
  readonly #components: RlpxTransportComponents
  readonly #init: RlpxTransportInit
  readonly #inner: Transport & Partial<Startable>
  readonly #privateKey: PrivateKey
  readonly #capabilities: Capability[]
  readonly #seats: Seats
  readonly #refusals: Refusals
  readonly #introductions: Introductions
  readonly #upgrader: SessionUpgrader
  readonly #listeners = new Set<RlpxListener>()

  constructor (components: RlpxTransportComponents, init: RlpxTransportInit) {
    this.#components = components
    this.#init = init
    this.#privateKey = importKey(components, init)
    this.#capabilities = [...init.capabilities ?? [], ...(init.libp2p === true ? [LIBP2P_1] : [])]
    verifyLocalHello(this.#hello())

    if (components.connectionProtector != null && init.allowUnprotected !== true) {
      throw new UnprotectedTransportError()
    }

    const transport = init.transport ?? tcp()
    this.#inner = transport(components)
    const tag = this.#inner[Symbol.toStringTag]
    const [, why] = UNSUPPORTED.find(([pattern]) => pattern.test(tag)) ?? []

    if (why != null) {
      throw new UnsupportedTransportError(`RLPx does not run on ${tag}: ${why}`)
    }

    this.#introductions = new Introductions(components, this.#capabilities)
    this.#seats = new Seats({
      localId: this.#privateKey.publicKey,
      maxPeers: () => init.maxPeers ?? components.connectionManager.getMaxConnections(),
      maxConnectionsPerPeer: init.maxConnectionsPerPeer ?? MAX_CONNECTIONS_PER_PEER
    })
    this.#refusals = new Refusals(init.refusalPause ?? REFUSAL_PAUSE)
    this.#upgrader = new SessionUpgrader({
      components,
      privateKey: this.#privateKey,
      options: { ...init, unfinished: new UnfinishedBytes(init.maxUnfinishedBytes ?? MAX_UNFINISHED_BYTES) },

      // each read of a socket of Node.js has memory of its own; who knows what other transports do
      gives: init.transport == null,
      pending: new PendingHandshakes({
        max: init.maxPendingHandshakes ?? MAX_PENDING_HANDSHAKES,
        maxPerAddress: init.maxPendingHandshakesPerAddress ?? MAX_PENDING_HANDSHAKES_PER_ADDRESS
      }),
      forged: new ForgedHandshakes(init.maxForgedHandshakesPerAddress ?? MAX_FORGED_HANDSHAKES_PER_ADDRESS),
      seats: this.#seats,
      refusals: this.#refusals,
      introductions: this.#introductions,
      metrics: rlpxMetrics(components.metrics),
      capabilities: this.#capabilities,
      hello: () => this.#hello()
    })
  }

  /** Of its own for each inner transport, as libp2p wants it. */
  get [Symbol.toStringTag] (): string {
    return `${this.#inner[Symbol.toStringTag]}/rlpx`
  }

  get [serviceDependencies] (): string[] {
    return (this.#inner as { [serviceDependencies]?: string[] })[serviceDependencies] ?? []
  }

  async beforeStart (): Promise<void> {
    await this.#inner.beforeStart?.()
  }

  async start (): Promise<void> {
    await this.#introductions.start()
    this.#seats.open()
    await this.#inner.start?.()
  }

  async afterStart (): Promise<void> {
    await this.#inner.afterStart?.()
  }

  /** Tells everybody that we quit, before other parts of the node take the sockets away. */
  async beforeStop (): Promise<void> {
    await Promise.all([...this.#seats.close()].map(async ({ session }) => session?.disconnect(DisconnectReason.quitting)))
    await this.#inner.beforeStop?.()
  }

  async stop (): Promise<void> {
    await this.#introductions.stop()
    await this.#inner.stop?.()
  }

  async afterStop (): Promise<void> {
    await this.#inner.afterStop?.()
  }

  /**
   * Dials `…/rlpx/p2p/…`.
   *
   * @throws {InvalidMultiaddrError} where the address does not say who is dialled
   * @throws {UnsupportedKeyTypeError} where that is no secp256k1 key
   * @throws {ConnectionFailedError} where a WebSocket does not open
   * @throws {PeerRefusedError} where that one is tagged to be kept, and told us to go a moment ago
   */
  async dial (address: Multiaddr, options: DialTransportOptions<RlpxDialEvents>): Promise<Connection> {
    options.signal.throwIfAborted()

    const remoteId = nodeIdFromPeerIdText(peerIdOf(address))

    // libp2p would dial it again and again; whoever else dials knows why
    if (this.#refusals.size > 0 && await this.#isKept(peerIdFromNodeId(remoteId))) {
      this.#refusals.check(remoteId)
    }

    const { signal, onProgress, upgrader } = options

    // a socket goes at its signal, and a Disconnect with it: once it is open the signal is ours alone
    const opening = anySignal([signal])

    try {
      return await this.#inner.dial(address.decapsulateCode(CODE_RLPX), {
        signal: opening,
        onProgress,
        upgrader: intercept(upgrader, {
          upgradeOutbound: async (maConn) => {
            opening.clear()
            this.#watch(maConn)

            return this.#upgrader.outbound(maConn, { remoteId, signal, onProgress, upgrader })
          }
        })
      })
    } catch (err) {
      // libp2p's WebSockets reject with the event of a socket that did not open
      throw err instanceof Error ? err : new ConnectionFailedError(`Could not connect to ${address}`)
    } finally {
      opening.clear()
    }
  }

  createListener ({ upgrader }: CreateListenerOptions): EnodeListener {
    const inner = this.#inner.createListener({
      upgrader: intercept(upgrader, {
        upgradeInbound: async (maConn, { signal }) => {
          this.#watch(maConn)
          await this.#upgrader.inbound(maConn, { upgrader, signal })
        }
      })
    })

    const listener = new RlpxListener({ inner, id: this.#privateKey.publicKey, announce: this.#init.announce === true })
    registerListener(this.#components.peerId, listener)
    this.#listeners.add(listener)
    listener.addEventListener('close', () => { this.#listeners.delete(listener) })

    return listener
  }

  listenFilter (addresses: Multiaddr[]): Multiaddr[] {
    return addresses.filter(address => RLPX.exactMatch(address) && this.#inner.listenFilter([address.decapsulateCode(CODE_RLPX)]).length > 0)
  }

  dialFilter (addresses: Multiaddr[]): Multiaddr[] {
    return addresses.filter(address => RLPX.exactMatch(address) && this.#inner.dialFilter([address.decapsulateCode(CODE_RLPX)]).length > 0)
  }

  #watch (maConn: MultiaddrConnection): void {
    if (WEB_SOCKETS.test(this.#inner[Symbol.toStringTag])) {
      closeAborted(maConn)
    }
  }

  async #isKept (peerId: PeerId): Promise<boolean> {
    const { peerStore } = this.#components
    const tags = await peerStore.has(peerId) ? (await peerStore.get(peerId)).tags.keys() : []

    return [...tags].some(tag => tag.startsWith(KEEP_ALIVE))
  }

  #hello (): LocalHello {
    const { clientId = CLIENT_ID } = this.#init

    return {
      clientId,
      capabilities: this.#capabilities,
      listenPort: this.#listenPort(),
      id: this.#privateKey.publicKey
    }
  }

  #listenPort (): number {
    const [endpoint] = [...this.#listeners].flatMap(listener => listener.endpoints())

    return endpoint?.port ?? 0
  }
}

function importKey ({ privateKey }: RlpxTransportComponents, init: RlpxTransportInit): PrivateKey {
  const { crypto = defaultCrypto, libp2p, privateKey: own } = init

  if (own != null && libp2p === true) {
    throw new InvalidParametersError('libp2p/1 needs the identity of the node: leave out either `libp2p` or `privateKey`')
  }

  if (own == null && privateKey.type !== 'secp256k1') {
    throw new InvalidParametersError(`RLPx needs a secp256k1 key, and the node's is ${privateKey.type}: give one as \`privateKey\``)
  }

  return crypto.importPrivateKey(own instanceof Uint8Array ? own : (own ?? privateKey).raw)
}

function peerIdOf (address: Multiaddr): string {
  const id = address.getComponents().findLast(({ code }) => code === CODE_P2P)?.value

  if (id == null) {
    throw new InvalidMultiaddrError(`RLPx dials nobody it does not know: the address ${address} has no /p2p part`)
  }

  return id
}

/** The upgrader, in whose way something of ours stands. */
function intercept (upgrader: Upgrader, ours: Partial<{
  upgradeOutbound (maConn: MultiaddrConnection): Promise<Connection>
  upgradeInbound (maConn: MultiaddrConnection, options: { signal: AbortSignal }): Promise<void>
}>): Upgrader {
  return Object.assign(Object.create(upgrader), ours)
}
