export interface TimedDialsInit <Address, Connection> {
  addresses: Address[]

  /** Dials in all. */
  count: number

  /** Those at once. */
  atOnce: number
  dial (address: Address): Promise<Connection>
  drop (connection: Connection): Promise<unknown>
}

/** Milliseconds that so many dials take, some of them at once, each to another address. */
export async function timedDials <Address, Connection> ({ addresses, count, atOnce, dial, drop }: TimedDialsInit<Address, Connection>): Promise<number> {
  let elapsed = 0

  for (let dialled = 0; dialled < count; dialled += atOnce) {
    const batch = Array.from({ length: atOnce }, (_, i) => addresses[(dialled + i) % addresses.length])
    const begin = performance.now()
    const opened = await Promise.all(batch.map(async address => dial(address)))
    elapsed += performance.now() - begin
    await Promise.all(opened.map(async connection => drop(connection)))
  }

  return elapsed
}
