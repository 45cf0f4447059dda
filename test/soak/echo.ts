import { byteStream } from '@libp2p/utils'
import type { Connection, Stream } from '@libp2p/interface'

/** In place of `@libp2p/echo`, which keeps a stream, and its connection, for as long as the echo might have taken. */
export const ECHO = '/soak/echo/1'

/** Sends back the bytes of a stream. */
export async function echoBytes (stream: Stream): Promise<void> {
  for await (const bytes of stream) {
    if (!stream.send(bytes)) {
      await stream.onDrain()
    }
  }

  await stream.close()
}

/** What the other side makes of these bytes. */
export async function hearEcho (connection: Connection, data: Uint8Array): Promise<Uint8Array> {
  const stream = await connection.newStream(ECHO)
  const bytes = byteStream(stream)
  await bytes.write(data)
  const echoed = await bytes.read({ bytes: data.byteLength })
  await stream.close()

  return echoed.subarray()
}
