/**
 * Records sessions with real peers into `test/fixtures/sessions/`, for `test/replay.spec.ts` and the fuzzer. It is run by
 * hand, as `node test/interop/record.ts [NAME …]`, where what we send has changed, and for a peer that is new. It needs Go,
 * which builds what `npm run test:interop` builds. Each recording is replayed before it is written.
 */
import { deepStrictEqual } from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { decodeStatus, encodeStatus, ETH_68, ETH_69, ETH_70, ETH_71, ETH_72, SNAP_1 } from '../../src/eth/index.ts'
import { DisconnectReason } from '../../src/p2p/index.ts'
import { repeated } from '../fixtures/recorded-session.ts'
import { replaySession } from '../fixtures/replay.ts'
import { seededRandom } from '../fixtures/seeded-random.ts'
import { pingEnode } from './devp2p.ts'
import { shownPeer, startGeth } from './geth.ts'
import { startGoPeer } from './go-peer.ts'
import { startEthereumjs } from './record-ethereumjs.ts'
import { Recorder } from './recorder.ts'
import { sendTransaction, TRANSACTIONS } from './test-chain.ts'
import type { Geth } from './geth.ts'
import type { GoPeer, GoPeerOptions } from './go-peer.ts'
import type { Capability } from '../../src/p2p/index.ts'
import type { Recording } from '../fixtures/recorded-session.ts'

const GETH = 'geth 1.17.5'
const GO = 'p2p.Server of go-ethereum 1.17.5'
const ETHEREUMJS = '@ethereumjs/devp2p 10.0.0'
const DEVP2P = 'devp2p 1.17.5, rlpx ping'

const TOYS: Capability[] = [
  { name: 'aaa', version: 1, length: 3 },
  { name: 'aaa', version: 2, length: 5 },
  { name: 'eth', version: 69, length: 18 },
  { name: 'zzz', version: 7, length: 2 }
]
const OFFERED = TOYS.map(({ name, version, length }) => `${name}/${version}:${length}`)

/** Those that are large are a part over and over again, which takes little room in a file. */
const SIZES = [0, 1, 15, 16, 17, 1024, 65_536]
const PART = seededRandom(1).bytes(33)

// [request id 1, [block 600, 1 header, skip 0, not reversed]]
const GET_BLOCK_HEADERS = { id: 0x03, payload: Uint8Array.of(0xc8, 0x01, 0xc6, 0x82, 0x02, 0x58, 0x01, 0x80, 0x80) }

/** Gives a peer on the test chain its own Status back. */
async function mirrorStatus (recorder: Recorder): Promise<void> {
  await recorder.send('eth', await recorder.message('eth', 0))
}

async function withGeth (use: (geth: Geth) => Promise<Recording>): Promise<Recording> {
  const geth = await startGeth()

  try {
    return await use(geth)
  } finally {
    await geth.stop()
  }
}

async function withGoPeer (options: GoPeerOptions, use: (go: GoPeer) => Promise<Recording>): Promise<Recording> {
  const go = await startGoPeer({ caps: OFFERED, ...options })

  try {
    return await use(go)
  } finally {
    await go.stop()
  }
}

/** Messages of many sizes on all capabilities, which come back, and one that the peer sends of its own accord. */
async function exchange (recorder: Recorder, go: GoPeer): Promise<void> {
  await go.next('hello')

  for (const capability of ['aaa', 'eth', 'zzz']) {
    for (const [index, size] of SIZES.entries()) {
      await recorder.send(capability, { id: 0, payload: repeated(PART, size) })
      await recorder.message(capability, index)
    }
  }

  go.send({ cmd: 'send', capability: 'aaa/2', id: 4, hex: 'c0ffee' })
  await recorder.message('aaa', SIZES.length)
  await recorder.ping()
}

