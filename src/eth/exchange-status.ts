import { TimeoutError } from '@libp2p/interface'
import { bytesToHex } from '@noble/hashes/utils.js'
import { equals } from 'uint8arrays/equals'
import { decodeStatus, encodeStatus, InvalidStatusError } from './status.ts'
import type { Status } from './status.ts'
import type { AbortOptions } from '@libp2p/interface'

/** The id of Status, relative to eth */
const STATUS = 0x00

/** What geth allows for it, too */
const DEFAULT_TIMEOUT = 5_000

/**
 * A message of eth
 */
export interface StatusMessage {
  /**
   * The message id, relative to eth
   */
  id: number

  /**
   * The message without its id: RLP
   */
  payload: Uint8Array
}

/**
 * The messages of an eth capability, in both directions: what `openCapability`
 * returns as `messages` is one
 */
export interface StatusMessages {
  /**
   * What the peer sends. Only `next()` is called, and only once, so the rest can
   * be read from it afterwards.
   */
  source: AsyncIterator<StatusMessage>

  /**
   * Sends a message to the peer
   */
  send (message: StatusMessage, options?: AbortOptions): Promise<void>

  /**
   * Ends the connection to the peer, with Disconnect reason 0x10 (subprotocol
   * error)
   */
  abort (err: Error): void
}

export interface ExchangeStatusOptions extends AbortOptions {
  /**
   * How long the exchange may take, in milliseconds
   *
   * @default 5000
   */
  timeout?: number
}

/**
 * Thrown when the peer is on another network or chain, or speaks another version
 */
export class StatusMismatchError extends Error {
  static name = 'StatusMismatchError'

  /**
   * What differs
   */
  public readonly field: 'networkId' | 'genesis' | 'version'

  /**
   * Our value, a hash in hexadecimal
   */
  public readonly ours: string

  /**
   * The peer's value, a hash in hexadecimal
   */
  public readonly theirs: string

  constructor (field: StatusMismatchError['field'], ours: string, theirs: string) {
    super(`The peer's eth Status has ${field} ${theirs}, ours has ${ours}`)
    this.name = 'StatusMismatchError'
    this.field = field
    this.ours = ours
    this.theirs = theirs
  }
}

/**
 * Thrown when the peer's messages end before its Status
 */
export class MissingStatusError extends Error {
  static name = 'MissingStatusError'

  constructor (message = "The peer's messages ended before its eth Status") {
    super(message)
    this.name = 'MissingStatusError'
  }
}

/**
 * Exchanges Status, the first message of eth in both directions, and returns the
 * peer's
 *
 * The peer's network id, genesis and version have to be ours. Its fork id is not
 * judged: that of a peer that is still syncing rightly differs (EIP-2124).
 *
 * If the exchange fails the connection is aborted, since without it eth cannot be
 * used. A signal that is aborted to begin with, or a Status of ours that cannot
 * be encoded, leave it as it is. What `source` throws, such as the peer's
 * Disconnect, is passed on as it is.
 *
 * @param messages - the eth capability, before anything was read or sent
 * @param ours - our Status, or `'mirror'` to wait for the peer's and send it back:
 * for a node without a chain of its own
 * @throws {StatusMismatchError} if the peer's Status contradicts ours
 * @throws {InvalidStatusError} if the peer's first message is not a valid Status
 * @throws {MissingStatusError} if the peer's messages end before its Status
 * @throws {TimeoutError} if the exchange takes longer than the timeout
 * @throws {AbortError} or the signal's own reason, if the signal is aborted
 */
export async function exchangeStatus (messages: StatusMessages, ours: Status | 'mirror', options: ExchangeStatusOptions = {}): Promise<Status> {
  const { timeout = DEFAULT_TIMEOUT, signal } = options
  const message = ours === 'mirror' ? undefined : { id: STATUS, payload: encodeStatus(ours) }
  signal?.throwIfAborted()

  const { promise: cut, reject } = Promise.withResolvers<never>()
  const onAbort = (): void => { reject(signal?.reason) }
  signal?.addEventListener('abort', onAbort)
  const timer = setTimeout(() => { reject(new TimeoutError(`No eth Status within ${timeout} ms`)) }, timeout)

  const sending = new AbortController()
  let sourceError: unknown
  const first = messages.source.next().catch(err => {
    sourceError = err
    throw err
  })

  try {
    const theirs = await Promise.race([
      cut,
      message == null ? mirror(messages, first, sending.signal) : swap(messages, first, message, sending.signal)
    ])

    if (ours !== 'mirror') {
      compare(ours, theirs)
    }

    return theirs
  } catch (err) {
    sending.abort(err)

    // once the source throws the connection has ended already
    if (err !== sourceError) {
      messages.abort(err as Error)
    }

    throw err
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}

type FirstMessage = Promise<IteratorResult<StatusMessage>>

async function mirror (messages: StatusMessages, first: FirstMessage, signal: AbortSignal): Promise<Status> {
  const result = await first
  const theirs = readStatus(result)
  await messages.send(result.value, { signal })

  return theirs
}

/** Sends and reads at once, as neither side has to wait for the other */
async function swap (messages: StatusMessages, first: FirstMessage, message: StatusMessage, signal: AbortSignal): Promise<Status> {
  const [theirs] = await Promise.all([first.then(readStatus), send(messages, first, message, signal)])

  return theirs
}

async function send (messages: StatusMessages, first: FirstMessage, message: StatusMessage, signal: AbortSignal): Promise<void> {
  try {
    await messages.send(message, { signal })
  } catch (err) {
    // the peer's Disconnect, if there is one to read, says more than that writing has failed
    await first
    throw err
  }
}

function readStatus (result: IteratorResult<StatusMessage>): Status {
  if (result.done === true) {
    throw new MissingStatusError()
  }

  const { id, payload } = result.value

  if (id !== STATUS) {
    throw new InvalidStatusError(`Invalid eth Status: the first message has id ${id}`)
  }

  return decodeStatus(payload)
}

function compare (ours: Status, theirs: Status): void {
  if (theirs.networkId !== ours.networkId) {
    throw new StatusMismatchError('networkId', `${ours.networkId}`, `${theirs.networkId}`)
  }

  if (theirs.version !== ours.version) {
    throw new StatusMismatchError('version', `${ours.version}`, `${theirs.version}`)
  }

  if (!equals(theirs.genesis, ours.genesis)) {
    throw new StatusMismatchError('genesis', bytesToHex(ours.genesis), bytesToHex(theirs.genesis))
  }
}
