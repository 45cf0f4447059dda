import { createHash, randomBytes } from 'node:crypto'
import { expect } from 'aegir/chai'
import type { GoPeer } from './go-peer.ts'
import type { CapabilityMessages, Message } from '../../src/p2p/index.ts'

/**
 * Expects messages of these sizes to go to the Go peer and back unchanged, on all capabilities at once, and one that it
 * sends of its own accord to arrive
 */
export async function exchangeMessages (go: GoPeer, channels: CapabilityMessages[], sizes: number[]): Promise<void> {
  await Promise.all(channels.map(async (channel) => {
    for (const size of sizes) {
      await expectEcho(go, channel, size)
    }

    await expectMessage(go, channel)
  }))
}

async function expectEcho (go: GoPeer, channel: CapabilityMessages, size: number): Promise<void> {
  const payload = randomBytes(size)
  await channel.send({ id: 0, payload })

  const received = await go.next('message', ({ capability, id }) => capability === nameOf(channel) && id === 0)
  expect(received).to.include({ size, sha256: sha256(payload) })

  const echo = await next(channel)
  expect(echo.id).to.equal(1)
  expect(sha256(echo.payload)).to.equal(sha256(payload))
}

async function expectMessage (go: GoPeer, channel: CapabilityMessages): Promise<void> {
  const lastId = channel.capability.length - 1
  go.send({ cmd: 'send', capability: nameOf(channel), id: lastId, size: 10_000 })

  const sent = await go.next('sent', ({ capability, id }) => capability === nameOf(channel) && id === lastId)
  const message = await next(channel)
  expect({ id: message.id, sha256: sha256(message.payload) }).to.deep.equal({ id: lastId, sha256: sent.sha256 })
}

function nameOf ({ capability: { name, version } }: CapabilityMessages): string {
  return `${name}/${version}`
}

async function next ({ source }: CapabilityMessages): Promise<Message> {
  const { done, value } = await source.next()

  if (done === true) {
    throw new Error('The messages have ended')
  }

  return value
}

function sha256 (bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
