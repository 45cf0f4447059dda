import { expect } from 'aegir/chai'
import { peerIdFromNodeId } from '../../../src/identity/index.ts'
import { nodeId, OTHER_KEY } from '../../fixtures/codec-keys.ts'
import { seal } from '../../fixtures/handshake.ts'
import { GOOD_KEY, TARGET_KEY } from '../../fixtures/hostile-ledger.ts'
import { startTransport, TRANSPORT } from '../../fixtures/hostile-nodes.ts'
import { describeAttacks, expectSettled } from '../../fixtures/hostile-table.ts'
import { meetAttacker, until } from '../../fixtures/hostile-target.ts'
import { WordLogger } from '../../fixtures/hostile-words.ts'
import { stopNodes } from '../../fixtures/libp2p-nodes.ts'
import { resources } from '../../fixtures/resources.ts'
import { recordEvents } from '../../fixtures/transport-events.ts'
import { CountingMetrics } from '../../fixtures/transport-metrics.ts'
import type { Attacker } from '../../fixtures/hostile-attacker.ts'
import type { NodeTarget } from '../../fixtures/hostile-nodes.ts'

const LAYER = 'rlpxTransport()'
const ELSEWHERE = '127.0.0.2'

/** What nobody should print. */
const WORDS = 'h0st1le\n\u001b[31m\u202e__proto__/../'

/** For those whose own handshakes keep this machine busy. */
const PATIENCE = 60_000

