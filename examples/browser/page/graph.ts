const SVG = 'http://www.w3.org/2000/svg'
const HEIGHT = 100
const BAR = 7
const STEP = 10

/** Bars, the newest at the right, with their text alternative. */
export class Graph {
  readonly #svg: SVGElement
  readonly #bars: SVGRectElement[]
  readonly #describe: (values: number[]) => string

  constructor (svg: SVGElement, slots: number, describe: (values: number[]) => string) {
    this.#svg = svg
    this.#describe = describe
    svg.setAttribute('viewBox', `0 0 ${slots * STEP} ${HEIGHT}`)
    svg.setAttribute('preserveAspectRatio', 'none')

    this.#bars = Array.from({ length: slots }, (_, slot) => {
      const bar = document.createElementNS(SVG, 'rect')
      bar.setAttribute('x', `${slot * STEP}`)
      bar.setAttribute('width', `${BAR}`)
      svg.append(bar)

      return bar
    })
  }

  /** @param values - the newest last; fewer than there are slots fill them from the right */
  draw (values: number[]): void {
    const most = Math.max(...values, Number.MIN_VALUE)
    const empty = this.#bars.length - values.length

    this.#bars.forEach((bar, slot) => {
      const height = HEIGHT * (values[slot - empty] ?? 0) / most
      bar.setAttribute('y', `${HEIGHT - height}`)
      bar.setAttribute('height', `${height}`)
    })

    this.#svg.setAttribute('aria-label', this.#describe(values))
  }
}
