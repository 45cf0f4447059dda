import { identify } from '@libp2p/identify'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { expect } from 'aegir/chai'
import { rlpx } from '../../src/encrypter/index.ts'
import { ETH_69 } from '../../src/eth/index.ts'
import { nodeIdFromPeerId, peerIdFromNodeId } from '../../src/identity/index.ts'
import { disconnect, DisconnectReason, openCapability, pingPeer, rlpxTransport, sessionEndOf } from '../../src/index.ts'
import { devp2p } from '../../src/muxer/index.ts'
import { nodeId, OTHER_KEY } from '../fixtures/codec-keys.ts'
import { ackItems, authItems, sealItems } from '../fixtures/handshake.ts'
import { Attacker } from '../fixtures/hostile-attacker.ts'
import { portOf } from '../fixtures/hostile-nodes.ts'
import { acceptSocket, dialSocket } from '../fixtures/hostile-sockets.ts'
import { until } from '../fixtures/hostile-target.ts'
import { createNode, nextConnection, stopNodes } from '../fixtures/libp2p-nodes.ts'
import { Outspoken } from '../fixtures/outspoken.ts'
import { ENCODINGS, leaks, tell } from '../fixtures/secret-search.ts'
import { seededRandom } from '../fixtures/seeded-random.ts'
import { rawKey } from '../fixtures/transport-raw.ts'
import type { Crypto } from '../../src/crypto/index.ts'
import type { LayerName, Role } from '../fixtures/hostile-attacker.ts'
import type { Node } from '../fixtures/libp2p-nodes.ts'
import type { Connection } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Libp2pOptions } from 'libp2p'

interface Layer {
  name: string
  attacked: LayerName

  /** Between the port and the peer id of an address. */
  suffix: string
  crypto (outspoken: Outspoken): Crypto
  parts (crypto: Crypto): Libp2pOptions
}

const NATIVE: Pick<Layer, 'attacked' | 'suffix' | 'parts'> = {
  attacked: 'rlpxTransport()',
  suffix: '/rlpx',
  parts: (crypto) => ({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0/rlpx'] },
    transports: [rlpxTransport({ capabilities: [ETH_69], libp2p: true, crypto })]
  })
}

const LAYERS: Layer[] = [
  { ...NATIVE, name: 'rlpxTransport()', crypto: ({ keeper }) => keeper.crypto },
  { ...NATIVE, name: 'rlpxTransport() with frames of primitives', crypto: ({ keeper }) => keeper.primitives },
  {
    name: 'rlpx() and devp2p()',
    attacked: 'rlpx()',
    suffix: '',
    crypto: ({ keeper }) => keeper.primitives,
    parts: (crypto) => ({
      addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
      transports: [tcp()],
      connectionEncrypters: [rlpx({ crypto })],
      streamMuxers: [devp2p({ capabilities: [ETH_69] })]
    })
  }
]