const scenarios: Record<string, () => Promise<Recording>> = {
  'geth-dialled': async () => withGeth(async (geth) => {
    const recorder = new Recorder({ seed: 101, capabilities: [ETH_69, ETH_70, ETH_71, ETH_72, SNAP_1] })
    await recorder.dial(geth.enode)
    await mirrorStatus(recorder)
    await shownPeer(geth)
    await recorder.ping()
    await recorder.send('eth', GET_BLOCK_HEADERS)
    await recorder.message('eth', 1)
    await recorder.disconnect(DisconnectReason.tooManyPeers)

    return recorder.recording(GETH)
  }),

  'geth-dials': async () => withGeth(async (geth) => {
    const recorder = new Recorder({ seed: 102, capabilities: [ETH_69] })
    let enode = ''
    await recorder.listen(async (ours) => {
      enode = ours
      await geth.rpc('admin_addPeer', [ours])
    })
    await mirrorStatus(recorder)
    await shownPeer(geth)
    await sendTransaction(geth, TRANSACTIONS[0])
    await recorder.message('eth', 1)
    await geth.rpc('admin_removePeer', [enode])

    return recorder.recording(GETH)
  }),

  'geth-refuses-status': async () => withGeth(async (geth) => {
    const recorder = new Recorder({ seed: 103, capabilities: [ETH_69] })
    await recorder.dial(geth.enode)
    const { payload } = await recorder.message('eth', 0)
    await recorder.send('eth', { id: 0, payload: encodeStatus({ ...decodeStatus(payload), genesis: PART.slice(0, 32) }) })

    return recorder.recording(GETH)
  }),

  'geth-shares-nothing': async () => withGeth(async (geth) => {
    const recorder = new Recorder({ seed: 104, capabilities: [ETH_68] })
    await recorder.dial(geth.enode)

    return recorder.recording(GETH)
  }),

  'go-dialled': async () => withGoPeer({}, async (go) => {
    const recorder = new Recorder({ seed: 105, capabilities: TOYS })
    await recorder.dial(go.enode)
    await exchange(recorder, go)
    await recorder.disconnect(DisconnectReason.uselessPeer)

    return recorder.recording(GO)
  }),

  'go-dials': async () => {
    const recorder = new Recorder({ seed: 106, capabilities: TOYS })
    const started = Promise.withResolvers<GoPeer>()
    await recorder.listen(async (enode) => { startGoPeer({ caps: OFFERED, dial: enode }).then(started.resolve, started.reject) })
    const go = await started.promise
    await exchange(recorder, go)
    go.send({ cmd: 'disconnect', reason: DisconnectReason.subprotocolError })

    const recording = await recorder.recording(GO)
    await go.stop()

    return recording
  },

  'go-is-full': async () => withGoPeer({ maxPeers: 1 }, async (go) => {
    const first = new Recorder({ seed: 107, capabilities: TOYS })
    await first.dial(go.enode)
    await go.next('hello')

    const recorder = new Recorder({ seed: 108, capabilities: TOYS })
    await recorder.dial(go.enode)
    await first.disconnect(DisconnectReason.requested)

    return recorder.recording(GO)
  }),

  'ethereumjs-dialled': async () => {
    const node = await startEthereumjs()
    const recorder = new Recorder({ seed: 109, capabilities: [ETH_68] })
    await recorder.dial(node.enode)
    await mirrorStatus(recorder)
    await recorder.message('eth', 2)
    await recorder.send('eth', { id: 0x04, payload: Uint8Array.of(0xc2, 0x01, 0xc0) })
    await recorder.ping()
    await recorder.disconnect(DisconnectReason.requested)
    node.stop()

    return recorder.recording(ETHEREUMJS)
  },

  'ethereumjs-dials': async () => {
    const node = await startEthereumjs()
    const recorder = new Recorder({ seed: 110, capabilities: [ETH_68] })
    await recorder.listen(async (enode) => node.dial(enode))
    await mirrorStatus(recorder)
    await recorder.message('eth', 2)
    await recorder.ping()
    node.stop()

    return recorder.recording(ETHEREUMJS)
  },

  'devp2p-pings': async () => {
    const recorder = new Recorder({ seed: 111, capabilities: [ETH_69, SNAP_1] })
    await recorder.listen(pingEnode)

    return recorder.recording(DEVP2P)
  }
}

async function record (name: string): Promise<void> {
  const recording = await scenarios[name]()
  const { decoded, sent } = await replaySession(recording, 'as they came')
  deepStrictEqual(decoded, recording.decoded)
  deepStrictEqual(sent.join(''), recording.events.map(event => event.sent ?? '').join(''))

  const json = JSON.stringify(recording, null, 1)
  await writeFile(new URL(`../fixtures/sessions/${name}.json`, import.meta.url), `${json}\n`)
  // eslint-disable-next-line no-console
  console.info(name, recording.client, `${json.length} bytes`, recording.decoded.end)
}

const names = process.argv.slice(2)

for (const name of names.length > 0 ? names : Object.keys(scenarios)) {
  await record(name)
}

process.exit()
