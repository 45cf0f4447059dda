import { CODE_P2P } from '@multiformats/multiaddr'
import { CustomProgressEvent } from 'progress-events'
import { initiate, respond } from '../handshake/index.ts'
import { peerIdFromNodeId } from '../identity/peer-id.ts'
import { MessageStreamLink } from '../message-stream/link.ts'
import { PROTOCOL } from '../muxer/constants.ts'
import { CapabilityMuxer } from '../muxer/muxer.ts'
import { DisconnectReason } from '../p2p/disconnect.ts'
import { DisconnectError, SessionClosedError, SessionError } from '../p2p/errors.ts'
import { setUp } from '../p2p/set-up.ts'
import { SessionConnection } from './connection.ts'
import { TooManyHandshakesError } from './errors.ts'
import type { ForgedHandshakes } from './forged-handshakes.ts'
import type { Introductions } from './introductions.ts'
import type { PendingHandshakes } from './pending-handshakes.ts'
import type { Refusals } from './refusals.ts'
import type { Seat, Seats } from './seats.ts'
import type { PrivateKey } from '../crypto/index.ts'
import type { Handshake } from '../handshake/index.ts'
import type { RlpxMetrics } from '../metrics/rlpx-metrics.ts'
import type { CapabilityMuxerComponents } from '../muxer/muxer.ts'
import type { Capability } from '../p2p/capability.ts'
import type { LocalHello } from '../p2p/hello.ts'
import type { Session } from '../p2p/session.ts'
import type { Candidate, SetUpOptions } from '../p2p/set-up.ts'
import type { AbortOptions, ComponentLogger, Connection, ConnectionGater, Logger, MessageStreamDirection, MultiaddrConnection, Upgrader, UpgraderWithoutEncryptionOptions } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { ProgressOptions } from 'progress-events'

export interface SessionUpgraderComponents extends CapabilityMuxerComponents {
  connectionGater: ConnectionGater
  logger: ComponentLogger
}

export interface SessionUpgraderInit {
  components: SessionUpgraderComponents
  privateKey: PrivateKey
  options: SetUpOptions

  /** Whether what a raw connection hands out, and the memory that it is all of, is nobody else's any more. */
  gives: boolean
  pending: PendingHandshakes
  forged: ForgedHandshakes
  seats: Seats
  refusals: Refusals
  introductions: Introductions
  metrics?: RlpxMetrics

  /** Ours, of all versions. */
  capabilities: Capability[]

  /** Ours, as it is now. */
  hello (): LocalHello
}

export interface OutboundOptions extends Required<AbortOptions>, ProgressOptions<any> {
  upgrader: Upgrader

  /** The node that is dialled: 64 bytes. */
  remoteId: Uint8Array
}

export interface InboundOptions extends Required<AbortOptions> {
  upgrader: Upgrader
}

/** A session that is up, and the seat it has. */
interface Opened {
  maConn: MultiaddrConnection
  direction: MessageStreamDirection
  remoteId: Uint8Array
  session: Session
}

type NativeOptions = Pick<UpgraderWithoutEncryptionOptions, 'skipEncryption' | 'skipProtection' | 'remotePeer' | 'muxerFactory'>

/**
 * Makes a libp2p connection of a raw one. Until the other side has proven its identity, by a
 * frame that passes its MAC, nothing but this one connection is touched.
 */
export class SessionUpgrader {
  readonly #init: SessionUpgraderInit
  readonly #log: Logger

  /** Of all connections: libp2p gives each of them one of its own, which takes memory. */
  readonly #connectionLog: Logger

  constructor (init: SessionUpgraderInit) {
    this.#init = init
    this.#log = init.components.logger.forComponent('libp2p:rlpx')
    this.#connectionLog = init.components.logger.forComponent('libp2p:rlpx:connection')
  }

  async outbound (maConn: MultiaddrConnection, { remoteId, upgrader, ...options }: OutboundOptions): Promise<Connection> {
    const { privateKey, options: { crypto } } = this.#init
    const onStage = (stage: string): void => { options.onProgress?.(new CustomProgressEvent(`rlpx:${stage}`)) }

    onStage('encryption-handshake')
    const handshake = initiate({ privateKey, remoteId, crypto })
    const opened = await this.#open(maConn, handshake, 'outbound', options.signal, onStage)

    return this.#upgrade(opened, async (connection, native) => upgrader.upgradeOutbound(connection, { ...options, ...native }))
  }

