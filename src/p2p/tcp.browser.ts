import type { ByteDuplex } from './duplex-link.ts'
import type { Listening } from './tcp.ts'

export type { Endpoint, Listening } from './tcp.ts'

export async function dialTcp (): Promise<ByteDuplex> {
  throw new Error('TCP connections are not possible in browsers: open another kind of duplex')
}

export async function listenTcp (): Promise<Listening> {
  throw new Error('TCP connections are not possible in browsers')
}
