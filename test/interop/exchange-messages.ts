import { createHash, randomBytes } from 'node:crypto'
import { expect } from 'aegir/chai'
import type { GoPeer, GoPeerMessages } from './go-peer.ts'
import type { CapabilityMessages, Message } from '../../src/p2p/index.ts'

/** What random bytes that repeat repeat, in bytes. */
const PERIOD = 1024

/** What is the same on both sides of messages that went from one to the other. */
export type Messages = Pick<GoPeerMessages, 'count' | 'size' | 'sha256'>

/**
 * Expects messages of these sizes to go to the Go peer and back unchanged, on all capabilities at once, and one that it
 * sends of its own accord to arrive
 */
export async function exchangeMessages (go: GoPeer, channels: CapabilityMessages[], sizes: number[]): Promise<void> {
  await Promise.all(channels.map(async (channel) => {
    for (const size of sizes) {
      await expectEcho(go, channel, size)
    }

    const id = channel.capability.length - 1
    const sent = await sendFrom(go, channel, { id, size: 10_000 })
    expect(await readMessages(channel, 1, id)).to.deep.equal(sent)
  }))
}

async function expectEcho (go: GoPeer, channel: CapabilityMessages, size: number): Promise<void> {
  const [sent, echo] = await Promise.all([sendMessages(channel, { size }), readMessages(channel, 1, 1)])

  expect(await receivedBy(go, channel)).to.deep.equal(sent)
  expect(echo).to.deep.equal(sent)
}

/**
 * Sends so many messages with id 0 and random payloads, one after the other as there is room, and tells of each that is
 * sent
 */
export async function sendMessages (channel: CapabilityMessages, { count = 1, size }: { count?: number, size: number }, onSent = () => {}): Promise<Messages> {
  const tally = new Tally()

  while (tally.count < count) {
    const payload = randomBytes(size)
    tally.add(payload)
    await channel.send({ id: 0, payload })
    onSent()
  }

  return tally.messages
}

/**
 * Reads so many messages, all of which have the id, and tells of each
 */
export async function readMessages ({ source }: CapabilityMessages, count: number, expectedId: number, onRead = () => {}): Promise<Messages> {
  const tally = new Tally()

  while (tally.count < count) {
    const { id, payload } = await next(source)
    expect(id).to.equal(expectedId)
    tally.add(payload)
    onRead()
  }

  return tally.messages
}

/**
 * Has the Go peer send messages, and resolves when it has
 */
export async function sendFrom (go: GoPeer, channel: CapabilityMessages, message: { id: number, size: number, compressible?: boolean, count?: number }): Promise<Messages> {
  const capability = nameOf(channel)
  go.send({ cmd: 'send', capability, ...message })

  return messagesOf(await go.next('sent', event => event.capability === capability && event.id === message.id))
}

/**
 * What the Go peer reports next of the messages with id 0 that it has received
 */
export async function receivedBy (go: GoPeer, channel: CapabilityMessages): Promise<Messages> {
  const capability = nameOf(channel)

  return messagesOf(await go.next('message', event => event.capability === capability && event.id === 0))
}

/**
 * Random bytes that repeat, so that little is left of them when they are compressed
 */
export function compressible (size: number): Uint8Array {
  return Buffer.alloc(size, randomBytes(PERIOD))
}

export function sha256 (bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

class Tally {
  count = 0
  size = 0
  readonly #hash = createHash('sha256')

  get messages (): Messages {
    return { count: this.count, size: this.size, sha256: this.#hash.copy().digest('hex') }
  }

  add (payload: Uint8Array): void {
    this.count++
    this.size += payload.byteLength
    this.#hash.update(payload)
  }
}

function messagesOf ({ count, size, sha256 }: GoPeerMessages): Messages {
  return { count, size, sha256 }
}

function nameOf ({ capability: { name, version } }: CapabilityMessages): string {
  return `${name}/${version}`
}

async function next (source: AsyncGenerator<Message>): Promise<Message> {
  const { done, value } = await source.next()

  if (done === true) {
    throw new Error('The messages have ended')
  }

  return value
}