  async inbound (maConn: MultiaddrConnection, { upgrader, signal }: InboundOptions): Promise<void> {
    const { forged, options: { crypto }, pending, privateKey } = this.#init
    const leave = forged.tooMany(maConn.remoteAddr) ? undefined : pending.enter(maConn.remoteAddr)

    if (leave == null) {
      const err = new TooManyHandshakesError()
      this.#init.metrics?.setUp('inbound', err)
      throw err
    }

    const deadline = upgrader.createInboundAbortSignal(signal)

    try {
      const opened = await this.#open(maConn, respond({ privateKey, crypto }), 'inbound', deadline)

      await this.#upgrade(opened, async (connection, native) => upgrader.upgradeInbound(connection, { signal, ...native }))
    } catch (err: any) {
      forged.note(maConn.remoteAddr, err)
      throw err
    } finally {
      deadline.clear()
      leave()
    }
  }

  /** Encryption handshake, checkpoint, Hello, checkpoint. */
  async #open (maConn: MultiaddrConnection, handshake: Handshake, direction: MessageStreamDirection, signal: AbortSignal, onStage?: (stage: string) => void): Promise<Opened> {
    const { gives, hello, metrics, options, seats } = this.#init
    let seat: Seat | undefined

    const checkpoint = async (candidate: Candidate): Promise<void> => {
      if (candidate.hello == null) {
        onStage?.('hello')
        await this.#checkClaim(maConn, direction)
      } else {
        seat = seats.take(candidate.remoteId, direction)
      }
    }

    try {
      const { remoteId, session } = await setUp(new MessageStreamLink(maConn, { gives }), handshake, { ...options, hello: hello(), observer: metrics, signal, checkpoint })

      if (seat == null) {
        throw new SessionClosedError()
      }

      const opened = { maConn, direction, remoteId, session }
      seats.occupy(seat, session)
      assertRunning(session)
      metrics?.setUp(direction)
      this.#leaveOnceClosed(opened, seat)

      return opened
    } catch (err: any) {
      if (seat != null) {
        seats.leave(seat)
      }

      metrics?.setUp(direction, err)
      this.#log.error('could not set up an %s session with %a - %e', direction, maConn.remoteAddr, err)
      throw err
    }
  }

  /** Apart from how it was opened, of which nothing is to be kept. */
  #leaveOnceClosed ({ maConn: { remoteAddr }, direction, remoteId, session }: Opened, seat: Seat): void {
    const { metrics, refusals, seats } = this.#init

    void session.closed.then((end) => {
      seats.leave(seat)

      if (direction === 'outbound') {
        refusals.note(remoteId, end)
      }

      metrics?.ended(end)
      this.#log('%s session with %a ended by the %s side - %s', direction, remoteAddr, end.by, end.error ?? end.reason)
    })
  }

  /** Who is there is a claim so far: it may cost this connection, and nobody else's. */
  async #checkClaim (maConn: MultiaddrConnection, direction: MessageStreamDirection): Promise<void> {
    this.#init.seats.checkRoom(direction)

    if (direction === 'inbound' && await this.#init.components.connectionGater.denyInboundConnection?.(maConn) === true) {
      throw new SessionError('The connection gater denied the connection', DisconnectReason.tooManyPeers)
    }
  }

  /** Hands the session to libp2p; what that refuses is told why. */
  async #upgrade <Upgraded> (opened: Opened, upgrade: (connection: SessionConnection, native: NativeOptions) => Promise<Upgraded>): Promise<Upgraded> {
    const { direction, maConn, remoteId, session } = opened
    const { capabilities, components, introductions } = this.#init
    const remotePeer = peerIdFromNodeId(remoteId)

    try {
      await introductions.prepare(remotePeer, session)
      assertRunning(session)

      const connection = new SessionConnection({
        session,
        direction,
        remoteAddr: addressOf(maConn.remoteAddr, `/rlpx/p2p/${remotePeer}`),
        log: this.#connectionLog
      })

      return await upgrade(connection, {
        skipEncryption: true,
        skipProtection: true,
        remotePeer,
        muxerFactory: {
          protocol: PROTOCOL,
          createStreamMuxer: (maConn) => new CapabilityMuxer(maConn, { session, capabilities, components })
        }
      })
    } catch (err: any) {
      await session.disconnect(DisconnectReason.tooManyPeers, err)
      throw err
    }
  }
}

/** A peer may leave as soon as it has said Hello. */
function assertRunning ({ end }: Session): void {
  if (end != null) {
    throw end.error ?? new DisconnectError(end.reason, end.by)
  }
}

/** What the inner transport takes for the address of the peer may end in a peer id of its own making. */
function addressOf (remoteAddr: Multiaddr, tail: string): Multiaddr {
  return remoteAddr.decapsulateCode(CODE_P2P).encapsulate(tail)
}
