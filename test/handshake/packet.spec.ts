import { expect } from 'aegir/chai'
import { Uint8ArrayList } from 'uint8arraylist'
import { fromString } from 'uint8arrays/from-string'
import { InvalidHandshakeFormatError, InvalidHandshakeSizeError } from '../../src/handshake/errors.ts'
import { respond } from '../../src/handshake/index.ts'
import { ackItems, authItems, dial, failureOf, INITIATOR, RECIPIENT, sealItems } from '../fixtures/handshake.ts'
import { hex } from '../fixtures/hex.ts'
import preEip8 from '../fixtures/pre-eip8-handshake.json' with { type: 'json' }
import type { Handshake } from '../../src/handshake/index.ts'

interface Side {
  name: string
  minSize: number
  create (): Handshake

  /** What the other side sends, in the form before EIP-8. */
  preEip8: string

  /** A packet of the smallest size. */
  smallest (): Uint8Array
}

const SIDES: Side[] = [{
  name: 'recipient',
  minSize: 282,
  create: () => respond({ privateKey: RECIPIENT }),
  preEip8: preEip8.auth,
  smallest: () => sealItems(RECIPIENT.publicKey, [...authItems(), 4])
}, {
  name: 'initiator',
  minSize: 215,
  create: () => dial().initiator,
  preEip8: preEip8.ack,
  smallest: () => sealItems(INITIATOR.publicKey, [...ackItems(), 4])
}]

const OTHER_PROTOCOLS = [
  { name: 'HTTP', bytes: fromString('GET / HTTP/1.1\r\n') },
  { name: 'TLS', bytes: hex('16030100f5010000f10303') },
  { name: 'SSH', bytes: fromString('SSH-2.0-OpenSSH_9.2\r\n') },
  { name: 'multistream-select', bytes: fromString('\x13/multistream/1.0.0\n') }
]

for (const { name, minSize, create, preEip8, smallest } of SIDES) {
  describe(`handshake packets, as the ${name} reads them`, () => {
    for (const size of [0, 1, minSize - 1, 2049, 65_535]) {
      it(`refuses a size of ${size} with its second byte`, () => {
        const bytes = new Uint8Array(100)
        new DataView(bytes.buffer).setUint16(0, size)
        bytes[2] = 4
        const { index, error } = failureOf(create(), bytes)

        expect(index).to.equal(1)
        expect(error).to.be.an.instanceOf(InvalidHandshakeSizeError).with.property('name', 'InvalidHandshakeSizeError')
        expect(error.message).to.include(`announces ${size} bytes, legal are ${minSize} to 2048`)
      })
    }

    for (const size of [minSize, 2048]) {
      it(`waits for the rest after a size of ${size}`, () => {
        const bytes = new Uint8Array(1 + size)
        new DataView(bytes.buffer).setUint16(0, size)
        bytes[2] = 4
        const handshake = create()

        expect(handshake.receive(bytes.subarray(0, 2))).to.be.undefined()
        expect(handshake.receive(bytes.subarray(2))).to.be.undefined()
        expect(() => handshake.receive(new Uint8Array(1))).to.throw().with.property('name', 'HandshakeDecryptionError')
      })
    }

    for (const prefix of [0x00, 0x02, 0x03, 0x05, 0x06, 0x07, 0x84, 0xff]) {
      it(`refuses the point prefix ${prefix.toString(16).padStart(2, '0')} with its byte`, () => {
        const bytes = smallest()
        bytes[2] = prefix
        const { index, error } = failureOf(create(), bytes)

        expect(index).to.equal(2)
        expect(error).to.be.an.instanceOf(InvalidHandshakeFormatError).with.property('name', 'InvalidHandshakeFormatError')
      })
    }

    it('refuses the form before EIP-8 with its third byte', () => {
      const { index, error } = failureOf(create(), hex(preEip8))

      expect(index).to.equal(2)
      expect(error).to.be.an.instanceOf(InvalidHandshakeFormatError)
    })

    for (const { name, bytes } of OTHER_PROTOCOLS) {
      it(`refuses ${name}, and says the same however the bytes are cut`, () => {
        const { index, error } = failureOf(create(), bytes)

        expect(index).to.be.lessThan(3)
        expect(() => create().receive(bytes)).to.throw(error.message).with.property('name', error.name)
      })
    }

    it('takes no bytes for no packet', () => {
      const handshake = create()

      expect(handshake.receive(new Uint8Array())).to.be.undefined()
      expect(handshake.receive(new Uint8ArrayList())).to.be.undefined()
      expect(handshake.receive(smallest())).to.have.property('rest')
    })

    it('is through with the last byte of a packet, not before', () => {
      const packet = smallest()
      const handshake = create()

      for (let index = 0; index < packet.byteLength - 1; index++) {
        expect(handshake.receive(packet.subarray(index, index + 1)), `byte ${index}`).to.be.undefined()
      }

      expect(handshake.receive(packet.subarray(-1))).to.have.nested.property('rest.byteLength', 0)
    })
  })
}
