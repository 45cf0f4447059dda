import { expect } from 'aegir/chai'
import { Uint8ArrayList } from 'uint8arraylist'
import { concat } from 'uint8arrays/concat'
import { initiator, recipient } from '../../src/codec/index.ts'
import { nobleCrypto } from '../../src/crypto/noble.ts'
import { connect, createMemorySockets, plug } from '../fixtures/codec-connection.ts'
import { INITIATOR_KEY, nodeId, OTHER_KEY, RECIPIENT_KEY } from '../fixtures/codec-keys.ts'
import { chunked, collect, failing, StallingSource, StuckSource } from '../fixtures/codec-sources.ts'
import type { Codec } from '../../src/codec/index.ts'
import type { Side } from '../fixtures/codec-connection.ts'

const HELLO = Uint8Array.of(1, 2, 3)
const init = { privateKey: INITIATOR_KEY, remoteId: nodeId(RECIPIENT_KEY) }

/** The next chunk for the wire, as it is. */
async function nextBytes ({ ciphertext }: Codec): Promise<Uint8Array> {
  const { value } = await ciphertext.source.next()

  return value ?? new Uint8Array()
}

/** Every promise that a codec and its pipe have to settle, by the names of their errors. */
async function outcomes (side: Side): Promise<string[]> {
  const source = new StuckSource()
  const promises = [side.session, side.piped, side.messages.sink(source), collect(side.messages.source)]
  const results = await Promise.allSettled(promises)
  expect(source.returned).to.be.true()

  return results.map((result) => result.status === 'rejected' ? result.reason.name : result.status)
}

describe('the handshake of two codecs', () => {
  it('tells each side whom it is with', async () => {
    const sides = connect()

    await expect(sides.initiator.session).to.eventually.have.property('remoteId').that.deep.equals(nodeId(RECIPIENT_KEY))
    await expect(sides.recipient.session).to.eventually.have.property('remoteId').that.deep.equals(nodeId(INITIATOR_KEY))
  })

  it('leaves both sides the same keys', async () => {
    const sides = connect()
    const near = await sides.initiator.session
    const far = await sides.recipient.session

    expect(near.secrets.aes).to.deep.equal(far.secrets.aes)
    expect(near.secrets.mac).to.deep.equal(far.secrets.mac)
  })

  it('is done before anybody asks for messages, and with other primitives', async () => {
    const sides = connect({ initiator: { crypto: nobleCrypto }, recipient: { crypto: nobleCrypto } })
    await sides.initiator.session
    const sent = sides.initiator.messages.sink([HELLO])

    await expect(collect(sides.recipient.messages.source)).to.eventually.deep.equal([HELLO])
    await sent
  })

  it('reads auth and ack in chunks of any size, with frames glued to them', async () => {
    const near = initiator(init)
    const far = recipient({ privateKey: RECIPIENT_KEY })
    const auth = await nextBytes(near)

    const read = far.ciphertext.sink(chunked(auth, 1))
    void far.messages.sink([HELLO, HELLO])
    const answer = concat(await collect(far.ciphertext.source))

    const [first, ...others] = chunked(answer, answer.byteLength - 50)
    const received = near.ciphertext.sink([first, new Uint8ArrayList(...others)])
    await expect(collect(near.messages.source)).to.eventually.deep.equal([HELLO, HELLO])
    await received

    await expect(collect(far.messages.source)).to.eventually.be.empty()
    await read
  })

  it('reads a frame that comes in one chunk with the auth or the ack', async () => {
    const near = initiator(init)
    const far = recipient({ privateKey: RECIPIENT_KEY })
    const wire = new StallingSource(await nextBytes(near))
    void far.ciphertext.sink(wire)
    void far.messages.sink([HELLO])
    const answer = concat([await nextBytes(far), await nextBytes(far)])

    void near.ciphertext.sink([answer])
    await expect(collect(near.messages.source)).to.eventually.deep.equal([HELLO])
  })
})

