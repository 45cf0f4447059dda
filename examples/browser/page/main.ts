import { nodeIdFromPeerId } from '../../../src/index.ts'
import { readAnnouncement } from './announcements.ts'
import { converse } from './conversation.ts'
import { addressOf, createPeer } from './peer.ts'
import { View } from './view.ts'
import { endInWords, inWords } from './words.ts'
import type { Listener } from './conversation.ts'
import type { Libp2p } from '@libp2p/interface'

/** What the server tells the page. */
interface Target {
  enode: string
  forwarder: string

  /** What forwards. */
  program: string
}

const view = new View()

/** Ends the conversation that runs, if one does. */
let leaving: AbortController | undefined

const listener: Listener = {
  onStep: (words) => { view.showState('connecting', words) },
  onHello: (hello, shared) => {
    view.showHello(hello, shared)
    view.showState('connecting', 'Exchanging Status …')
  },
  onStatus: (status) => {
    view.showStatus(status)
    view.showState('connected', 'Connected, end-to-end encrypted.')
  },
  onRoundTrip: (ms) => { view.showRoundTrip(ms) },
  onMessage: (message) => {
    const announcement = readAnnouncement(message)
    view.showMessage(message, announcement)

    if (announcement.head != null) {
      view.showHead(announcement.head)
    }
  }
}

async function talk (node: Libp2p): Promise<void> {
  const { signal } = leaving = new AbortController()
  view.clear()
  view.showState('connecting', 'Dialling …')

  try {
    const { enode, forwarder } = view.target()
    const end = await converse(node, addressOf(enode, forwarder), listener, signal)
    view.showState('idle', endInWords(end))
  } catch (err: any) {
    if (signal.aborted) {
      view.showState('idle', 'You have left.')
    } else {
      view.showState('failed', 'Not connected.')
      view.showProblem(inWords(err), err.name)
    }
  } finally {
    leaving = undefined
  }
}

const [node, response] = await Promise.all([createPeer(), fetch('target.json')])
const { program, ...target }: Target = await response.json()
view.showUs(nodeIdFromPeerId(node.peerId))
view.showTarget(target, program)
view.onToggle(() => {
  if (leaving == null) {
    void talk(node)
  } else {
    leaving.abort()
  }
})

// tells the node that we quit
window.addEventListener('pagehide', () => { leaving?.abort() })

await talk(node)
