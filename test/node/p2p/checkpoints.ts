import { expect } from 'aegir/chai'
import { accept, connect } from '../../../src/p2p/connect.ts'
import { DisconnectReason } from '../../../src/p2p/disconnect.ts'
import { DisconnectError } from '../../../src/p2p/errors.ts'
import { hex } from '../../fixtures/hex.ts'
import { DIALLER, DIALLER_ID, DIALLER_KEY, ETH, failureOf, LISTENER, LISTENER_ID, openFailing, SNAP } from '../../fixtures/p2p-peers.ts'
import { openRawPeer } from '../../fixtures/p2p-raw-peer.ts'
import { openSocketPeers, socketDuplexes } from '../../fixtures/p2p-sockets.ts'
import type { AcceptInit } from '../../../src/p2p/connect.ts'
import type { Peer } from '../../../src/p2p/peer.ts'
import type { Candidate } from '../../../src/p2p/set-up.ts'
import type { RawPeer } from '../../fixtures/p2p-raw-peer.ts'

type Checkpoint = NonNullable<AcceptInit['checkpoint']>

/** A checkpoint that refuses at one of its two stages, at once or after a while. */
function refuse (stage: 1 | 2, error: Error, slowly: boolean): Checkpoint {
  return ({ hello }) => {
    if ((hello == null) !== (stage === 1)) {
      return
    }

    if (!slowly) {
      throw error
    }

    return new Promise((_resolve, reject) => { setTimeout(() => { reject(error) }, 5) })
  }
}

describe('a checkpoint', () => {
  it('is asked twice on either side, before Hello and after it', async () => {
    const candidates: Record<'dialler' | 'listener', Candidate[]> = { dialler: [], listener: [] }
    const { dialled } = await openSocketPeers(
      { checkpoint: (candidate) => { candidates.dialler.push(candidate) } },
      { checkpoint: async (candidate) => { candidates.listener.push(candidate) } }
    )

    for (const [id, [first, second]] of [[LISTENER_ID, candidates.dialler], [DIALLER_ID, candidates.listener]] as const) {
      expect(first).to.deep.equal({ remoteId: id })
      expect(second.remoteId).to.equalBytes(id)
      expect(second.hello?.id).to.equalBytes(id)
      expect(second.shared).to.deep.equal([{ ...ETH, offset: 16 }, { ...SNAP, offset: 34 }])
    }

    await dialled.disconnect()
  })

  const errors: Array<[string, Error, number]> = [
    ['a DisconnectError', new DisconnectError(DisconnectReason.tooManyPeers), DisconnectReason.tooManyPeers],
    ['a DisconnectError without a reason', new DisconnectError(), DisconnectReason.requested],
    ['any other error', new Error('the database is gone'), DisconnectReason.requested]
  ]

  for (const [title, error, reason] of errors) {
    for (const slowly of [false, true]) {
      const when = slowly ? 'after a while' : 'at once'

      it(`of a listener refuses before Hello with ${title}, ${when}`, async () => {
        const [dialler, listener] = await openFailing({}, { checkpoint: refuse(1, error, slowly) }, await socketDuplexes())

        expect(listener).to.equal(error)
        expect(dialler).to.include({ name: 'DisconnectError', by: 'remote', reason })
        expect(dialler.message).to.include('in place of Hello')
      })

      it(`of a dialler refuses before Hello with ${title}, ${when}`, async () => {
        const [dialler, listener] = await openFailing({ checkpoint: refuse(1, error, slowly) }, {}, await socketDuplexes())

        expect(dialler).to.equal(error)
        expect(listener).to.include({ name: 'DisconnectError', by: 'remote', reason })
      })

      it(`of a listener refuses after Hello with ${title}, ${when}`, async () => {
        const [duplex, other] = await socketDuplexes()
        const failure = failureOf(accept(other, { ...LISTENER, checkpoint: refuse(2, error, slowly) }))
        const dialled = await connect(duplex, DIALLER)

        expect(await dialled.closed).to.include({ by: 'remote', reason })
        expect(await failure).to.equal(error)
      })

      it(`of a dialler refuses after Hello with ${title}, ${when}`, async () => {
        const [duplex, other] = await socketDuplexes()
        const failure = failureOf(connect(duplex, { ...DIALLER, checkpoint: refuse(2, error, slowly) }))
        const accepted = await accept(other, LISTENER)

        expect(await accepted.closed).to.include({ by: 'remote', reason })
        expect(await failure).to.equal(error)
      })
    }
  }

  it('that refuses is not asked again', async () => {
    let asked = 0
    const checkpoint = (): void => {
      asked++
      throw new DisconnectError(DisconnectReason.alreadyConnected)
    }
    await openFailing({}, { checkpoint }, await socketDuplexes())

    expect(asked).to.equal(1)
  })
})

