import { encode } from 'rlp'
import { MUXER, TRANSPORT } from '../../fixtures/hostile-nodes.ts'
import { CODEC, SESSION } from '../../fixtures/hostile-plain.ts'
import { describeAttacks } from '../../fixtures/hostile-table.ts'
import type { Attacker } from '../../fixtures/hostile-attacker.ts'
import type { Attack } from '../../fixtures/hostile-table.ts'
import type { Target } from '../../fixtures/hostile-target.ts'

const [DISCONNECT, ETH] = [1, 16]

const ENDS: Array<[title: string, end: (attacker: Attacker) => void]> = [
  ['ends its direction', ({ socket }) => { socket.end() }],
  ['resets', ({ socket }) => { socket.resetAndDestroy() }]
]

const half = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, bytes.byteLength >> 1)

/** Gets to a stage, and ends the connection in each way. */
function ending (stage: string, end: string | [ended: string, reset: string], reach: (attacker: Attacker, target: Target) => Promise<void>): Attack[] {
  return ENDS.map(([title, leave], i) => ({
    title: `H14 ${title} ${stage}`,
    end: typeof end === 'string' ? end : end[i],
    run: async (attacker, target) => {
      await reach(attacker, target)
      leave(attacker)
    }
  }))
}

describe('a connection that ends', function () {
  this.timeout(10_000)

  describeAttacks({
    layers: [TRANSPORT, SESSION],
    attacks: [
      ...ending('in place of its auth or ack', 'HandshakeClosedError', async (attacker) => {
        await attacker.begin()
        await attacker.packet()
      }),
      ...ending('half way through its auth or ack', 'HandshakeClosedError', async (attacker) => {
        await attacker.begin()
        attacker.write(half(await attacker.packet()))
      })
    ]
  })

  describeAttacks({
    layers: [TRANSPORT, MUXER, SESSION],
    attacks: [
      ...ending('in place of Hello', 'SessionClosedError', async (attacker) => {
        await attacker.meet()
        await attacker.message()
      }),
      ...ending('half way through Hello', ['TruncatedFrameError', 'SessionClosedError'], async (attacker) => {
        await attacker.meet()
        await attacker.message()
        attacker.write(half(attacker.wire(0, new Uint8Array(100))))
      }),
      ...ending('without a Disconnect', 'SessionClosedError', async (attacker, target) => {
        await attacker.open()
        await target.nextSide()
      }),
      ...ending('half way through a message', ['TruncatedFrameError', 'SessionClosedError'], async (attacker, target) => {
        await attacker.open()
        await target.nextSide()
        attacker.write(half(attacker.wire(ETH, new Uint8Array(1_000))))
      }),
      {
        title: 'H14 disconnects, and does not close',
        end: '8',
        run: async (attacker, target) => {
          await attacker.open()
          await target.nextSide()
          attacker.sendCompressed(DISCONNECT, encode([8]))
        }
      },
      {
        title: 'H14 disconnects, ends its direction, and does not close',
        end: '8',
        run: async (attacker, target) => {
          await attacker.open()
          await target.nextSide()
          attacker.sendCompressed(DISCONNECT, encode([8]))
          attacker.socket.end()
        }
      },
      {
        title: 'H14 does not close when we have disconnected',
        end: '0',
        reason: 0x00,
        run: async (attacker, target) => {
          await attacker.open()
          const side = await target.nextSide()
          await side.close()
        }
      }
    ]
  })

  describeAttacks({
    layers: [CODEC],
    attacks: ending('half way through a frame', ['TruncatedFrameError', 'Error'], async (attacker) => {
      await attacker.encrypt()
      attacker.write(half(attacker.frame(new Uint8Array(100))))
    })
  })
})
