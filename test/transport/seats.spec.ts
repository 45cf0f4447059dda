/* eslint-disable no-loop-func -- the loop makes tests, which run one after the other */
import { expect } from 'aegir/chai'
import { DisconnectReason } from '../../src/p2p/disconnect.ts'
import { DisconnectError } from '../../src/p2p/errors.ts'
import { Seats } from '../../src/transport/seats.ts'
import { Clock } from '../fixtures/p2p-clock.ts'
import { openSession } from '../fixtures/p2p-link.ts'
import type { Seat, SeatsInit } from '../../src/transport/seats.ts'
import type { Running } from '../fixtures/p2p-link.ts'
import type { MessageStreamDirection } from '@libp2p/interface'

const SMALLER = new Uint8Array(64).fill(1)
const PEER = new Uint8Array(64).fill(2)
const LARGER = new Uint8Array(64).fill(3)

const ALREADY_CONNECTED = '010204c105'
const QUITTING = '010204c108'

function createSeats (init: Partial<SeatsInit> = {}): Seats {
  return new Seats({ localId: SMALLER, maxPeers: () => 10, maxConnectionsPerPeer: 1, ...init })
}

function reasonOf (take: () => unknown): number | undefined {
  try {
    take()
  } catch (err) {
    return err instanceof DisconnectError ? err.reason : undefined
  }
}

