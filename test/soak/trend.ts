export interface Trend {
  /** How much y climbs for each x. */
  slope: number

  /** The standard error of that. */
  error: number
}

/** The straight line through points, by least squares. */
export function fitLine (points: Array<[x: number, y: number]>): Trend {
  const count = points.length
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / count
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / count
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
  const slope = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread
  const residue = points.reduce((sum, [x, y]) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0)

  return { slope, error: Math.sqrt(residue / (count - 2) / spread) }
}

/** How much y has climbed from the first x to the last, at the least: three standard errors under what the line says. */
export function surelyClimbed (points: Array<[x: number, y: number]>): number {
  const { slope, error } = fitLine(points)

  return (slope - 3 * error) * (points[points.length - 1][0] - points[0][0])
}
