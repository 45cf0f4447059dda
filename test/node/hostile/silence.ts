import { ENCRYPTER, TRANSPORT } from '../../fixtures/hostile-nodes.ts'
import { CODEC } from '../../fixtures/hostile-plain.ts'
import { describeAttacks } from '../../fixtures/hostile-table.ts'

/** From byte to byte of who is slow, in milliseconds. */
const PAUSE = 10

describe('who takes its time for a handshake', function () {
  this.timeout(60_000)

  describeAttacks({
    layers: [TRANSPORT, ENCRYPTER, CODEC],
    limits: { handshakeTimeout: 400 },
    attacks: [
      {
        title: 'H4 says nothing',
        end: 'HandshakeTimeoutError',
        run: async (attacker) => { await attacker.begin() }
      },
      {
        title: 'H4 sends its auth or ack byte by byte',
        end: 'HandshakeTimeoutError',
        run: async (attacker) => {
          await attacker.begin()

          for (const byte of await attacker.packet()) {
            if (attacker.ended) {
              break
            }

            attacker.write(Uint8Array.of(byte))
            await new Promise(resolve => setTimeout(resolve, PAUSE))
          }
        }
      }
    ]
  })
})
