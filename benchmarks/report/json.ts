import type { Result } from '../benchmark.ts'

/** The results for programs; of those who could not run it has nothing. */
export function formatJson (results: Result[]): string {
  const rows = results.map(({ name, unit, better, ours, peers, ratios }) => ({ name, unit, better, ours, peers, ratios }))

  return `${JSON.stringify(rows, undefined, 2)}\n`
}
