import { bytesToHex } from '@noble/hashes/utils.js'
import { expect } from 'aegir/chai'
import { fromString } from 'uint8arrays/from-string'
import type { Geth } from './geth.ts'
import type { Status } from '../../src/eth/index.ts'
import type { CapabilityMessages, Message } from '../../src/p2p/index.ts'

export const NETWORK_ID = 3_503_995_874_084_926n
export const GENESIS = 'bd6a252af394d80904c5993b859574bd4669642cea00a116970ec7887db67533'
/** Seconds: of Cancun and Prague. */
export const TIME_FORKS = [60, 120]
export const HEAD = '44e3809c9a3cda717f00aea3a9da336d149612c8d5657fbc0028176ef8d94d2a'

export interface Transaction {
  raw: string
  hash: string
}

/**
 * From an account of the test chain that has funds, with nonces 0 and 1: each can be sent once, in this order
 */
export const TRANSACTIONS: Transaction[] = [
  {
    raw: '02f871870c72dd9d5e883e80843b9aca00847735940082520894000000000000000000000000000000000000dead0180c001a05f733a0e5feb34cfbff9d1c0c04ac9b419144055207931b719f7695b914ccb21a065f6d3bf042041e7367ceb2871ca34feb4cb6347f8ec70a0e8baf806862e27d3',
    hash: '35b0f7dc877fe9e621dc568dab4920124b3118e4353d86eb8790ead48fb751b4'
  },
  {
    raw: '02f871870c72dd9d5e883e01843b9aca00847735940082520894000000000000000000000000000000000000dead0180c080a0fd09bf66d49cc028a8c7e7c88f2c16c073602482f96891471747d076d829d72aa06b797b24e2833f68c48d9d58ae4a5e296ee62248c79e8d0345c69f69638cb228',
    hash: '280aff4a1ebc80f43bece040362c63b086758127de7538af776b13b9925bda33'
  }
]

/**
 * What geth tells of a transaction: the whole, or its hash, as it likes
 */
export const ANNOUNCEMENTS = [0x02, 0x08]

/**
 * Expects the Status of a geth that has the whole test chain
 */
export function expectStatus (status: Status | undefined): void {
  expect(status).to.have.property('networkId', NETWORK_ID)
  expect(status).to.have.property('genesis').that.equalBytes(fromString(GENESIS, 'base16'))
  expect(status).to.have.property('head').that.equalBytes(fromString(HEAD, 'base16'))
}

/**
 * Makes geth tell its peers of a transaction
 */
export async function sendTransaction (geth: Geth, { raw }: Transaction): Promise<void> {
  await geth.rpc('eth_sendRawTransaction', [`0x${raw}`])
}

/**
 * Reads until a message tells of a transaction
 */
export async function hearOf (messages: CapabilityMessages, { raw, hash }: Transaction): Promise<void> {
  const tells = ({ id, payload }: Message): boolean => {
    const text = bytesToHex(payload)

    return ANNOUNCEMENTS.includes(id) && (text.includes(raw) || text.includes(hash))
  }

  await messageFrom(messages, tells)
}

/**
 * Reads up to a message that matches
 */
export async function messageFrom (messages: CapabilityMessages, matches: (message: Message) => boolean): Promise<Message> {
  for (let next = await messages.source.next(); next.done !== true; next = await messages.source.next()) {
    if (matches(next.value)) {
      return next.value
    }
  }

  throw new Error('The messages ended before one that matches')
}
