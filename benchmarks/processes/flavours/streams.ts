import { pEvent } from 'p-event'
import { makePayload } from '../../payload.ts'
import type { Sender } from './flavour.ts'
import type { Connection, Libp2p, Stream } from '@libp2p/interface'

const PROTOCOL = '/bulk/1.0.0'

/** Bytes in front of a run: how many follow. */
const HEADER = 8

/** Receives what `openStreamSender` sends. Streams have no messages: it counts bytes. */
export async function receiveStreams (node: Libp2p): Promise<void> {
  await node.handle(PROTOCOL, (stream) => {
    let left = 0

    stream.addEventListener('message', ({ data }) => {
      let { byteLength } = data

      if (left === 0) {
        left = Number(new DataView(Uint8Array.from(data.subarray(0, HEADER)).buffer).getBigUint64(0))
        byteLength -= HEADER
      }

      left -= byteLength

      if (left === 0) {
        stream.send(Uint8Array.of(1))
      }
    })
  }, { maxInboundStreams: 10_000 })
}

export async function openStreamSender (connection: Connection): Promise<Sender> {
  const stream = await connection.newStream(PROTOCOL, { maxOutboundStreams: 10_000 })

  return async (size, count) => {
    const payload = makePayload(size)
    const header = new DataView(new ArrayBuffer(HEADER))
    header.setBigUint64(0, BigInt(size * count))

    const done = pEvent(stream, 'message')
    const begin = performance.now()
    await send(stream, new Uint8Array(header.buffer))

    for (let i = 0; i < count; i++) {
      await send(stream, payload)
    }

    await done

    return performance.now() - begin
  }
}

async function send (stream: Stream, bytes: Uint8Array): Promise<void> {
  if (!stream.send(bytes)) {
    await pEvent(stream, 'drain')
  }
}
