import { nodeIdToHex } from '../identity/node-id.ts'
import { disconnectReasonName, probe } from '../p2p/index.ts'
import { capabilityName, describeStatus, printable, shortId } from './output.ts'
import type { Context } from './context.ts'
import type { ProbeResult } from '../p2p/index.ts'

/** Asks a node who it is. True where it told all. */
export async function runProbe ({ args, output, signal }: Context): Promise<boolean> {
  const result = await probe(args.enode, { privateKey: args.privateKey, signal })

  output.line(args.json ? JSON.stringify(describeResult(result)) : summarise(result))

  return result.stage === 'done'
}

function describeResult ({ id, stage, ms, hello, status, disconnect, error }: ProbeResult): object {
  return {
    event: 'probe',
    id: nodeIdToHex(id),
    stage,
    ms,
    clientId: hello?.clientId,
    capabilities: hello?.capabilities.map(capabilityName),
    status: status == null ? undefined : describeStatus(status),
    disconnect: disconnect == null ? undefined : { code: disconnect, reason: disconnectReasonName(disconnect) },
    error: error == null ? undefined : { name: error.name, message: error.message }
  }
}

function summarise ({ id, stage, ms, hello, status, error }: ProbeResult): string {
  const parts = [`${shortId(nodeIdToHex(id))} ${stage}`]

  if (hello != null) {
    parts.push(printable(hello.clientId), printable(hello.capabilities.map(capabilityName).join(' ')))
  }

  if (status != null) {
    const { networkId, head } = describeStatus(status)
    parts.push(`network ${networkId}, head ${head}`)
  }

  if (error != null) {
    parts.push(`${error.name}: ${printable(error.message)}`)
  }

  return `${parts.join(' | ')} | ${Math.round(ms)} ms`
}
