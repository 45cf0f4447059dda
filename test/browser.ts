import { multiaddr } from '@multiformats/multiaddr'
import { expect } from 'aegir/chai'
import { openCapability, pingPeer } from '../src/index.ts'
import { BULK_1 } from './fixtures/bulk-capability.ts'
import { createPageNode } from './fixtures/page-node.ts'
import { seededRandom } from './fixtures/seeded-random.ts'
import type { PageNode } from './fixtures/page-node.ts'

const MIB = 1024 * 1024
const SIZE = 10 * MIB

async function sha256 (bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes)))
}

/** Noise that is never the same in two of its mebibytes. */
function noise (): Uint8Array {
  const bytes = new Uint8Array(SIZE)

  for (let offset = 0; offset < SIZE; offset += MIB) {
    bytes.set(seededRandom(offset).bytes(MIB), offset)
  }

  return bytes
}

describe('a node in a page and one in Node.js, over WebSockets', function () {
  this.timeout(120_000)

  let node: PageNode

  before(async () => {
    node = await createPageNode([BULK_1])
  })

  after(async () => {
    await node.stop()
  })

  it('send each other 10 MiB by the encrypter', async () => {
    const data = noise()
    const echoed = await node.services.echo.echo(multiaddr(process.env.ENCRYPTER_ADDRESS), data)

    expect(node.getConnections()).to.have.nested.property('[0].encryption', '/rlpx/5')
    expect(await sha256(echoed.subarray())).to.equalBytes(await sha256(data))
  })

  it('send each other 10 MiB by the transport', async () => {
    const data = noise()
    const connection = await node.dial(multiaddr(process.env.TRANSPORT_ADDRESS), { force: true })
    const { messages } = await openCapability(connection, 'bulk')
    expect(connection.multiplexer).to.equal('/devp2p/5')

    for (let offset = 0; offset < SIZE; offset += MIB) {
      const payload = data.subarray(offset, offset + MIB)
      await messages.send({ id: 0, payload })
      const { value } = await messages.source.next()
      expect(await sha256(value?.payload ?? new Uint8Array())).to.equalBytes(await sha256(payload))
    }

    expect(await pingPeer(connection)).to.be.at.least(0)
    await connection.close()
  })
})
