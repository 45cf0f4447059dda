import { ETH_69, ETH_70, ETH_71, ETH_72, exchangeStatus } from '../../src/eth/index.ts'
import { enodeToMultiaddr, getEnodes, openCapability } from '../../src/index.ts'
import { createNode, handledMessages, nextConnection } from '../fixtures/libp2p-nodes.ts'
import type { RunningClient } from './client.ts'
import type { Capability, CapabilityMessages, RlpxTransportInit } from '../../src/index.ts'
import type { Node, NodeInit } from '../fixtures/libp2p-nodes.ts'
import type { Connection } from '@libp2p/interface'

/** A libp2p node of ours and a client, connected. */
export interface Meeting {
  node: Node
  connection: Connection

  /** Of eth, of which nothing has been read. */
  messages: CapabilityMessages
}

/** What a node may offer. */
export const OFFERS: Capability[][] = [[ETH_69], [ETH_69, ETH_70, ETH_71, ETH_72]]

/** Who dials: our nodes, which then ask for eth, or the client, whose eth a handler of ours gets. */
export const DIRECTIONS = { 'we dial': dial, 'it dials': letDial }

export type Direction = keyof typeof DIRECTIONS

/** Who offers what, in words. */
export function nameOffer (capabilities: Capability[]): string {
  return capabilities.map(({ name, version }) => `${name}/${version}`).join(', ')
}

/** A geth whose slots are all taken, or that shares two cores with many others, needs longer than libp2p waits. */
const PATIENT = { connectionManager: { addressDialTimeout: 30_000, dialTimeout: 30_000 } }

async function dial (client: Pick<RunningClient, 'enode'>, capabilities: Capability[], init: NodeInit = {}): Promise<Meeting> {
  const node = await createNode({ ...init, options: { ...PATIENT, ...init.options }, rlpx: { ...init.rlpx, capabilities } })
  const connection = await node.dial(enodeToMultiaddr(client.enode))
  const { messages } = await openCapability(connection, 'eth')

  return { node, connection, messages }
}

async function letDial (client: Pick<RunningClient, 'dial'>, capabilities: Capability[], init: NodeInit = {}): Promise<Meeting> {
  const node = await createNode({ ...init, rlpx: { ...init.rlpx, capabilities } })
  const { name, version } = capabilities[capabilities.length - 1]
  const [connection, messages] = await Promise.all([
    nextConnection(node),
    handledMessages(node, `/${name}/${version}`),
    client.dial(getEnodes(node)[0])
  ])

  return { node, connection, messages }
}

/**
 * Has a node of ours for each offer and each direction meet a client, down to Status
 */
export async function meetEachWay (client: RunningClient, rlpx: Omit<RlpxTransportInit, 'capabilities'> = {}, init: NodeInit = {}): Promise<Meeting[]> {
  const meetings = Object.values(DIRECTIONS).flatMap(meet => OFFERS.map(async offer => meet(client, offer, { ...init, rlpx })))

  return Promise.all(meetings.map(async (meeting) => {
    const { messages } = await meeting
    await exchangeStatus(messages, 'mirror')

    return meeting
  }))
}
