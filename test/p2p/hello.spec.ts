import { expect } from 'aegir/chai'
import { encode } from 'rlp'
import { concat } from 'uint8arrays/concat'
import { DisconnectReason } from '../../src/p2p/disconnect.ts'
import { InvalidHelloError } from '../../src/p2p/errors.ts'
import { decodeHello, encodeHello } from '../../src/p2p/hello.ts'
import { atOddOffset } from '../fixtures/chunks.ts'
import { hex } from '../fixtures/hex.ts'
import { helloPayload, REMOTE_ID } from '../fixtures/p2p-hello.ts'
import type { LocalHello } from '../../src/p2p/hello.ts'
import type { HelloItems } from '../fixtures/p2p-hello.ts'
import type { Input } from 'rlp'

const ID = new Uint8Array(64).fill(0x11)

const LOCAL: LocalHello = {
  clientId: 'Geth/v1',
  capabilities: [{ name: 'eth', version: 69, length: 18 }, { name: 'snap', version: 1, length: 8 }],
  listenPort: 0,
  id: ID
}

// a list of: 5, the client id, the list of capabilities, a port, the node id
const GOLDEN = `f85a 05 87476574682f7631 cdc58365746845c684736e617001 80 b840${'11'.repeat(64)}`
const GOLDEN_WITH_PORT = `f85c 05 87476574682f7631 cdc58365746845c684736e617001 82765f b840${'11'.repeat(64)}`

function bytes (digits: string): Uint8Array {
  return hex(digits.replaceAll(' ', ''))
}

function failure (payload: Uint8Array): InvalidHelloError {
  try {
    decodeHello(payload)
  } catch (err: any) {
    expect(err).to.be.an.instanceOf(InvalidHelloError).with.property('name', 'InvalidHelloError')

    return err
  }

  throw new Error('The Hello was read')
}

describe('encodeHello', () => {
  it('writes a port 0 as an empty string', () => {
    expect(encodeHello(LOCAL)).to.equalBytes(bytes(GOLDEN))
  })

  it('writes any other port as two bytes', () => {
    expect(encodeHello({ ...LOCAL, listenPort: 30303 })).to.equalBytes(bytes(GOLDEN_WITH_PORT))
  })

  it('sorts the capabilities by name and version', () => {
    const { capabilities } = decodeHello(encodeHello({
      ...LOCAL,
      capabilities: ['snap/2', 'eth/70', 'snap/1', 'eth/9', 'Zeta/0'].map((capability) => {
        const [name, version] = capability.split('/')

        return { name, version: Number(version), length: 1 }
      })
    }))

    expect(capabilities.map(({ name, version }) => `${name}/${version}`)).to.deep.equal(['Zeta/0', 'eth/9', 'eth/70', 'snap/1', 'snap/2'])
  })

  it('takes no text for hexadecimal digits', () => {
    expect(decodeHello(encodeHello({ ...LOCAL, clientId: '0x00' })).clientId).to.equal('0x00')
  })
})

describe('decodeHello reads', () => {
  it('what encodeHello writes', () => {
    expect(decodeHello(bytes(GOLDEN_WITH_PORT))).to.deep.equal({
      version: 5,
      clientId: 'Geth/v1',
      capabilities: [{ name: 'eth', version: 69 }, { name: 'snap', version: 1 }],
      listenPort: 30303,
      id: ID
    })
  })

  it('a view into other bytes, of which it keeps nothing', () => {
    const payload = atOddOffset(bytes(GOLDEN))
    const hello = decodeHello(payload)
    payload.fill(0)

    expect(hello.clientId).to.equal('Geth/v1')
    expect(hello.id).to.equalBytes(ID)
  })

  const tolerated: Record<string, [HelloItems, object]> = {
    'further items': [{ tail: ['more', [[], 1], 2] }, {}],
    'version 0': [{ version: 0 }, { version: 0 }],
    'version 4': [{ version: 4 }, { version: 4 }],
    'a version of 64 bits': [{ version: hex('ffffffffffffffff') }, { version: Infinity }],
    'no capabilities': [{ capabilities: [] }, { capabilities: [] }],
    'capabilities in any order, twice': [
      { capabilities: [['snap', 1], ['eth', 69], ['eth', 69]] },
      { capabilities: [{ name: 'snap', version: 1 }, { name: 'eth', version: 69 }, { name: 'eth', version: 69 }] }
    ],
    'a capability with further items': [{ capabilities: [['eth', 69, [], 'more']] }, { capabilities: [{ name: 'eth', version: 69 }] }],
    'a capability of 1500 bytes': [{ capabilities: [['x'.repeat(1500), 1]] }, { capabilities: [{ name: 'x'.repeat(1500), version: 1 }] }],
    'a capability of a version that no number holds': [
      { capabilities: [['eth', new Uint8Array(200).fill(1)]] },
      { capabilities: [{ name: 'eth', version: Infinity }] }
    ],
    'a capability named __proto__': [{ capabilities: [['__proto__', 1]] }, { capabilities: [{ name: '__proto__', version: 1 }] }],
    'a port over 65535': [{ listenPort: 70_000 }, { listenPort: 70_000 }],
    'a port that no number holds': [{ listenPort: new Uint8Array(9).fill(1) }, { listenPort: Infinity }],
    'a port with a leading zero': [{ listenPort: hex('00765f') }, { listenPort: 30303 }],
    'the port 0 as @ethereumjs/devp2p writes it': [{ listenPort: hex('00') }, { listenPort: 0 }],
    'an empty client id': [{ clientId: '' }, { clientId: '' }],
    'a client id that is no UTF-8': [{ clientId: hex('41ff42c328') }, { clientId: 'A\ufffdB\ufffd(' }],
    'a client id with control characters': [{ clientId: '\u001b[31m\r\n\u0000' }, { clientId: '\u001b[31m\r\n\u0000' }],
    'a node id that is no point of the curve': [{ id: new Uint8Array(64).fill(0xff) }, { id: new Uint8Array(64).fill(0xff) }]
  }

  for (const [title, [items, properties]] of Object.entries(tolerated)) {
    it(title, () => {
      expect(decodeHello(helloPayload(items))).to.deep.include(properties)
    })
  }

  it('a list that other bytes follow', () => {
    expect(decodeHello(concat([bytes(GOLDEN), hex('00ff')])).clientId).to.equal('Geth/v1')
  })

  it('2048 bytes', () => {
    const length = 2048 - helloPayload({ clientId: new Uint8Array(1000) }).byteLength + 1000
    const payload = helloPayload({ clientId: new Uint8Array(length).fill(0x41) })

    expect(payload).to.have.property('byteLength', 2048)
    expect(decodeHello(payload).clientId).to.equal('A'.repeat(length))
  })
})

