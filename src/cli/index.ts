#!/usr/bin/env node
import { usage } from './arguments.ts'
import { runDemo } from './demo.ts'
import { runDial } from './dial.ts'
import { runListen } from './listen.ts'
import { main } from './main.ts'
import { runProbe } from './probe.ts'

process.exitCode = await main(process.argv.slice(2), {
  usage: usage('libp2p-rlpx', 'two peers talk to each other'),
  commands: { demo: runDemo, dial: runDial, listen: runListen, probe: runProbe }
})
