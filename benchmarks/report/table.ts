import { PEERS } from '../benchmark.ts'
import type { Result } from '../benchmark.ts'

/** Digits that mean something. */
const DIGITS = 3

/** The results as a table in Markdown; in parentheses by how much we are better. */
export function formatTable (results: Result[]): string {
  const peers = PEERS.filter(peer => results.some(({ peers, notRun }) => peer in peers || notRun.includes(peer)))
  const head = ['name', 'unit', 'ours', ...peers]
  const rows = results.map((result) => [
    result.name,
    `${result.unit} ${result.better === 'higher' ? '↑' : '↓'}`,
    formatNumber(result.ours),
    ...peers.map(peer => result.notRun.includes(peer) ? 'not run' : formatPeer(result.peers[peer], result.ratios[peer]))
  ])

  const widths = head.map((_, i) => Math.max(...[head, ...rows].map(row => row[i].length)))
  const format = (row: string[]): string => `| ${row.map((cell, i) => i < 2 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])).join(' | ')} |\n`
  const rule = `|${widths.map((width, i) => i < 2 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`).join('|')}|\n`

  return [format(head), rule, ...rows.map(format)].join('')
}

function formatPeer (value: number | undefined, ratio: number | undefined): string {
  return value == null || ratio == null ? '–' : `${formatNumber(value)} (${ratio.toFixed(2)} ×)`
}

export function formatNumber (value: number): string {
  return value >= 10 ** (DIGITS - 1) ? Math.round(value).toLocaleString('en') : value.toPrecision(DIGITS)
}
