import { generateKeyPair } from '@libp2p/crypto/keys'
import tests from '@libp2p/interface-compliance-tests/transport'
import { RLPX } from '../../../src/identity/index.ts'
import { rlpxTransport } from '../../../src/transport/index.ts'

describe('rlpxTransport as a transport of libp2p', () => {
  tests({
    async setup () {
      const common = {
        // a second connection to the same peer is one of the tests
        transports: [rlpxTransport({ libp2p: true, announce: true, maxConnectionsPerPeer: 2 })],
        connectionMonitor: { enabled: false }
      }

      return {
        dialer: { ...common, privateKey: await generateKeyPair('secp256k1') },
        listener: {
          ...common,
          privateKey: await generateKeyPair('secp256k1'),
          addresses: { listen: ['/ip4/127.0.0.1/tcp/0/rlpx', '/ip4/127.0.0.1/tcp/0/rlpx'] }
        },
        dialMultiaddrMatcher: RLPX,
        listenMultiaddrMatcher: RLPX
      }
    },
    async teardown () {}
  })
})
