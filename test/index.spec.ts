import { expect } from 'aegir/chai'
import * as rlpx from '../src/index.ts'

const ENODE = 'enode://79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8@127.0.0.1:30303'

describe('the module', () => {
  it('writes an enode as libp2p does, and back', () => {
    const address = rlpx.enodeToMultiaddr(ENODE)

    expect(rlpx.RLPX.exactMatch(address)).to.be.true()
    expect(rlpx.multiaddrToEnode(address)).to.equal(ENODE)
    expect(rlpx.formatEnode(rlpx.parseEnode(ENODE))).to.equal(ENODE)
  })

  it('knows a node by its peer id', () => {
    const { id } = rlpx.parseEnode(ENODE)

    expect(rlpx.nodeIdFromPeerId(rlpx.peerIdFromNodeId(id))).to.equalBytes(id)
    expect(ENODE).to.include(rlpx.nodeIdToHex(id))
  })
})
