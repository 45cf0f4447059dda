import { expect } from 'aegir/chai'
import { ETH_68, ETH_69, ETH_70, ETH_71, ETH_72, messageName, SNAP_1, SNAP_2 } from '../../src/eth/index.ts'

const ETH = [ETH_68, ETH_69, ETH_70, ETH_71, ETH_72]
const SNAP = [SNAP_1, SNAP_2]

describe('capabilities', () => {
  it('have the names, versions and lengths of geth and reth', () => {
    expect([...ETH, ...SNAP].map(({ name, version, length }) => [name, version, length])).to.deep.equal([
      ['eth', 68, 17],
      ['eth', 69, 18],
      ['eth', 70, 18],
      ['eth', 71, 20],
      ['eth', 72, 22],
      ['snap', 1, 8],
      ['snap', 2, 10]
    ])
  })

  it('end with the last message of their version', () => {
    expect([...ETH, ...SNAP].map(({ length, messages }) => messages[length - 1])).to.deep.equal([
      'Receipts',
      'BlockRangeUpdate',
      'BlockRangeUpdate',
      'BlockAccessLists',
      'Cells',
      'TrieNodes',
      'AccessLists'
    ])
  })

  it('name no message past their length', () => {
    for (const { length, messages } of [...ETH, ...SNAP]) {
      expect(Math.max(...Object.keys(messages).map(Number))).to.equal(length - 1)
    }
  })

  it('cannot be changed', () => {
    for (const capability of [...ETH, ...SNAP]) {
      expect(Object.isFrozen(capability)).to.be.true()
      expect(Object.isFrozen(capability.messages)).to.be.true()
    }
  })
})

describe('messageName', () => {
  it('names the messages of eth', () => {
    const names = Array.from({ length: 22 }, (_, id) => messageName(ETH_72, id))

    expect(names).to.deep.equal([
      'Status', 'NewBlockHashes', 'Transactions', 'GetBlockHeaders', 'BlockHeaders', 'GetBlockBodies', 'BlockBodies', 'NewBlock',
      'NewPooledTransactionHashes', 'GetPooledTransactions', 'PooledTransactions', undefined, undefined, undefined, undefined,
      'GetReceipts', 'Receipts', 'BlockRangeUpdate', 'GetBlockAccessLists', 'BlockAccessLists', 'GetCells', 'Cells'
    ])
  })

  it('names the messages of snap', () => {
    expect(Array.from({ length: 8 }, (_, id) => messageName(SNAP_1, id))).to.deep.equal([
      'GetAccountRange', 'AccountRange', 'GetStorageRanges', 'StorageRanges', 'GetByteCodes', 'ByteCodes', 'GetTrieNodes', 'TrieNodes'
    ])
    expect([6, 7, 8, 9].map(id => messageName(SNAP_2, id))).to.deep.equal([undefined, undefined, 'GetAccessLists', 'AccessLists'])
  })

  it('does not name a message before its version', () => {
    expect(messageName(ETH_68, 0x11)).to.be.undefined()
    expect(messageName(ETH_70, 0x12)).to.be.undefined()
    expect(messageName(ETH_71, 0x14)).to.be.undefined()
  })

  it('takes a name and a version that came from Hello', () => {
    expect(messageName({ name: 'eth', version: 69 }, 0)).to.equal('Status')
    expect(messageName({ name: 'eth', version: 1 }, 0)).to.be.undefined()
    expect(messageName({ name: 'snap', version: 69 }, 0)).to.be.undefined()
  })
})
