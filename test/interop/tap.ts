/**
 * One case of a run, with what it printed
 */
export interface TapCase {
  name: string
  ok: boolean
  output: string
}

/**
 * Reads a run's report in the Test Anything Protocol, as go-ethereum's `devp2p --tap` prints it: `1..2`, then for each case
 * `ok 1 Name` or `not ok 2 Name`, and behind that its output, each line after a `# `
 */
export function parseTap (report: string): TapCase[] {
  const cases: TapCase[] = []
  let planned = NaN

  for (const line of report.split('\n')) {
    const [, plan, not, name, output] = /^(?:1\.\.(\d+)|(not )?ok \d+ (\S+)|# ?(.*))$/.exec(line) ?? []

    if (plan != null) {
      planned = Number(plan)
    } else if (name != null) {
      cases.push({ name, ok: not == null, output: '' })
    } else if (output != null && cases.length > 0) {
      cases[cases.length - 1].output += `${output}\n`
    }
  }

  if (cases.length !== planned) {
    throw new Error(`The report has ${cases.length} of ${planned} cases:\n${report}`)
  }

  return cases
}
