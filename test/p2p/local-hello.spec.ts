import { expect } from 'aegir/chai'
import { MAX_BASE_PAYLOAD } from '../../src/p2p/constants.ts'
import { encodeHello, verifyLocalHello } from '../../src/p2p/hello.ts'
import { LOCAL_HELLO } from '../fixtures/p2p-hello.ts'
import type { Capability } from '../../src/p2p/capability.ts'
import type { LocalHello } from '../../src/p2p/hello.ts'

function withCapability (capability: Partial<Capability>): Partial<LocalHello> {
  return { capabilities: [{ name: 'eth', version: 69, length: 18, ...capability }] }
}

/** As many capabilities, each of which takes 11 bytes. */
function many (count: number): Capability[] {
  return Array.from({ length: count }, (_, i) => ({ name: `cap${i + 10_000}`, version: 1, length: 1 }))
}

describe('verifyLocalHello takes', () => {
  const good: Record<string, Partial<LocalHello>> = {
    'no capabilities': { capabilities: [] },
    'an empty client id': { clientId: '' },
    'a client id of 256 bytes': { clientId: 'é'.repeat(128) },
    'the ports 0': { listenPort: 0 },
    'the port 65535': { listenPort: 65_535 },
    'a name of 8 characters': withCapability({ name: 'abcdefgh' }),
    'a name of any printable characters': withCapability({ name: '!~-_.A9' }),
    'version 0': withCapability({ version: 0 }),
    'version 255': withCapability({ version: 255 }),
    'one message id': withCapability({ length: 1 }),
    'several versions of a name': { capabilities: [69, 68].map(version => ({ name: 'eth', version, length: 17 })) },
    '2048 bytes in all': { clientId: 'x'.repeat(243), capabilities: many(157) }
  }

  for (const [title, properties] of Object.entries(good)) {
    it(title, () => {
      expect(() => { verifyLocalHello({ ...LOCAL_HELLO, ...properties }) }).to.not.throw()
    })
  }

  it('and encodeHello writes as many', () => {
    expect(encodeHello({ ...LOCAL_HELLO, ...good['2048 bytes in all'] })).to.have.property('byteLength', MAX_BASE_PAYLOAD)
  })
})

describe('verifyLocalHello refuses', () => {
  const bad: Record<string, [Partial<LocalHello>, string]> = {
    'a client id of 257 bytes': [{ clientId: 'é'.repeat(128) + 'e' }, 'client id'],
    'a port under 0': [{ listenPort: -1 }, 'port'],
    'a port over 65535': [{ listenPort: 65_536 }, 'port'],
    'a port that is no integer': [{ listenPort: 0.5 }, 'port'],
    'a port that is no number': [{ listenPort: NaN }, 'port'],
    'an empty name': [withCapability({ name: '' }), 'name ""'],
    'a name of 9 characters': [withCapability({ name: 'abcdefghi' }), 'name "abcdefghi"'],
    'a name with a space': [withCapability({ name: 'a b' }), 'name "a b"'],
    'a name with a line break': [withCapability({ name: 'eth\n' }), 'name "eth\\n"'],
    'a name with a control character': [withCapability({ name: 'a\u007f' }), 'name'],
    'a name that is not ASCII': [withCapability({ name: 'é' }), 'name "é"'],
    'the name p2p': [withCapability({ name: 'p2p' }), 'name "p2p"'],
    'a version under 0': [withCapability({ version: -1 }), 'version of the capability eth'],
    'version 256': [withCapability({ version: 256 }), 'version of the capability eth'],
    'a version that is no integer': [withCapability({ version: 1.5 }), 'version of the capability eth'],
    'no message ids': [withCapability({ length: 0 }), 'eth/69 has no message ids'],
    'message ids that are no integer': [withCapability({ length: 1.5 }), 'eth/69 has no message ids'],
    'message ids without end': [withCapability({ length: Infinity }), 'eth/69 has no message ids'],
    'a capability twice': [
      { capabilities: [...LOCAL_HELLO.capabilities, { name: 'eth', version: 69, length: 17 }] },
      'eth/69 is listed twice'
    ],
    '2049 bytes in all': [{ clientId: 'x'.repeat(244), capabilities: many(157) }, '2049 bytes']
  }

  for (const [title, [properties, message]] of Object.entries(bad)) {
    it(title, () => {
      expect(() => { verifyLocalHello({ ...LOCAL_HELLO, ...properties }) }).to.throw(message)
        .with.property('name', 'InvalidLocalHelloError')
    })
  }
})
