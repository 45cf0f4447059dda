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
  /** Rounds that count, behind one that does not. */
  rounds: number

  /** How long a contender runs in one round, in milliseconds, where that can be chosen. */
  sliceMs: number

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
  open (settings: Settings): Promise<Contest>
}

export interface Result extends Row {
  ours: number
  peers: Partial<Record<Peer, number>>

  /** Over 1: we are better by so much. */
  ratios: Partial<Record<Peer, number>>

  /** Those who would have been measured, but could not run. */
  notRun: Peer[]
}