describe('the seats of connections', () => {
  let clock: Clock

  beforeEach(() => {
    clock = new Clock()
  })

  afterEach(() => {
    clock.restore()
  })

  /** A connection that has its seat. */
  function sit (seats: Seats, direction: MessageStreamDirection, peer = PEER): Running & { seat: Seat } {
    const seat = seats.take(peer, direction)
    const running = openSession()
    seats.occupy(seat, running.session)

    return { ...running, seat }
  }

  it('are as many as there may be peers, for those that come in', () => {
    const seats = createSeats({ maxPeers: () => 1 })
    seats.take(PEER, 'inbound')

    expect(reasonOf(() => { seats.checkRoom('inbound') })).to.equal(DisconnectReason.tooManyPeers)
    expect(reasonOf(() => { seats.take(LARGER, 'inbound') })).to.equal(DisconnectReason.tooManyPeers)
    expect(seats.size).to.equal(1)
  })

  it('are there for all that we dial', () => {
    const seats = createSeats({ maxPeers: () => 0 })
    seats.checkRoom('outbound')
    seats.take(PEER, 'outbound')

    expect(seats.size).to.equal(1)
  })

  it('are free for the same peer once a session is ending, and for others once it is gone', () => {
    const seats = createSeats({ maxPeers: () => 1 })
    const { session, seat } = sit(seats, 'outbound')
    void session.disconnect(DisconnectReason.requested)
    const next = seats.take(PEER, 'outbound')

    expect(reasonOf(() => { seats.take(PEER, 'outbound') })).to.equal(DisconnectReason.alreadyConnected)
    expect(reasonOf(() => { seats.checkRoom('inbound') })).to.equal(DisconnectReason.tooManyPeers)

    seats.leave(seat)
    expect(reasonOf(() => { seats.take(PEER, 'outbound') })).to.equal(DisconnectReason.alreadyConnected)
    seats.leave(next)
    expect(seats.size).to.equal(0)
  })

  it('are as many for one peer as it may have connections', () => {
    const seats = createSeats({ maxConnectionsPerPeer: 2 })
    seats.take(PEER, 'inbound')
    seats.take(PEER, 'inbound')

    expect(reasonOf(() => { seats.take(PEER, 'inbound') })).to.equal(DisconnectReason.alreadyConnected)
    expect(seats.size).to.equal(2)
  })

  it('tell a peer that is there of that before they tell it that they are taken', () => {
    const seats = createSeats({ maxPeers: () => 1 })
    seats.take(PEER, 'inbound')

    expect(reasonOf(() => { seats.take(PEER, 'inbound') })).to.equal(DisconnectReason.alreadyConnected)
  })

  it('are free again once they are left', () => {
    const seats = createSeats({ maxPeers: () => 2 })
    const seat = seats.take(PEER, 'inbound')
    const other = seats.take(LARGER, 'inbound')
    seats.leave(seat)
    expect([...seats]).to.deep.equal([other])

    seats.take(PEER, 'inbound')
    expect(seats.size).to.equal(2)
  })

  describe('of two connections that cross', () => {
    it('are both taken, and nothing is closed for 2 seconds', () => {
      const seats = createSeats()
      const outbound = sit(seats, 'outbound')
      clock.tick(4_999)
      const inbound = sit(seats, 'inbound')
      clock.tick(1_999)

      expect(seats.size).to.equal(2)
      expect([outbound, inbound].map(({ session }) => session.end)).to.deep.equal([undefined, undefined])
    })

    it('end with the one that the larger node id dialled, where that is the peer', () => {
      const seats = createSeats({ localId: SMALLER })
      const [inbound, outbound] = [sit(seats, 'inbound'), sit(seats, 'outbound')]
      clock.tick(2_000)

      expect(outbound.link.sent).to.deep.equal([ALREADY_CONNECTED])
      expect(inbound.session.end).to.equal(undefined)
    })

    it('end with the one that the larger node id dialled, where that is us', () => {
      const seats = createSeats({ localId: LARGER })
      const [inbound, outbound] = [sit(seats, 'inbound'), sit(seats, 'outbound')]
      clock.tick(2_000)

      expect(inbound.link.sent).to.deep.equal([ALREADY_CONNECTED])
      expect(outbound.session.end).to.equal(undefined)
    })

    for (const first of ['inbound', 'outbound'] as const) {
      it(`end with the one that is left where the ${first} one has ended by itself`, () => {
        const seats = createSeats()
        const both = { inbound: sit(seats, 'inbound'), outbound: sit(seats, 'outbound') }
        const { session, seat } = both[first]
        session.destroy()
        seats.leave(seat)
        clock.tick(2_000)

        expect(both[first === 'inbound' ? 'outbound' : 'inbound'].session.end).to.equal(undefined)
      })
    }

    it('end with the one that is up where the other never came up', () => {
      const seats = createSeats()
      seats.take(PEER, 'inbound')
      const outbound = sit(seats, 'outbound')
      clock.tick(2_000)

      expect(outbound.session.end).to.equal(undefined)
    })

    it('leave no room for a third one', () => {
      const seats = createSeats()
      sit(seats, 'outbound')
      sit(seats, 'inbound')

      expect(reasonOf(() => { seats.take(PEER, 'inbound') })).to.equal(DisconnectReason.alreadyConnected)
    })

    it('do not cross where the first is 5 seconds old', () => {
      const seats = createSeats()
      sit(seats, 'outbound')
      clock.tick(5_000)

      expect(reasonOf(() => { seats.take(PEER, 'inbound') })).to.equal(DisconnectReason.alreadyConnected)
    })

    it('are let be where both are allowed', () => {
      const seats = createSeats({ maxConnectionsPerPeer: 2 })
      const [outbound, inbound] = [sit(seats, 'outbound'), sit(seats, 'inbound')]
      clock.tick(2_000)

      expect([outbound, inbound].map(({ session }) => session.end)).to.deep.equal([undefined, undefined])
    })
  })

  describe('once closed', () => {
    it('are for nobody, and tell so', () => {
      const seats = createSeats()
      seats.close()

      expect(reasonOf(() => { seats.checkRoom('outbound') })).to.equal(DisconnectReason.quitting)
      expect(reasonOf(() => { seats.take(PEER, 'inbound') })).to.equal(DisconnectReason.quitting)
      expect(seats.size).to.equal(0)
    })

    it('are still known by who has them', () => {
      const seats = createSeats()
      const { seat } = sit(seats, 'inbound')

      expect([...seats.close()]).to.deep.equal([seat])
    })

    it('leave no timer of connections that cross', () => {
      const seats = createSeats()
      sit(seats, 'outbound')
      sit(seats, 'inbound')
      const { pending } = clock
      seats.close()

      expect(clock.pending).to.equal(pending - 1)
    })

    it('are no use to a session that comes up only then', () => {
      const seats = createSeats()
      const seat = seats.take(PEER, 'inbound')
      seats.close()
      const { session, link } = openSession()
      seats.occupy(seat, session)

      expect(link.sent).to.deep.equal([QUITTING])
    })

    it('can be opened again', () => {
      const seats = createSeats()
      seats.close()
      seats.open()
      seats.take(PEER, 'inbound')

      expect(seats.size).to.equal(1)
    })
  })
})
