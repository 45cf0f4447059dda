import { expect } from 'aegir/chai'
import { concat } from 'uint8arrays/concat'
import { ENCRYPTER, TRANSPORT } from '../../fixtures/hostile-nodes.ts'
import { CODEC } from '../../fixtures/hostile-plain.ts'
import { describeAttacks } from '../../fixtures/hostile-table.ts'
import { meetAttacker, until } from '../../fixtures/hostile-target.ts'
import { resources } from '../../fixtures/resources.ts'
import type { Attacker } from '../../fixtures/hostile-attacker.ts'
import type { Attack } from '../../fixtures/hostile-table.ts'
import type { Target } from '../../fixtures/hostile-target.ts'

/** Where the parts of a frame begin, from the end the MAC of its data. */
const PARTS: Array<[part: string, index: number, end: string]> = [
  ['its header', 1, 'BadHeaderMacError'],
  ["its header's MAC", 20, 'BadHeaderMacError'],
  ['its data', 33, 'BadFrameMacError'],
  ["its data's MAC", -1, 'BadFrameMacError']
]

/** Sends frames that were good until something was done to them. */
function sending (title: string, end: string, bytes: (first: Uint8Array, second: Uint8Array) => Uint8Array): Attack {
  return {
    title,
    end,
    run: async (attacker) => {
      await attacker.encrypt()
      const data = attacker.firstFrame()
      attacker.write(bytes(attacker.frame(data), attacker.frame(data)))
    }
  }
}

/** What somebody has seen on the wire: an auth or ack, and the frame behind it. */
async function record (attacker: Attacker, target: Target): Promise<{ packet: Uint8Array, frame: Uint8Array }> {
  const { TCPSocketWrap: before } = resources()
  const recorded = await meetAttacker(target, attacker.layer, attacker.role)
  await recorded.encrypt()
  const frame = recorded.frame(recorded.firstFrame())
  recorded.socket.destroy()
  await until(() => resources().TCPSocketWrap <= before)
  await target.serve()
  target.forget()

  return { packet: recorded.sent, frame }
}

describe('what is no frame', function () {
  this.timeout(120_000)

  describeAttacks({
    layers: [TRANSPORT, ENCRYPTER, CODEC],
    attacks: [
      ...PARTS.map(([part, index, end]) => sending(`H8 flips one bit of ${part}`, end, (first) => {
        first[(index + first.byteLength) % first.byteLength] ^= 0x10

        return first
      })),
      sending('H23 drops a frame', 'BadHeaderMacError', (first, second) => second),
      sending('H23 swaps two frames', 'BadHeaderMacError', (first, second) => concat([second, first])),
      sending('H23 repeats a frame', 'BadHeaderMacError', (first) => concat([first, first])),
      {
        title: 'H23 gives us back what we have sent',
        end: 'BadHeaderMacError',
        run: async (attacker) => {
          await attacker.encrypt()

          // a codec says nothing of its own accord, but answers
          if (attacker.layer === 'codec') {
            attacker.write(attacker.frame(attacker.firstFrame()))
          }

          attacker.write(await attacker.read(64))
        }
      },
      {
        title: 'H17 repeats a handshake that it has seen, and the frame behind it',
        end: 'BadHeaderMacError',
        run: async (attacker, target) => {
          const { packet, frame } = await record(attacker, target)
          await attacker.begin()

          if (attacker.role === 'dialled by us') {
            await attacker.readPacket()
          }

          attacker.write(packet)
          attacker.write(frame)
        }
      },
      {
        title: 'H17 repeats an auth, which is answered otherwise',
        roles: ['dialling us'],
        end: 'BadHeaderMacError',
        run: async (attacker, target) => {
          await attacker.begin()
          const auth = await attacker.packet()
          attacker.write(auth)
          const ack = await attacker.readPacket()

          const other = await meetAttacker(target, attacker.layer, attacker.role)
          await other.begin()
          other.write(auth)
          expect(await other.readPacket()).to.not.deep.equal(ack)
          other.write(new Uint8Array(32))
          await until(() => target.seen().length > 0)
          expect(target.seen()).to.deep.equal(['BadHeaderMacError'])
          other.socket.destroy()
          target.forget()

          attacker.write(new Uint8Array(32))
        }
      }
    ]
  })
})
