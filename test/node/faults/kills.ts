import { fileURLToPath } from 'node:url'
import { multiaddr } from '@multiformats/multiaddr'
import { expect } from 'aegir/chai'
import { parseEnode } from '../../../src/identity/index.ts'
import { multiaddrToEnode } from '../../../src/index.ts'
import { connect } from '../../../src/p2p/connect.ts'
import { dialTcp } from '../../../src/p2p/tcp.ts'
import { BULK_1 } from '../../fixtures/bulk-capability.ts'
import { Child, UNCOVERED } from '../../fixtures/child.ts'
import { flood, received } from '../../fixtures/flood.ts'
import { stopNodes } from '../../fixtures/libp2p-nodes.ts'
import { DIALLER_KEY } from '../../fixtures/p2p-peers.ts'
import { expectResources, resources } from '../../fixtures/resources.ts'
import { createEchoingNode, createStackNode, exchange, gone, PROTOCOL, stackAddress, STACKS } from '../../fixtures/stacks.ts'
import type { Stack } from '../../fixtures/stacks.ts'
import type { Stream } from '@libp2p/interface'

const PROGRAM = fileURLToPath(new URL('../../fixtures/stack-process.ts', import.meta.url))
const START_TIMEOUT = 60_000

function start (stack: Stack, ...what: string[]): Child {
  return new Child(process.execPath, ['--disable-warning=ExperimentalWarning', PROGRAM, stack, ...what], UNCOVERED)
}

async function addressOf (child: Child): Promise<string> {
  const [, address] = await child.logged(/listening on (\S+)\n/, START_TIMEOUT)

  return address
}

async function kill (child: Child): Promise<void> {
  child.process.kill('SIGKILL')
  await child.ended
}

describe('a process that is gone', function () {
  this.timeout(120_000)

  for (const stack of STACKS) {
    for (const who of ['dialled', 'was dialled'] as const) {
      it(`within what it says by ${stack}, as who ${who}, ends all that waited for it, and leaves nothing`, async () => {
        await new Promise(resolve => setImmediate(resolve))
        const before = resources()
        const node = await createStackNode(stack)
        const opened = Promise.withResolvers<Stream>()
        let child: Child

        if (who === 'dialled') {
          await node.handle(PROTOCOL, async (stream) => { opened.resolve(stream) })
          child = start(stack, `${stackAddress(node)}`)
        } else {
          child = start(stack)
          const connection = await node.dial(multiaddr(await addressOf(child)))
          opened.resolve(await connection.newStream(PROTOCOL))
        }

        const stream = await opened.promise
        const flooding = flood(stack, stream).then(() => {}, () => {})
        const reading = received(stack, stream)
        expect(await reading.next()).to.have.property('value').that.is.above(0)
        await kill(child)

        // what had arrived is still read, or the end is told
        for (let over = false; !over;) {
          over = await reading.next().then(({ done }) => done === true, (err) => {
            expect(err).to.be.an('error')

            return true
          })
        }

        await flooding
        await gone(node)

        await node.unhandle(PROTOCOL)
        const other = await createEchoingNode(stack)
        await exchange(stack, await node.dial(stackAddress(other)), Uint8Array.of(1))
        await stopNodes()
        await expectResources(before)
      })
    }
  }
})

describe('a process that stands still for longer than a Ping may take', function () {
  this.timeout(120_000)

  it('keeps a peer whose Pong came meanwhile', async () => {
    const child = start('rlpxTransport', 'quiet')
    const { id, host, tcpPort } = parseEnode(multiaddrToEnode(multiaddr(await addressOf(child))))
    const duplex = await dialTcp({ host, port: tcpPort })
    const peer = await connect(duplex, { privateKey: DIALLER_KEY, remoteId: id, capabilities: [BULK_1], pingInterval: 1_000, pingTimeout: 1_000 })

    // the Ping of the interval is on its way once the process that is to answer it does not run
    child.process.kill('SIGSTOP')
    const pong = peer.ping()
    await new Promise(resolve => setTimeout(resolve, 1_200))
    child.process.kill('SIGCONT')
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3_000)

    expect(await pong).to.be.above(3_000)
    await peer.disconnect()
    await kill(child)
  })
})
