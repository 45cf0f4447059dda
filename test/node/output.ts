import { expect } from 'aegir/chai'
import { Output, shortId } from '../../src/cli/output.ts'
import { defaultCrypto } from '../../src/crypto/index.ts'
import { DisconnectReason } from '../../src/p2p/index.ts'
import type { CliEvent } from '../../src/cli/output.ts'

const NODE_ID = defaultCrypto.importPrivateKey(new Uint8Array(32).fill(1)).publicKey
const ID = Buffer.from(NODE_ID).toString('hex')
const SHORT = shortId(ID)

function lines (json: boolean, print: (output: Output) => void): string[] {
  const written: string[] = []
  print(new Output(json, (line) => { written.push(line) }))

  return written
}

describe('output for people', () => {
  const table: Array<[CliEvent, string]> = [
    [{ event: 'message', id: ID, capability: 'echo/1', messageId: 3, name: null, size: 5 }, `${SHORT} message echo/1 0x03, 5 bytes`],
    [{ event: 'message', id: ID, capability: 'eth/69', messageId: 2, name: 'Transactions', size: 5 }, `${SHORT} message eth/69 Transactions, 5 bytes`],
    [{ event: 'echo', id: ID, bytes: 9, ok: false, ms: 1.25 }, `${SHORT} echo 9 bytes, NOT EQUAL, 1.3 ms`],
    [{ event: 'hello', id: ID, clientId: 'x\n\u001b[1m', capabilities: ['é/1'], shared: [] }, `${SHORT} hello x\\u{a}\\u{1b}[1m, speaks \\u{e9}/1, shared `],
    [{ event: 'disconnect', id: ID, by: 'remote', code: null, reason: 'no\nreason' }, `${SHORT} disconnect by remote: no\\u{a}reason`],
    [{ event: 'disconnect', id: ID, by: 'local', code: 8, reason: 'quitting' }, `${SHORT} disconnect by local: quitting (0x08)`]
  ]

  for (const [event, line] of table) {
    it(`tells of ${event.event} in one line: ${JSON.stringify(line)}`, () => {
      expect(lines(false, (output) => { output.print(event) })).to.deep.equal([line])
    })
  }

  it('names an error that has no message', () => {
    expect(lines(false, (output) => { output.error(new RangeError()) })).to.deep.equal(['RangeError: RangeError'])
  })
})

describe('the end of a session in output', () => {
  it('says that no reason was given', () => {
    expect(lines(true, (output) => { output.disconnect(NODE_ID, { by: 'remote' }) }).map((line) => JSON.parse(line)))
      .to.deep.equal([{ event: 'disconnect', id: ID, by: 'remote', code: null, reason: 'no reason given' }])
  })

  it('says what happened where there was no Disconnect', () => {
    expect(lines(true, (output) => { output.disconnect(NODE_ID, { by: 'remote', error: new Error('gone') }) }).map((line) => JSON.parse(line)))
      .to.deep.equal([{ event: 'disconnect', id: ID, by: 'remote', code: null, reason: 'gone' }])
  })

  it('says what was wrong where it was we who ended it', () => {
    const end = { by: 'local' as const, reason: DisconnectReason.breachOfProtocol, error: new RangeError('too much') }

    expect(lines(true, (output) => { output.disconnect(NODE_ID, end) }).map((line) => JSON.parse(line))).to.deep.equal([
      { event: 'error', name: 'RangeError', message: 'too much' },
      { event: 'disconnect', id: ID, by: 'local', code: 2, reason: 'breach of protocol' }
    ])
  })
})