describe('while a checkpoint takes its time', () => {
  let go: PromiseWithResolvers<void>
  let raw: RawPeer
  let accepting: Promise<Peer>
  let stages: string[]

  /** Waits at one of the two stages, until `go` is resolved. */
  async function begin (stage: 1 | 2): Promise<void> {
    const reached = Promise.withResolvers<void>()
    const [duplex, other] = await socketDuplexes()
    go = Promise.withResolvers()
    stages = []
    accepting = accept(other, {
      ...LISTENER,
      checkpoint: async ({ hello }) => {
        stages.push(hello == null ? 'before Hello' : 'after Hello')

        if (stages.length === stage) {
          reached.resolve()
          await go.promise
        }
      }
    })
    accepting.catch(() => {})
    raw = await openRawPeer(duplex, DIALLER_KEY, LISTENER_ID)

    if (stage === 2) {
      raw.sendHello()
    }

    await reached.promise
  }

  /** Lets whatever the other side has done arrive. */
  async function arrive (): Promise<void> {
    await new Promise(resolve => setTimeout(resolve, 20))
  }

  it('nothing is sent, and what comes is kept', async () => {
    await begin(1)
    raw.sendHello()
    raw.sendCompressed(17, hex('c101'))
    await arrive()
    expect(raw.received).to.deep.equal([])
    go.resolve()

    const peer = await accepting
    expect(await peer.capability('eth').source.next()).to.have.deep.property('value', { id: 1, payload: hex('c101') })
    expect(await raw.message(0)).to.have.property('id', 0)
    raw.link.end()
    await peer.closed
  })

  it('messages behind Hello are kept', async () => {
    await begin(2)
    raw.sendCompressed(17, hex('c101'))
    raw.sendCompressed(35, hex('c102'))
    await arrive()
    go.resolve()

    const peer = await accepting
    expect(await peer.capability('snap').source.next()).to.have.deep.property('value', { id: 1, payload: hex('c102') })
    expect(await peer.capability('eth').source.next()).to.have.deep.property('value', { id: 1, payload: hex('c101') })
    raw.link.end()
    await peer.closed
  })

  it('the other side can disconnect in place of Hello', async () => {
    await begin(1)
    raw.send(1, hex('c104'))
    raw.link.end()
    await arrive()
    go.resolve()

    expect(await failureOf(accepting)).to.include({ name: 'DisconnectError', by: 'remote', reason: 4 })
    expect(stages).to.deep.equal(['before Hello'])
  })

  it('the other side can leave without Hello', async () => {
    await begin(1)
    raw.link.end()
    await arrive()
    go.resolve()

    expect(await failureOf(accepting)).to.have.property('name', 'SessionClosedError')
  })

  it('the other side can drop the connection', async () => {
    await begin(1)
    raw.link.destroy()
    await arrive()
    go.resolve()

    expect(await failureOf(accepting)).to.have.property('name', 'SessionClosedError')
  })

  it('the other side can send a whole session', async () => {
    await begin(2)
    raw.sendCompressed(17, hex('c101'))
    raw.sendCompressed(1, hex('c104'))
    raw.link.end()
    await arrive()
    go.resolve()

    const messages = (await accepting).capability('eth')
    expect(await messages.source.next()).to.have.deep.property('value', { id: 1, payload: hex('c101') })
    expect(await failureOf(messages.source.next())).to.include({ name: 'DisconnectError', reason: 4 })
    await raw.ended
  })
})
