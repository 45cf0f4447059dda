/**
 * What comes, for whoever asks for the next of it, before or after it has come
 */
export class Arrivals<Arrival> {
  readonly #arrived: Arrival[] = []
  readonly #waiting: Array<(arrival: Arrival) => void> = []

  add (arrival: Arrival): void {
    const next = this.#waiting.shift()

    if (next == null) {
      this.#arrived.push(arrival)
    } else {
      next(arrival)
    }
  }

  /**
   * The next that nobody has got, in the order they came
   */
  async next (): Promise<Arrival> {
    const arrival = this.#arrived.shift()

    return arrival ?? new Promise(resolve => { this.#waiting.push(resolve) })
  }
}
