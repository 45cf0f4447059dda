/**
 * js-libp2p nodes that speak RLPx. Without a command, one that has a neighbour of libp2p's and
 * one of Ethereum's at once: `node examples/node.ts [--json] [dial enode://… | listen | probe enode://… | --help]`
 */

import { usage } from '../src/cli/arguments.ts'
import { main } from '../src/cli/main.ts'
import { runProbe } from '../src/cli/probe.ts'
import { runDemo } from './node/demo.ts'
import { runDial } from './node/dial.ts'
import { runListen } from './node/listen.ts'

process.exitCode = await main(process.argv.slice(2), {
  usage: usage('node examples/node.ts', 'three js-libp2p nodes talk to each other'),
  commands: { demo: runDemo, dial: runDial, listen: runListen, probe: runProbe }
})
