import { isResult, PEERS } from '../benchmark.ts'
import type { Missing, Outcome, Peer, Result, Row } from '../benchmark.ts'

/** Digits that mean something. */
const DIGITS = 3

/** The results as a table in Markdown; in parentheses by how much we are better. */
export function formatTable (outcomes: Outcome[]): string {
  const results = outcomes.filter(isResult)
  const peers = PEERS.filter(peer => results.some(({ peers, notRun }) => peer in peers || notRun.includes(peer)))
  const head = ['name', 'unit', 'ours', ...peers]
  const rows = outcomes.map((outcome) => [
    outcome.name,
    formatUnit(outcome),
    isResult(outcome) ? formatNumber(outcome.ours) : formatLack(outcome),
    ...peers.map(peer => isResult(outcome) ? formatPeer(outcome, peer) : '')
  ])

  const widths = head.map((_, i) => Math.max(...[head, ...rows].map(row => row[i].length)))
  const format = (row: string[]): string => `| ${row.map((cell, i) => i < 2 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])).join(' | ')} |\n`
  const rule = `|${widths.map((width, i) => i < 2 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`).join('|')}|\n`

  return [format(head), rule, ...rows.map(format)].join('')
}

function formatLack ({ failed }: Missing): string {
  return failed ? 'failed' : 'not run'
}

/** One row by itself, as soon as it is known. */
export function formatLine (outcome: Outcome): string {
  if (!isResult(outcome)) {
    return `${outcome.name}: ${outcome.why}\n`
  }

  const peers = PEERS.filter(peer => peer in outcome.peers || outcome.notRun.includes(peer)).map(peer => `, ${peer} ${formatPeer(outcome, peer)}`)

  return `${outcome.name}: ${formatNumber(outcome.ours)} ${formatUnit(outcome)}${peers.join('')}\n`
}

function formatUnit ({ unit, better }: Row): string {
  return `${unit} ${better === 'higher' ? '↑' : '↓'}`
}

function formatPeer ({ peers, ratios, notRun }: Result, peer: Peer): string {
  const value = peers[peer]
  const ratio = ratios[peer]

  if (value == null || ratio == null) {
    return notRun.includes(peer) ? 'not run' : '–'
  }

  return `${formatNumber(value)} (${ratio.toFixed(2)} ×)`
}

export function formatNumber (value: number): string {
  return value >= 10 ** (DIGITS - 1) ? Math.round(value).toLocaleString('en') : value.toPrecision(DIGITS)
}
