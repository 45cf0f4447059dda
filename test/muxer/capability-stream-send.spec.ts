import { expect } from 'aegir/chai'
import { Uint8ArrayList } from 'uint8arraylist'
import { chunksOf } from '../fixtures/chunks.ts'
import { hex } from '../fixtures/hex.ts'
import { bytesOf, largeBytesOf, openStream } from '../fixtures/muxer-streams.ts'

describe('what is sent on a stream of a capability', () => {
  it('queues nothing that it would have to send later', () => {
    const { stream } = openStream()
    stream.send(bytesOf('01c0'))

    expect(stream.writeBufferLength).to.equal(0)
    expect(() => { stream.sendData() }).to.throw('at once')
  })

  it('is a message of the session for each that is whole', () => {
    const { stream, link } = openStream()

    expect(stream.send(bytesOf('02c0'))).to.equal(true)
    expect(link.takeSent()).to.deep.equal(['120100c0'])

    expect(stream.send(new Uint8ArrayList(bytesOf('00c0', '11c0'), bytesOf('03c0')))).to.equal(true)
    expect(link.takeSent()).to.deep.equal(['100100c0', '210100c0', '130100c0'])
  })

  it('waits until a message is whole, however it is cut', () => {
    for (const size of [1, 2, 3, 5]) {
      const { stream, link } = openStream()

      for (const chunk of chunksOf(bytesOf('02c0', '03c101', '04'), () => size)) {
        stream.send(chunk)
      }

      expect(link.sent).to.deep.equal(['120100c0', '130204c101', '1400'])
    }
  })

  it('is nothing where a message is empty', () => {
    const { stream, link } = openStream()
    stream.send(hex('00'))
    stream.send(bytesOf('02c0'))

    expect(link.sent).to.deep.equal(['120100c0'])
  })

  const faults: Array<[title: string, bytes: () => Uint8Array, name: string]> = [
    ['whose id the capability does not have', () => bytesOf('12c0'), 'InvalidMessageError'],
    ['of 16,777,216 bytes', () => largeBytesOf(0, new Uint8Array(16_777_216)), 'InvalidMessageError'],
    ['whose id cannot be read', () => bytesOf('850100000000'), 'MalformedMessageError'],
    ['whose id is not in its shortest form', () => bytesOf('8105'), 'MalformedMessageError']
  ]

  for (const [title, bytes, name] of faults) {
    it(`cannot be a message ${title}, and the stream goes on`, () => {
      const { stream, link, session } = openStream()

      expect(() => stream.send(bytes())).to.throw().with.property('name', name)
      expect(link.takeSent()).to.deep.equal([])

      stream.send(bytesOf('02c0'))
      expect(link.sent).to.deep.equal(['120100c0'])
      expect(stream.status).to.equal('open')
      expect(session.end).to.equal(undefined)
    })
  }

  it('is sent all the same behind a message that cannot be', () => {
    const { stream, link } = openStream()

    expect(() => stream.send(bytesOf('02c0', '12c0', '8105', '03c0'))).to.throw('no message 18')
    expect(link.sent).to.deep.equal(['120100c0', '130100c0'])
  })

  const unreadable: Array<[title: string, bytes: string, name: string]> = [
    ['has no end', 'ffffffff', 'InvalidLengthPrefixError'],
    ['is not in its shortest form', '820002c0', 'InvalidLengthPrefixError'],
    ['is that of no message', 'ffffff7f', 'InvalidMessageLengthError']
  ]

  for (const [title, bytes, name] of unreadable) {
    it(`aborts the stream where a length ${title}, as there is no telling what follows`, () => {
      const { stream, link, closes } = openStream()

      expect(() => stream.send(hex(bytes))).to.throw().with.property('name', name)
      expect(stream.status).to.equal('aborted')
      expect(closes).to.have.lengthOf(1).with.nested.property('0.name', name)
      expect(link.sent).to.deep.equal(['010204c110'])
    })

    it(`is sent before the stream is aborted where the next length ${title}, as it is where that comes later`, () => {
      const { stream, link } = openStream()

      expect(() => stream.send(new Uint8ArrayList(bytesOf('02c0', '03c0'), hex(bytes)))).to.throw().with.property('name', name)
      expect(stream.status).to.equal('aborted')
      expect(link.sent).to.deep.equal(['120100c0', '130100c0', '010204c110'])
    })
  }

  it('is taken where there is no room, and there is room again with a drain', async () => {
    const { stream, link } = openStream()
    let drains = 0
    stream.addEventListener('drain', () => { drains++ })

    link.writable = false
    expect(stream.send(bytesOf('02c0'))).to.equal(false)
    expect(stream.writableNeedsDrain).to.equal(true)

    // there is no room before the drain, whatever the link says
    link.writable = true
    expect(stream.send(bytesOf('03c0'))).to.equal(false)
    expect(link.sent).to.deep.equal(['120100c0', '130100c0'])
    expect(drains).to.equal(0)

    const drained = stream.onDrain()
    link.listener?.onDrain()
    await drained
    expect(drains).to.equal(1)
    expect(stream.send(bytesOf('04c0'))).to.equal(true)

    // who does not wait hears of none
    link.listener?.onDrain()
    expect(drains).to.equal(1)
  })

  it('does not drain by what the connection tells all streams', () => {
    const { stream, link } = openStream()
    let drains = 0
    stream.addEventListener('drain', () => { drains++ })

    link.writable = false
    stream.send(bytesOf('02c0'))
    stream.onMuxerDrain()

    expect(drains).to.equal(0)
    expect(stream.writableNeedsDrain).to.equal(true)
  })

  it('is refused once the stream is closed', async () => {
    const { stream, link } = openStream()
    await stream.close()

    expect(() => stream.send(bytesOf('02c0'))).to.throw().with.property('name', 'StreamStateError')
    expect(link.sent).to.deep.equal([])
  })

  it('is refused once the session has ended, though there is something to read', () => {
    const { stream, link } = openStream()
    link.receiveCompressed(16, hex('c0'))
    link.receiveCompressed(1, hex('c104'))

    expect(stream.status).to.equal('open')
    expect(() => stream.send(bytesOf('02c0'))).to.throw().with.property('name', 'StreamStateError')
  })
})