describe('hostile peers of a node', function () {
  this.timeout(120_000)

  let target: NodeTarget
  let before: Record<string, number>
  const attackers = new Set<Attacker>()

  async function start (...args: Parameters<typeof startTransport>): Promise<void> {
    target = await startTransport(...args)
    await new Promise(resolve => setImmediate(resolve))
    before = resources()
  }

  async function meet (key?: Uint8Array, localAddress?: string): Promise<Attacker> {
    const attacker = await meetAttacker(target, LAYER, 'dialling us', localAddress, key)
    attackers.add(attacker)

    return attacker
  }

  afterEach(async () => {
    try {
      await target.serve()
      attackers.forEach(({ socket }) => { socket.destroy() })
      await expectSettled(before)
    } finally {
      attackers.clear()
      await stopNodes()
    }
  })

  it('H18 is ourselves · rlpxTransport() · dialling us', async () => {
    await start()
    const attacker = await meet(TARGET_KEY)
    await attacker.meet()

    expect(await attacker.reason()).to.equal(0x0a)
    await until(() => target.seen().length > 0)
    expect(target.seen()).to.deep.equal(['SelfConnectionError'])
  })

  it('H18 is one over the limit · rlpxTransport() · dialling us', async () => {
    await start({ maxPeers: 1 })
    const attacker = await meet()
    await attacker.meet()

    expect(await attacker.reason()).to.equal(0x04)
    expect(target.node.getConnections()).to.have.lengthOf(1)
  })

  it('H18 is connected already · rlpxTransport() · dialling us', async () => {
    await start()
    const attacker = await meet(GOOD_KEY)
    await attacker.meet()
    attacker.sendHello()

    expect(await attacker.message()).to.have.property('id', 0)
    expect(await attacker.reason()).to.equal(0x05)
    expect(target.node.getConnections()).to.have.lengthOf(1)
  })

  it('H19 speaks in the name of a peer that we are connected to, and nothing tells of it · rlpxTransport() · dialling us', async () => {
    await start()
    const { node } = target
    const [connection] = node.getConnections()
    const known = await node.peerStore.all()
    const events = recordEvents(node)
    const attacker = await meet()
    await attacker.impersonate(target.goodId)
    attacker.write(new Uint8Array(32))
    await until(() => target.seen().length > 0)

    expect(target.seen()).to.deep.equal(['BadHeaderMacError'])
    expect(node.getConnections()).to.deep.equal([connection])
    expect(connection.status).to.equal('open')
    expect(events).to.deep.equal([])
    expect(await node.peerStore.all()).to.deep.equal(known)
  })

  it('H20 fills all places of its address, again and again · rlpxTransport() · dialling us', async () => {
    await start({ maxPendingHandshakesPerAddress: 8, handshakeTimeout: PATIENCE })

    for (let round = 0; round < 3; round++) {
      const flood = await Promise.all(Array.from({ length: 20 }, async () => meet()))

      // eight of them wait, the others are dropped unread
      await until(() => flood.filter(({ ended }) => ended).length === 12)
      await target.serve()

      const welcome = await meet(undefined, ELSEWHERE)
      await welcome.open()
      await target.nextSide()
      target.forget()

      flood.forEach(({ socket }) => { socket.destroy() })
      const kept = before.TCPSocketWrap + 2 * (round + 1)
      await until(() => resources().TCPSocketWrap <= kept)
    }
  })

  it('H24 sends auths whose tag is bad, one after the other · rlpxTransport() · dialling us', async () => {
    await start({ maxForgedHandshakesPerAddress: undefined, maxPendingHandshakesPerAddress: 8 })

    for (let i = 0; i < 30; i++) {
      const attacker = await meet()
      const auth = seal(target.id, new Uint8Array(200))
      auth[auth.byteLength - 1] ^= 1
      attacker.write(auth)
      await until(() => attacker.ended)
      await target.serve()
    }

    expect(target.seen()).to.deep.equal(new Array(30).fill('HandshakeDecryptionError'))

    // from now on its connections are dropped before a byte is read, and others are not
    for (let i = 0; i < 10; i++) {
      const dropped = await meet()
      await until(() => dropped.ended)
    }

    expect(target.seen()).to.have.lengthOf(30)
    const welcome = await meet(undefined, ELSEWHERE)
    await welcome.open()
    await target.nextSide()
  })

  it('H25 calls itself what nobody should print, and nothing prints it · rlpxTransport() · dialling us', async () => {
    const [logger, metrics] = [new WordLogger(), new CountingMetrics()]
    await start({}, { logger, metrics: () => metrics })
    const attacker = await meet()
    await attacker.open({ clientId: WORDS, capabilities: [[WORDS, 1], ...Array.from({ length: 50 }, (_, i) => [`h0st1le${i}`, i + 1]), ['eth', 69]] })
    const side = await target.nextSide()
    const { protocols } = await target.node.peerStore.get(peerIdFromNodeId(attacker.privateKey.publicKey))
    attacker.sendCompressed(1, Uint8Array.of(0xc2, 0x81, 0xfe))

    expect(await side.ended).to.include({ by: 'remote', reason: 0xfe })
    expect(protocols).to.deep.equal(['/eth/69'])
    expect(logger.words.filter(word => word.includes('h0st1le'))).to.deep.equal([])
    expect(Object.keys(metrics.groups.get('libp2p_rlpx_disconnects_total') ?? {})).to.deep.equal(['remote unknown reason'])
    expect([...metrics.groups.values()].flatMap(Object.keys).filter(label => label.includes('h0st1le'))).to.deep.equal([])
  })

  it('H26 comes twice at once under one id · rlpxTransport() · dialling us', async () => {
    await start()
    const pair = [await meet(OTHER_KEY), await meet(OTHER_KEY)]
    await Promise.all(pair.map(async (attacker) => attacker.meet()))
    pair.forEach((attacker) => { attacker.sendHello() })
    await target.nextSide()
    await until(() => pair.some(({ ended }) => ended))
    const [refused] = pair.filter(({ ended }) => ended)

    expect(await refused.reason()).to.equal(0x05)
    expect(target.node.getConnections()).to.have.lengthOf(2)
  })
})

describe('a Hello of somebody else', function () {
  this.timeout(60_000)

  describeAttacks({
    layers: [TRANSPORT],
    limits: { disconnectGrace: 20 },
    attacks: [{
      title: 'H2 says Hello with an id that is not its key',
      end: 'UnexpectedIdentityError',
      reason: 0x09,
      run: async (attacker) => {
        await attacker.meet()
        attacker.sendHello({ id: nodeId(OTHER_KEY) })
      }
    }]
  })
})
