import './devp2p.interop.ts'
import './geth.interop.ts'
import './go-peer.interop.ts'
