import tests from '@libp2p/interface-compliance-tests/stream-muxer'
import { devp2p } from '../../src/muxer/index.ts'

describe('devp2p as a stream muxer of libp2p', () => {
  tests({
    async setup () { return devp2p()() },
    async teardown () {}
  })
})
