/* eslint-disable no-console */
/**
 * Drives every decoder of what comes from outside with inputs that are mostly wrong: `npm run fuzz -- --seconds N
 * [--seed S] [--only NAME]… [--inputs N]`. Inputs are mutated from recorded sessions and vectors (`mutator.ts` says why
 * there is no fast-check); the same seed gives the same inputs. One that fails is made as small as it can be and saved in
 * `inputs/`, which `npm test` runs; the exit code is 1 then.
 */
import { parseArgs } from 'node:util'
import { fuzz } from './fuzz.ts'
import { TARGETS } from './targets/index.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', multiple: true, default: [] as string[] },
    inputs: { type: 'string', default: 'Infinity' }
  }
})

const all = TARGETS.map(({ name }) => name)
const names = all.filter(name => values.only.length === 0 || values.only.includes(name) || values.only.includes(name.replace('-sealed', '')))

if (names.length === 0) {
  console.error(`--only is any of ${all.join(', ')}`)
  process.exit(2)
}

const totals = await fuzz({ names, seconds: Number(values.seconds), seed: Number(values.seed), inputs: Number(values.inputs) })
console.info(`seed ${values.seed}`)

for (const { name, tried, operations, outcomes, milliseconds, failures } of totals) {
  const curve = operations === 0 ? '' : `, ${operations} operations on the curve`
  console.info(`${name}: ${tried} inputs in ${Math.round(milliseconds / 1000)} s, ${outcomes} outcomes${curve}, ${failures.length === 0 ? 'nothing found' : 'FAILED'}`)

  for (const { message, path } of failures) {
    console.info(`  ${message}: ${path}`)
  }
}

console.info(`${totals.reduce((sum, { tried }) => sum + tried, 0)} inputs in all`)
process.exitCode = totals.some(({ failures }) => failures.length > 0) ? 1 : 0
