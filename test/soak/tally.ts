/** What was done so far. */
export interface Tally {
  /** Connections that were good to the end. */
  connections: number

  /** Messages that came back as they were sent. */
  messages: number

  /** Connections that should have been good, and were given up because something took too long. */
  late: number

  /** Connections that were bad, as they should be. */
  failures: number
}
