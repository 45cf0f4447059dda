/* eslint-disable no-loop-func -- the loop makes tests, which run one after the other */
import { expect } from 'aegir/chai'
import { MAX_REFUSALS } from '../../src/transport/constants.ts'
import { Refusals } from '../../src/transport/refusals.ts'
import { Clock } from '../fixtures/p2p-clock.ts'

const PEER = new Uint8Array(64).fill(1)
const OTHER = new Uint8Array(64).fill(2)

const TOO_MANY_PEERS = 0x04
const ALREADY_CONNECTED = 0x05
const FIVE_MINUTES = 300_000

describe('peers that took us, and then told us to go', () => {
  let clock: Clock
  let refusals: Refusals

  /** Whether a peer is left alone for so many milliseconds, and no longer. */
  function expectPause (ms: number): void {
    clock.tick(ms - 1)
    expect(() => { refusals.check(PEER) }).to.throw()
    clock.tick(1)
    expect(() => { refusals.check(PEER) }).to.not.throw()
  }

  beforeEach(() => {
    clock = new Clock()
    refusals = new Refusals(1_000)
  })

  afterEach(() => {
    clock.restore()
  })

  for (const reason of [TOO_MANY_PEERS, ALREADY_CONNECTED, 0x03, 0x10]) {
    it(`are left alone for a while after 0x${reason.toString(16).padStart(2, '0')}`, () => {
      refusals.note(PEER, { by: 'remote', reason })

      expect(() => { refusals.check(PEER) }).to.throw('The peer disconnected a moment ago, and is not dialled again yet')
        .that.include({ name: 'PeerRefusedError', by: 'remote', reason })
      expectPause(1_000)
    })
  }

  it('are left alone for twice as long each time, up to five minutes', () => {
    for (const pause of [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]) {
      refusals.note(PEER, { by: 'remote', reason: TOO_MANY_PEERS })
      expectPause(pause * 1_000)
    }
  })

  it('are left alone as if for the first time where the last time is long ago', () => {
    refusals.note(PEER, { by: 'remote', reason: TOO_MANY_PEERS })
    clock.tick(1_000 + FIVE_MINUTES)
    refusals.note(PEER, { by: 'remote', reason: TOO_MANY_PEERS })

    expectPause(1_000)
  })

  it('are forgotten', () => {
    refusals.note(PEER, { by: 'remote', reason: TOO_MANY_PEERS })
    clock.tick(1_000 + FIVE_MINUTES - 1)
    refusals.note(OTHER, { by: 'remote', reason: TOO_MANY_PEERS })
    expect(refusals.size).to.equal(2)
    clock.tick(1)
    refusals.note(OTHER, { by: 'remote', reason: TOO_MANY_PEERS })

    expect(refusals.size).to.equal(1)
  })

  it('are forgotten though one who refused us before is not', () => {
    for (let i = 0; i < 10; i++) {
      refusals.note(OTHER, { by: 'remote', reason: TOO_MANY_PEERS })
    }

    refusals.note(PEER, { by: 'remote', reason: TOO_MANY_PEERS })
    clock.tick(1_000 + FIVE_MINUTES)
    refusals.note(PEER, { by: 'remote', reason: TOO_MANY_PEERS })

    expect(refusals.size).to.equal(2)
    expectPause(1_000)
  })

  it('do not stand for others', () => {
    refusals.note(OTHER, { by: 'remote', reason: TOO_MANY_PEERS })

    expect(() => { refusals.check(PEER) }).to.not.throw()
  })

  it('are not those that quit, that have what they wanted, that say nothing, or that we told to go', () => {
    refusals.note(PEER, { by: 'remote', reason: 0x00 })
    refusals.note(PEER, { by: 'remote', reason: 0x08 })
    refusals.note(PEER, { by: 'remote' })
    refusals.note(PEER, { by: 'local', reason: TOO_MANY_PEERS })

    expect(() => { refusals.check(PEER) }).to.not.throw()
    expect(refusals.size).to.equal(0)
  })

  it('are remembered up to a number, those who refused us last', () => {
    const peer = (index: number): Uint8Array => Uint8Array.of(index >> 8, index)
    const refuse = (index: number): void => { refusals.note(peer(index), { by: 'remote', reason: TOO_MANY_PEERS }) }

    for (let i = 0; i < MAX_REFUSALS; i++) {
      refuse(i)
    }

    refuse(0)
    refuse(MAX_REFUSALS)

    expect(refusals.size).to.equal(MAX_REFUSALS)
    expect(() => { refusals.check(peer(1)) }).to.not.throw()

    for (const index of [0, 2, MAX_REFUSALS]) {
      expect(() => { refusals.check(peer(index)) }).to.throw('The peer disconnected a moment ago')
    }
  })

  it('are dialled at once where that is wanted', () => {
    refusals = new Refusals(0)
    refusals.note(PEER, { by: 'remote', reason: TOO_MANY_PEERS })

    expect(() => { refusals.check(PEER) }).to.not.throw()
  })
})