describe('a handshake that fails', () => {
  it('says what is wrong with a wrong key, on both sides', async () => {
    const sides = connect({ initiator: { remoteId: nodeId(OTHER_KEY) } })
    const [near, far] = await Promise.all([outcomes(sides.initiator), outcomes(sides.recipient)])

    expect(far).to.deep.equal(Array(4).fill('HandshakeDecryptionError'))
    expect(near).to.deep.equal(Array(4).fill('HandshakeClosedError'))
    await expect(sides.initiator.session).to.be.rejectedWith('wrong public key, or not RLPx')

    for (const { socket } of [sides.initiator, sides.recipient]) {
      expect(socket.readable).to.be.false()
      expect(socket.writable).to.be.false()
    }
  })

  it('closes the socket where the other side is silent', async () => {
    const [socket] = createMemorySockets()
    const side = plug(socket, initiator({ ...init, handshakeTimeout: 20 }))

    await expect(outcomes(side)).to.eventually.deep.equal(Array(4).fill('HandshakeTimeoutError'))
    expect(socket.readable).to.be.false()
    expect(socket.writable).to.be.false()
  })

  for (const [role, create] of [['initiator', () => initiator({ ...init, handshakeTimeout: 20 })],
    ['recipient', () => recipient({ privateKey: RECIPIENT_KEY, handshakeTimeout: 20 })]] as const) {
    it(`times out on every promise of the ${role}, and closes what it was given`, async () => {
      const codec = create()
      const wire = new StuckSource()
      const requests = new StuckSource()
      const sinks = [codec.ciphertext.sink(wire), codec.messages.sink(requests)]
      const sources = [collect(codec.ciphertext.source), collect(codec.messages.source)]

      for (const result of await Promise.allSettled([codec.session, ...sinks, ...sources])) {
        expect(result).to.have.nested.property('reason.name', 'HandshakeTimeoutError')
      }

      expect(wire.returned).to.be.true()
      expect(requests.returned).to.be.true()
    })
  }

  it('is a HandshakeClosedError where the connection ends before a whole auth', async () => {
    const auth = await nextBytes(initiator(init))

    for (const source of [[], [auth.subarray(0, -1)]]) {
      const codec = recipient({ privateKey: RECIPIENT_KEY })

      await expect(codec.ciphertext.sink(source)).to.eventually.be.rejected.with.property('name', 'HandshakeClosedError')
      await expect(codec.session).to.be.rejectedWith('before a whole auth')
    }
  })

  for (const [what, bytes, name] of [
    ['is no RLPx', Uint8Array.of(1, 0xfe, 5), 'InvalidHandshakeFormatError'],
    ['announces too much', Uint8Array.of(8, 1, 4), 'InvalidHandshakeSizeError']
  ] as const) {
    it(`is an ${name} where what comes ${what}`, async () => {
      const codec = recipient({ privateKey: RECIPIENT_KEY })
      const wire = new StallingSource(bytes)

      await expect(codec.ciphertext.sink(wire)).to.eventually.be.rejected.with.property('name', name)
      await expect(codec.session).to.eventually.be.rejected.with.property('name', name)
      expect(wire.returned).to.be.true()
    })
  }

  it('throws what the wire throws', async () => {
    const reason = new Error('reset')
    const codec = initiator(init)

    await expect(codec.ciphertext.sink(failing(reason))).to.be.rejectedWith(reason)
    await expect(codec.session).to.be.rejectedWith(reason)
    await expect(collect(codec.messages.source)).to.be.rejectedWith(reason)
    await expect(codec.messages.sink([])).to.be.rejectedWith(reason)
  })

  for (const end of ['ciphertext', 'messages'] as const) {
    it(`is a HandshakeClosedError where ${end}.source is left before its end`, async () => {
      const codec = initiator(init)
      const wire = new StuckSource()
      const requests = new StuckSource()
      const sinks = Promise.allSettled([codec.ciphertext.sink(wire), codec.messages.sink(requests)])
      await wire.begun
      await codec[end].source.return()

      await expect(codec.session).to.eventually.be.rejected.with.property('name', 'HandshakeClosedError')
      await sinks
      expect(wire.returned).to.be.true()
      expect(requests.returned).to.be.true()
    })
  }
})

describe('initiator and recipient', () => {
  it('throw InvalidPrivateKeyError', () => {
    for (const privateKey of [new Uint8Array(32), new Uint8Array(31).fill(1), new Uint8Array(32).fill(0xff)]) {
      expect(() => initiator({ ...init, privateKey })).to.throw().with.property('name', 'InvalidPrivateKeyError')
      expect(() => recipient({ privateKey })).to.throw().with.property('name', 'InvalidPrivateKeyError')
    }
  })

  it('throws InvalidPublicKeyError for what is no node id', () => {
    for (const remoteId of [new Uint8Array(64).fill(1), new Uint8Array(64), nodeId(RECIPIENT_KEY).subarray(1)]) {
      expect(() => initiator({ ...init, remoteId })).to.throw().with.property('name', 'InvalidPublicKeyError')
    }
  })
})
