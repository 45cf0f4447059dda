import { encode } from 'rlp'
import { concat } from 'uint8arrays/concat'
import { defaultCrypto } from '../../../src/crypto/index.ts'
import { ackItems, authItems, seal } from '../../fixtures/handshake.ts'
import { hex } from '../../fixtures/hex.ts'
import { ENCRYPTER, TRANSPORT } from '../../fixtures/hostile-nodes.ts'
import { CODEC, SESSION } from '../../fixtures/hostile-plain.ts'
import { describeAttacks } from '../../fixtures/hostile-table.ts'
import { nestedList } from '../../fixtures/nested-list.ts'
import preEip8 from '../../fixtures/pre-eip8-handshake.json' with { type: 'json' }
import type { Attacker } from '../../fixtures/hostile-attacker.ts'
import type { Attack } from '../../fixtures/hostile-table.ts'

/** Where the parts of a packet begin: the point's X and Y, IV, ciphertext, and from the end the tag. */
const PARTS = { X: 3, Y: 35, IV: 67, ciphertext: 83, tag: -1 }

const isInitiator = ({ role }: Attacker): boolean => role === 'dialling us'

/** Sends what stands in place of an auth or ack. */
function sending (title: string, end: Attack['end'], bytes: (attacker: Attacker) => Uint8Array | Promise<Uint8Array>): Attack {
  return {
    title,
    end,
    run: async (attacker) => {
      await attacker.begin()
      attacker.write(await bytes(attacker))
    }
  }
}

/** Its plaintext is no list of what it must have. */
function malformed (title: string, plaintext: (items: ReturnType<typeof authItems>) => Uint8Array): Attack {
  return sending(
    `H16 sends a packet ${title}`,
    attacker => isInitiator(attacker) ? 'InvalidAuthError' : 'InvalidAckError',
    attacker => seal(attacker.targetId, plaintext(isInitiator(attacker) ? authItems() : ackItems()))
  )
}

async function altered (attacker: Attacker, index: number): Promise<Uint8Array> {
  const packet = Uint8Array.from(await attacker.packet())
  packet[(index + packet.byteLength) % packet.byteLength] ^= 1

  return packet
}

const bytesBehind: Attack[] = [32, 33, 4096].map(length => sending(
  `H1 sends ${length} bytes that are no frame in one segment with its auth or ack`,
  'BadHeaderMacError',
  async attacker => concat([await attacker.packet(), new Uint8Array(length).fill(7)])
))

const tampering: Attack[] = Object.entries(PARTS).map(([part, index]) => sending(
  `H7 alters its ${part}`,
  'HandshakeDecryptionError',
  async attacker => altered(attacker, index)
))

describe('what is no handshake', function () {
  this.timeout(120_000)

  describeAttacks({
    layers: [TRANSPORT, ENCRYPTER, CODEC],
    attacks: [
      ...bytesBehind,
      sending('H5 announces a handshake size over 2048', 'InvalidHandshakeSizeError', () => hex('0801')),
      sending('H5 announces a handshake size under the smallest', 'InvalidHandshakeSizeError', () => hex('00d0')),
      sending('H6 sends the form before EIP-8, and no more than its first three bytes', 'InvalidHandshakeFormatError',
        attacker => hex(isInitiator(attacker) ? preEip8.auth : preEip8.ack).subarray(0, 3)),
      sending('H7 sends a point that is not on the curve', 'HandshakeDecryptionError',
        () => concat([hex('014004'), new Uint8Array(64).fill(5), new Uint8Array(255)])),
      ...tampering,
      sending('H7 alters the prefix of its point', 'InvalidHandshakeFormatError', async attacker => altered(attacker, 2)),
      {
        title: 'H19 speaks in the name of another, whose key it does not have',
        end: 'BadHeaderMacError',
        run: async (attacker, target) => {
          await attacker.impersonate(target.goodId)
          attacker.write(defaultCrypto.randomBytes(64))
        }
      }
    ]
  })

  describeAttacks({
    layers: [TRANSPORT, SESSION],
    attacks: [
      malformed('that is no list', () => encode(new Uint8Array(200))),
      malformed('with items of other lengths', items => encode([...items.map(() => hex('01')), 4, new Uint8Array(200)])),
      malformed('with lists for items', items => encode([...items.map(item => [item]), 4])),
      malformed('whose list is cut short', items => encode([...items, 4, new Uint8Array(300)]).subarray(0, 300)),
      malformed('whose length is over-long', () => concat([hex('ffffffffffffffffff'), new Uint8Array(200)])),
      malformed('whose length is not canonical', items => concat([hex('fa0000'), encode([...items, 4]).subarray(1)])),
      malformed('of lists within lists', () => encode(nestedList(700)))
    ]
  })
})
