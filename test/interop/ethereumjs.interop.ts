import { randomBytes } from 'node:crypto'
import { bytesToHex } from '@noble/hashes/utils.js'
import { expect } from 'aegir/chai'
import { encode } from 'rlp'
import { ETH_68, ETH_69, exchangeStatus } from '../../src/eth/index.ts'
import { DisconnectReason } from '../../src/index.ts'
import { startEthereumjsPeer } from './ethereumjs/index.ts'
import { WAYS } from './us.ts'
import type { EthereumjsPeer } from './ethereumjs/index.ts'
import type { Conversation, Us } from './us.ts'

const MAINNET = 1n
const GET_BLOCK_HEADERS = 0x03
const BLOCK_HEADERS = 0x04
const SIZES = [0, 1, 1024, 65_536, 1_048_576]
const REASONS = Object.values(DisconnectReason)

/** What holds whoever dialled. */
async function converse (peer: EthereumjsPeer, conversation: Conversation): Promise<void> {
  expect(conversation.hello.clientId).to.match(/^ethereumjs-devp2p\//)
  expect(conversation.shared.map(({ name, version, offset }) => ({ name, version, offset }))).to.deep.equal([{ name: 'eth', version: 68, offset: 16 }])
  expect(await peer.next('hello')).to.deep.include({ name: 'libp2p-rlpx', caps: ['eth/68', 'eth/69'] })

  const messages = await conversation.open('eth')
  const status = await exchangeStatus(messages, 'mirror')
  expect(status).to.include({ version: 68, networkId: MAINNET, totalDifficulty: 0x11n })
  expect(await peer.next('status')).to.deep.include({ networkId: '01', head: bytesToHex(status.head) })

  for (const size of SIZES) {
    const payload = encode([Uint8Array.of(1), randomBytes(size)])
    await messages.send({ id: GET_BLOCK_HEADERS, payload })
    expect(await peer.next('message')).to.deep.include({ id: GET_BLOCK_HEADERS, payload: bytesToHex(payload) })

    peer.send({ cmd: 'send', id: BLOCK_HEADERS, payload: bytesToHex(payload) })
    expect(await messages.source.next()).to.have.deep.property('value', { id: BLOCK_HEADERS, payload })
  }

  expect(await conversation.ping()).to.be.greaterThan(0)
}

WAYS.forEach(({ name, start }) => {
  describe(`${name} and @ethereumjs/devp2p`, function () {
    this.timeout(120_000)

    let us: Us
    let peer: EthereumjsPeer

    beforeEach(async () => {
      [us, peer] = await Promise.all([start([ETH_68, ETH_69]), startEthereumjsPeer()])
    })

    afterEach(async () => {
      await Promise.all([us.stop(), peer.stop()])
    })

    it('exchange Hello, Status, messages and a Ping when we dial', async () => {
      await converse(peer, await us.dial(peer.enode))
    })

    it('exchange Hello, Status, messages and a Ping when it dials', async () => {
      peer.send({ cmd: 'dial', enode: us.enode })
      await converse(peer, await us.accepted())
    })

    it('learn each reason for which the other disconnects', async () => {
      for (const reason of REASONS) {
        const leaving = await us.dial(peer.enode)
        await peer.next('hello')
        await leaving.disconnect(reason)
        expect(await peer.next('disconnect')).to.include({ reason, local: false })

        const left = await us.dial(peer.enode)
        await peer.next('hello')
        peer.send({ cmd: 'disconnect', reason })
        expect(await left.ended).to.include({ by: 'remote', reason })
        expect(await peer.next('disconnect')).to.include({ reason, local: true })
      }
    })

    it('part when it has no room, which it says after Hello', async () => {
      const full = await startEthereumjsPeer({ maxPeers: 0 })
      const end = await us.dial(full.enode).then(async ({ ended }) => ended, (err) => err)

      expect(end).to.include({ by: 'remote', reason: DisconnectReason.tooManyPeers })
      await full.stop()
    })
  })
})
