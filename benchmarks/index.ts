/**
 * Measures this package beside others: `node benchmarks/index.ts [--only NAME] [--quick]
 * [--json FILE] [--chart FILE.svg]`. It needs `npm install`; what needs Go or Chromium says
 * "not run" where there is none.
 */

import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { measure } from './alternate.ts'
import { drawChart } from './report/chart.ts'
import { formatJson } from './report/json.ts'
import { formatTable } from './report/table.ts'
import { benchmarks } from './rows/index.ts'
import type { Result, Settings } from './benchmark.ts'

const FULL: Settings = { rounds: 7, sliceMs: 300, quick: false }
const QUICK: Settings = { rounds: 1, sliceMs: 30, quick: true }

const { values: { only, json, chart, quick } } = parseArgs({
  options: {
    only: { type: 'string' },
    json: { type: 'string' },
    chart: { type: 'string' },
    quick: { type: 'boolean' }
  }
})

const chosen = benchmarks.filter(({ name }) => only == null || name === only || name.startsWith(`${only}-`))

if (chosen.length === 0) {
  throw new Error(`There is no benchmark ${only}; there are ${benchmarks.map(({ name }) => name).join(', ')}`)
}

const results: Result[] = []

for (const benchmark of chosen) {
  process.stderr.write(`${benchmark.name} …\n`)
  results.push(...await measure(benchmark, quick === true ? QUICK : FULL))
}

process.stdout.write(formatTable(results))

if (json != null) {
  await writeFile(json, formatJson(results))
}

if (chart != null) {
  await writeFile(chart, drawChart(results))
}
