/** Who is measured beside us. */
export type Peer = 'limit' | 'geth' | 'ethereumjs' | 'noise' | 'noble'

export const PEERS: Peer[] = ['limit', 'geth', 'ethereumjs', 'noise', 'noble']

/** One line of the table. */
export interface Row {
  name: string
  unit: string
  better: 'higher' | 'lower'
}

export interface Settings {
  /** Rounds that do not count. */
  warmUps: number

  /** Rounds that count. */
  rounds: number

  /** How long a contender runs in one round, in milliseconds, where that can be chosen. */
  sliceMs: number

  /** How long one benchmark may take, in milliseconds. */
  limitMs: number

  /** Whether it is to be over soon, whatever the figures are worth. */
  quick: boolean
}

/** Runs for one round: a value for each of the benchmark's rows. */
export type Contender = () => number[] | Promise<number[]>

/** Those who take turns. */
export interface Contest {
  ours: Contender

  /** `undefined` is one that cannot run here. */
  peers: Partial<Record<Peer, Contender | undefined>>

  /** Ends what was started for it. */
  close? (): Promise<void>
}

/** Rows that are measured together. */
export interface Benchmark {
  /** What `--only` calls it; its rows' names begin with it. */
  name: string
  rows: Row[]

  /** Whether a quick run does without, as another benchmark does the same with something of another size. */
  thorough?: boolean

  /** Whether each round begins anew, so that none warms another up. */
  fresh?: boolean

  /** Rounds that are enough, where one takes long. */
  maxRounds?: number

  /** How long it may take, in milliseconds, where that is longer than others may. */
  limitMs?: number

  /** @throws {NotRunError} where that is not possible here */
  open (settings: Settings): Promise<Contest>
}

/** What it takes is not there. */
export class NotRunError extends Error {
  static name = 'NotRunError'

  constructor (message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'NotRunError'
  }
}

export interface Result extends Row {
  ours: number
  peers: Partial<Record<Peer, number>>

  /** Over 1: we are better by so much. */
  ratios: Partial<Record<Peer, number>>

  /** Those who would have been measured, but could not run. */
  notRun: Peer[]
}

/** Why there is no result of a row. */
export interface Missing extends Row {
  why: string

  /** Whether that is a fault, and not for want of a tool. */
  failed: boolean
}

export type Outcome = Result | Missing

export function isResult (outcome: Outcome): outcome is Result {
  return 'ours' in outcome
}
