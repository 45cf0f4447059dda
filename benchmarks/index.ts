/**
 * Measures this package beside others: `node benchmarks/index.ts [--only NAME] [--quick]
 * [--json FILE] [--chart [FILE.svg]]`. It needs what `npm install` brings. Rows that need Chromium,
 * and what is measured of geth where there is no Go, say "not run".
 */

import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { attempt } from './alternate.ts'
import { isResult } from './benchmark.ts'
import { drawChart } from './report/chart.ts'
import { formatJson } from './report/json.ts'
import { formatLine, formatTable } from './report/table.ts'
import { benchmarks } from './rows/index.ts'
import type { Outcome, Settings } from './benchmark.ts'

const FULL: Settings = { warmUps: 1, rounds: 7, sliceMs: 300, limitMs: 300_000, quick: false }
const QUICK: Settings = { warmUps: 0, rounds: 1, sliceMs: 20, limitMs: 60_000, quick: true }

/** Where a chart is drawn that is given no name. */
const CHART = fileURLToPath(new URL('chart.svg', import.meta.url))

const args = process.argv.slice(2)
const unnamed = args.findIndex((arg, i) => arg === '--chart' && (args[i + 1] ?? '-').startsWith('-'))

const { values: { only, json, chart, quick } } = parseArgs({
  args: unnamed === -1 ? args : args.toSpliced(unnamed + 1, 0, CHART),
  options: {
    only: { type: 'string' },
    json: { type: 'string' },
    chart: { type: 'string' },
    quick: { type: 'boolean' }
  }
})

const chosen = benchmarks.filter(({ name, thorough }) => {
  return only == null ? quick !== true || thorough !== true : name === only || name.startsWith(`${only}-`)
})

if (chosen.length === 0) {
  throw new Error(`There is no benchmark ${only}; there are ${benchmarks.map(({ name }) => name).join(', ')}`)
}

const outcomes: Outcome[] = []

for (const benchmark of chosen) {
  const latest = await attempt(benchmark, quick === true ? QUICK : FULL)
  outcomes.push(...latest)

  // a run that is ended early has told this much
  process.stderr.write(latest.map(formatLine).join(''))

  if (json != null) {
    await writeFile(json, formatJson(outcomes.filter(isResult)))
  }
}

process.stdout.write(formatTable(outcomes))

if (chart != null) {
  await writeFile(chart, drawChart(outcomes.filter(isResult)))
}

process.exit(outcomes.some(outcome => !isResult(outcome) && outcome.failed) ? 1 : 0)
