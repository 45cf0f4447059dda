import { generateKeyPair } from '@libp2p/crypto/keys'
import { noise as noiseEncrypter } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { rlpx as rlpxEncrypter } from '../../../src/index.ts'
import { NODE_OPTIONS } from './flavour.ts'
import { openStreamSender, receiveStreams } from './streams.ts'
import type { Flavour } from './flavour.ts'
import type { ConnectionEncrypter, Libp2p } from '@libp2p/interface'
import type { Ping } from '@libp2p/ping'

/** What most nodes speak: TCP, yamux, and an encrypter between them. */
function overYamux (encrypter: (components: any) => ConnectionEncrypter): Flavour {
  return {
    createNode: async () => createLibp2p({
      ...NODE_OPTIONS,
      privateKey: await generateKeyPair('secp256k1'),
      addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
      transports: [tcp()],
      connectionEncrypters: [encrypter],
      streamMuxers: [yamux()],
      services: { ping: ping() }
    }),
    receive: receiveStreams,
    addressOf: (node) => node.getMultiaddrs()[0].toString(),
    openSender: openStreamSender,
    ping: async (node, { remotePeer }) => {
      const begin = performance.now()
      await (node as Libp2p<{ ping: Ping }>).services.ping.ping(remotePeer)

      return performance.now() - begin
    }
  }
}

export const noise = overYamux(noiseEncrypter())
export const encrypter = overYamux(rlpxEncrypter())