describe('decodeHello refuses', () => {
  it('2049 bytes', () => {
    expect(failure(new Uint8Array(2049)).message).to.equal('The Hello has 2049 bytes, the most is 2048')
  })

  it('a string in place of the list', () => {
    expect(failure(hex('83010203')).message).to.equal('The Hello is not a list')
  })

  it('no bytes at all', () => {
    expect(failure(new Uint8Array())).to.have.property('reason', DisconnectReason.breachOfProtocol)
  })

  it('a Hello that is cut short anywhere', () => {
    const golden = bytes(GOLDEN)

    for (let length = 1; length < golden.byteLength; length++) {
      expect(failure(golden.subarray(0, length)).message, `${length} bytes`).to.equal('The Hello is not valid RLP')
    }
  })

  const identities: Record<string, Input> = {
    none: [],
    'of 63 bytes': new Uint8Array(63).fill(1),
    'of 65 bytes': concat([Uint8Array.of(4), REMOTE_ID]),
    'of 128 bytes': new Uint8Array(128).fill(1),
    'of zeros': new Uint8Array(64)
  }

  for (const [title, id] of Object.entries({ ...identities, none: new Uint8Array() })) {
    it(`a node id ${title}, with reason 0x07`, () => {
      expect(failure(helloPayload({ id })).reason).to.equal(DisconnectReason.nullIdentity)
    })
  }

  const malformed: Record<string, HelloItems> = {
    'a version that is a list': { version: [5] },
    'a version with a leading zero': { version: hex('0005') },
    'a version that is the byte 00': { version: hex('00') },
    'a client id that is a list': { clientId: ['remote'] },
    'capabilities that are a string': { capabilities: 'eth/69' },
    'a capability that is a string': { capabilities: ['eth/69'] },
    'a capability that is an empty list': { capabilities: [[]] },
    'a capability without a version': { capabilities: [['eth']] },
    'a capability whose name is a list': { capabilities: [[['eth'], 69]] },
    'a capability whose version is a list': { capabilities: [['eth', [69]]] },
    'a capability whose version has a leading zero': { capabilities: [['eth', hex('0045')]] },
    'a port that is a list': { listenPort: [] },
    'a node id that is a list': { id: [REMOTE_ID] }
  }

  for (const [title, items] of Object.entries(malformed)) {
    it(title, () => {
      expect(failure(helloPayload(items)).reason).to.equal(DisconnectReason.breachOfProtocol)
    })
  }

  it('a Hello of fewer items', () => {
    const items: Input[] = [5, 'remote', [['eth', 69]], 0]

    for (let length = 0; length <= items.length; length++) {
      expect(failure(encode(items.slice(0, length))).reason).to.equal(DisconnectReason.breachOfProtocol)
    }
  })

  it('integers and sizes that are not in their one form', () => {
    // a version, a client id and a list with a size in too many bytes
    for (const digits of ['8105', 'b801ff', 'f801c0']) {
      expect(failure(concat([Uint8Array.of(0xc0 + digits.length / 2), hex(digits)])).message).to.equal('The Hello is not valid RLP')
    }
  })
})

describe('decodeHello and lists in lists', () => {
  /** About as deep as a Hello has room for: 1738 bytes. */
  function nest (): Input[] {
    let nested: Input[] = []

    for (let depth = 1; depth < 650; depth++) {
      nested = [nested]
    }

    return nested
  }

  it('reads a Hello with a deep one behind its items', () => {
    expect(decodeHello(helloPayload({ tail: [nest()] })).clientId).to.equal('remote')
  })

  it('refuses a deep one within its items', () => {
    failure(helloPayload({ capabilities: nest() }))
    failure(helloPayload({ capabilities: [[nest(), 1]] }))
    failure(helloPayload({ id: nest() }))
  })

  it('refuses 2048 lists that all want more', () => {
    for (const first of [0xc1, 0xf7, 0xf8, 0xff]) {
      failure(new Uint8Array(2048).fill(first))
    }
  })
})
