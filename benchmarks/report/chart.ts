import { PEERS } from '../benchmark.ts'
import { formatNumber } from './table.ts'
import type { Peer, Result } from '../benchmark.ts'

/** Measures of the drawing, in pixels. */
const WIDTH = 800
const LABEL_WIDTH = 230
const BAR_WIDTH = 380
const ENTRY_WIDTH = 96
const BAR_HEIGHT = 14
const BAR_GAP = 3
const ROW_GAP = 16
const MARGIN = 20
const LEGEND_HEIGHT = 34

const BASELINE = 11

/** The rows that are drawn, since not all can be taken in at a glance; without any of these, all. */
const HEADLINES = [
  'codec-1MiB', 'codec-64B', 'codec-snappy-32KiB', 'handshake', 'stream-64KiB', 'stream-64B', 'ping-p50',
  'connections-memory-1000', 'dial-rate-16', 'browser-codec-32KiB'
]

/** Colours with enough contrast on white and on dark grey. */
const STYLE = `
  text { font: 12px ui-sans-serif, system-ui, sans-serif; fill: #57606a }
  .name { font-weight: 600; fill: #1f2328 }
  .ours { fill: #3c6df0 }
  .limit { fill: #8c959f }
  .geth { fill: #1f9d77 }
  .ethereumjs { fill: #c98a1b }
  .noise { fill: #a45ad1 }
  .noble { fill: #cf5a7d }
  @media (prefers-color-scheme: dark) {
    text { fill: #9198a1 }
    .name { fill: #f0f6fc }
  }
`

type Who = 'ours' | Peer

interface Bar {
  who: Who
  value: number

  /** Of the best in the row, from 0 to 1: longer is better, whatever the unit. */
  part: number
}

/** A bar chart of what is compared with somebody, as SVG that can be read on light and dark pages. */
export function drawChart (results: Result[]): string {
  const all = results.filter(({ peers }) => Object.keys(peers).length > 0)
  const headlines = all.filter(({ name }) => HEADLINES.includes(name))
  const compared = headlines.length > 0 ? headlines : all
  const present = (['ours', ...PEERS] as Who[]).filter(who => who === 'ours' || compared.some(({ peers }) => who in peers))
  let y = MARGIN + LEGEND_HEIGHT
  const rows: string[] = []

  for (const result of compared) {
    rows.push(drawRow(result, y))
    y += barsOf(result).length * (BAR_HEIGHT + BAR_GAP) + ROW_GAP
  }

  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" width="${WIDTH}" height="${y}" role="img" aria-label="Longer bars are better">`,
    `<style>${STYLE}</style>`,
    drawLegend(present),
    ...rows,
    '</svg>\n'
  ].join('\n')
}

function drawLegend (present: Who[]): string {
  const entries = present.map((who, i) => {
    const x = LABEL_WIDTH + i * ENTRY_WIDTH

    return `<rect class="${who}" x="${x}" y="${MARGIN}" width="12" height="12" rx="2"/>${text(x + 18, MARGIN + BASELINE, who)}`
  })

  return [text(MARGIN, MARGIN + BASELINE, 'longer is better'), ...entries].join('\n')
}

function drawRow (result: Result, y: number): string {
  const bars = barsOf(result).map(({ who, value, part }, i) => {
    const top = y + i * (BAR_HEIGHT + BAR_GAP)
    const width = Math.max(1, part * BAR_WIDTH).toFixed(1)

    return `<rect class="${who}" x="${LABEL_WIDTH}" y="${top}" width="${width}" height="${BAR_HEIGHT}" rx="2"/>${text(LABEL_WIDTH + Number(width) + 6, top + BASELINE, `${formatNumber(value)} ${result.unit}`)}`
  })

  return [text(MARGIN, y + BASELINE, result.name, 'name'), ...bars].join('\n')
}

function barsOf ({ better, ours, peers }: Result): Bar[] {
  const values = (['ours', ...PEERS] as Who[]).flatMap((who) => {
    const value = who === 'ours' ? ours : peers[who]

    return value == null ? [] : [{ who, value }]
  })

  const best = better === 'higher' ? Math.max(...values.map(({ value }) => value)) : Math.min(...values.map(({ value }) => value))

  return values.map(({ who, value }) => ({ who, value, part: better === 'higher' ? value / best : best / value }))
}

function text (x: number, y: number, content: string, className?: string): string {
  return `<text x="${x}" y="${y}"${className == null ? '' : ` class="${className}"`}>${content}</text>`
}