for (const { name, attacked, suffix, crypto, parts } of LAYERS) {
  describe(`what ${name} says`, function () {
    this.timeout(60_000)

    let outspoken: Outspoken
    let node: Node
    let dialler: Node

    async function create (): Promise<Node> {
      const created = await createNode({
        rlpx: null,
        options: { ...outspoken.options(), ...parts(crypto(outspoken)), services: { identify: identify(), ping: ping() } }
      })
      outspoken.keeper.keep('static key', (created as unknown as { components: { privateKey: { raw: Uint8Array } } }).components.privateKey.raw)

      created.addEventListener('connection:open', ({ detail: connection }) => {
        connection.addEventListener('close', ({ error }) => { outspoken.hear(error) })
        void sessionEndOf(connection).then(({ error }) => { outspoken.hear(error) })
      })

      return created
    }

    beforeEach(async () => {
      outspoken = new Outspoken()
      node = await create()
      dialler = await create()
    })

    afterEach(stopNodes)

    function address (peer = node.peerId): Multiaddr {
      return multiaddr(`/ip4/127.0.0.1/tcp/${portOf(node)}${suffix}/p2p/${peer}`)
    }

    async function meet (role: Role): Promise<Attacker> {
      const key = rawKey(50)
      const dial = (port: number): void => {
        void outspoken.failure(dialler.dial(multiaddr(`/ip4/127.0.0.1/tcp/${port}${suffix}/p2p/${peerIdFromNodeId(nodeId(key))}`)))
      }
      const [socket, targetId] = role === 'dialling us'
        ? [await dialSocket(portOf(node)), nodeIdFromPeerId(node.peerId)]
        : [await acceptSocket(dial), nodeIdFromPeerId(dialler.peerId)]

      return new Attacker({ socket, role, layer: attacked, key, targetId })
    }

    /** Once the attacker is cut off for it, an error has this name. */
    async function expectError (attacker: Attacker, ...names: string[]): Promise<void> {
      await until(() => attacker.ended && [...outspoken.errors].some(err => names.includes(err.name)))
      attacker.socket.destroy()
    }

    /** Errors from here on are new ones. */
    function forgetErrors (): void {
      outspoken.errors.clear()
    }

    /** Nothing that was said has any secret in it; there were many, and much was said. */
    async function expectDiscretion (): Promise<void> {
      const { errors, keeper, lines } = outspoken
      const metrics = await outspoken.metrics()

      expect(leaks(lines.join('\n'), keeper.secrets)).to.deep.equal([])
      expect(leaks([...errors].map(tell).join('\n'), keeper.secrets)).to.deep.equal([])
      expect(leaks(metrics, keeper.secrets)).to.deep.equal([])
      expect(metrics).to.include('libp2p_rlpx_set_ups_total')
      expect(lines.some(line => line.includes(':trace'))).to.equal(true)
      expect([...new Set(keeper.secrets.map(({ name }) => name))]).to.include.members([
        'static key', 'ephemeral key', 'ephemeral key or nonce', 'shared secret of a static key', 'key of ECIES', 'MAC', 'tag', 'text of a packet'
      ])
    }

    /** Sends noise, which is secret, and waits for it. */
    async function send (from: Connection, to: Connection): Promise<void> {
      const [sender, receiver] = await Promise.all([openCapability(from, 'eth'), openCapability(to, 'eth')])

      for (const length of [40, 2_000, 20_000]) {
        const payload = outspoken.keeper.keep('payload', seededRandom(length).bytes(length))
        await sender.messages.send({ id: 1, payload })
        expect((await receiver.messages.source.next()).value?.payload).to.equalBytes(payload)
      }

      await Promise.all([sender.stream.close(), receiver.stream.close()])
    }

    it('of sessions has none of their secrets, nor of what they carried', async () => {
      for (const reason of [DisconnectReason.requested, DisconnectReason.uselessPeer, DisconnectReason.tooManyPeers]) {
        const [dialled, accepted] = await Promise.all([dialler.dial(address()), nextConnection(node)])
        await send(dialled, accepted)
        await send(accepted, dialled)
        await pingPeer(dialled)
        await dialler.services.ping?.ping(node.peerId)
        await disconnect(accepted, reason)
        await sessionEndOf(dialled)
      }

      await expectDiscretion()
      expect(outspoken.keeper.secrets.map(({ name }) => name)).to.include.members(['secret of the session', 'aes', 'mac', 'payload'])
      expect(outspoken.lines.length).to.be.greaterThan(50)
    })

    it('of handshakes that fail has none of their secrets', async () => {
      await outspoken.failure(dialler.dial(address(peerIdFromNodeId(nodeId(OTHER_KEY)))))

      for (const change of [2, 70, 200]) {
        const attacker = await meet('dialling us')
        await attacker.begin()
        const auth = await attacker.packet()
        auth[change + 2] ^= 1
        attacker.write(auth)
        await expectError(attacker, 'HandshakeDecryptionError')
      }

      const noAuth = await meet('dialling us')
      await noAuth.begin()
      const [, ...items] = authItems()
      noAuth.write(sealItems(noAuth.targetId, [new Uint8Array(65).fill(0xff), ...items, 4]))
      await expectError(noAuth, 'InvalidAuthError')

      const noAck = await meet('dialled by us')
      await noAck.begin()
      await noAck.readPacket()
      noAck.write(sealItems(noAck.targetId, [new Uint8Array(64), ...ackItems().slice(1), 4]))
      await expectError(noAck, 'InvalidAckError')

      await expectDiscretion()
      const seen = [...outspoken.errors].map(({ name }) => name)
      expect(seen).to.include.members(['HandshakeDecryptionError', 'InvalidAuthError', 'InvalidAckError'])
    })

    for (const role of ['dialling us', 'dialled by us'] as const) {
      it(`of frames with bad MACs has neither those that were expected nor any other secret, of a peer ${role}`, async () => {
        for (const [at, error] of [[20, 'BadHeaderMacError'], [-1, 'BadFrameMacError']] as const) {
          forgetErrors()
          const attacker = await meet(role)
          await attacker.encrypt()
          const frame = attacker.frame(attacker.firstFrame())
          frame[at < 0 ? frame.byteLength + at : at] ^= 1
          attacker.write(frame)
          await expectError(attacker, error)
        }

        await expectDiscretion()
      })
    }

    it('would be found to have a secret, if it had one', async () => {
      await dialler.dial(address())
      const secret = outspoken.keeper.secrets.find(({ name }) => name === 'secret of the session') ?? { name: 'none', bytes: new Uint8Array() }

      for (const [encoding, encode] of Object.entries(ENCODINGS)) {
        expect(leaks(`[${encode(secret.bytes)}]`, outspoken.keeper.secrets).join()).to.include(`secret of the session in ${encoding}`)
      }

      // as an argument of a log line, within an error, and behind one
      const log = outspoken.forComponent('leaky')
      const shown = (value: unknown): string => leaks(tell(value), [secret]).join()
      log.trace('%o', { secret: secret.bytes })
      expect(leaks(outspoken.lines.at(-1) ?? '', [secret])).to.have.lengthOf(1)
      expect(shown(Object.assign(new Error('leaky'), { details: { secret: Buffer.from(secret.bytes) } }))).to.include('Buffer')
      expect(shown(new Error('leaky', { cause: new Error(Buffer.from(secret.bytes).toString('base64')) }))).to.include('base64')
      expect(shown(new AggregateError([new Error(Buffer.from(secret.bytes).toString('latin1'))]))).to.include('bytes')
    })
  })
}
