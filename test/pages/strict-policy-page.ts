/** Runs in a page. */

import { multiaddr } from '@multiformats/multiaddr'
import { openCapability } from '../../src/index.ts'
import { BULK_1 } from '../fixtures/bulk-capability.ts'
import { createPageNode } from '../fixtures/page-node.ts'
import { parameter, tell } from '../fixtures/page-tell.ts'
import { seededRandom } from '../fixtures/seeded-random.ts'
import type { PageNode } from '../fixtures/page-node.ts'

const DATA = seededRandom(1).bytes(100_000)

/** A WebAssembly module of nothing. */
const MODULE = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00)

const violations: string[] = []

document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
  violations.push(`${effectiveDirective} ${blockedURI}`)
})

function isData (bytes: Uint8Array): boolean {
  return bytes.byteLength === DATA.byteLength && bytes.every((byte, i) => byte === DATA[i])
}

async function byEncrypter (node: PageNode): Promise<object> {
  const address = multiaddr(parameter('encrypter'))
  const echoed = await node.services.echo.echo(address, DATA)
  const [{ encryption, multiplexer }] = node.getConnections()

  return { encryption, multiplexer, echoed: isData(echoed.subarray()) }
}

async function byTransport (node: PageNode): Promise<object> {
  const connection = await node.dial(multiaddr(parameter('transport')), { force: true })
  const { messages } = await openCapability(connection, 'bulk')
  await messages.send({ id: 0, payload: DATA })
  const { value } = await messages.source.next()

  return { encryption: connection.encryption, multiplexer: connection.multiplexer, echoed: isData(value?.payload ?? new Uint8Array()) }
}

/** The name of the error that something fails with. */
async function refusal (attempt: () => unknown): Promise<string | undefined> {
  try {
    await attempt()
  } catch (err: any) {
    return err.name
  }
}

try {
  const node = await createPageNode([BULK_1])
  tell('encrypter', await byEncrypter(node))
  tell('transport', await byTransport(node))
  await node.stop()
  const { length } = violations

  // last, as these are violations too
  tell('refusals', [
    await refusal(async () => WebAssembly.compile(MODULE)),
    // eslint-disable-next-line no-new-func
    await refusal(() => new Function('return 1')())
  ])

  // they are dispatched in their order, so that with these two all before have been
  while (violations.length < length + 2) {
    await new Promise((resolve) => { setTimeout(resolve, 10) })
  }

  tell('violations', violations)
} catch (err: any) {
  tell('error', err.stack)
}
