import { decodeStatus, encodeStatus } from '../../../src/eth/index.ts'
import { inflate } from '../../../src/p2p/message.ts'
import { STATUS } from '../../fixtures/eth-status.ts'
import { MESSAGES } from '../corpora.ts'
import { assert, assertEqual, attempt, inWords } from '../target.ts'
import type { Target } from '../target.ts'

const ERRORS = ['InvalidStatusError']
const ETH_STATUS = 16

const status: Target = {
  name: 'status',
  corpus: [
    encodeStatus(STATUS),
    ...MESSAGES.filter(({ id }) => id === ETH_STATUS).map(({ payload }) => inflate(payload)).filter(payload => attempt(ERRORS, () => decodeStatus(payload)).error == null)
  ],
  check: (input) => {
    const outcome = attempt(ERRORS, () => decodeStatus(input))

    if (outcome.value != null) {
      const payload = encodeStatus(outcome.value)
      assertEqual(encodeStatus(decodeStatus(payload)), payload, 'A Status is another one when it is written and read')
      assert(outcome.value.genesis.buffer !== input.buffer, 'A Status holds on to the message')
    }

    return inWords(outcome, `${Math.min(outcome.value?.version ?? 0, 80)}`)
  }
}

export const STATUS_TARGETS: Target[] = [status]
