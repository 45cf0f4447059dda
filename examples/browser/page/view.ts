import { nodeIdToHex } from '../../../src/index.ts'
import { hex } from './announcements.ts'
import { Graph } from './graph.ts'
import type { Announcement, Head } from './announcements.ts'
import type { Received } from './conversation.ts'
import type { Status } from '../../../src/eth/index.ts'
import type { Hello, SharedCapability } from '../../../src/index.ts'

export type State = 'idle' | 'connecting' | 'connected' | 'failed'

/** What the button does. */
const BUTTON: Record<State, string> = { idle: 'Connect', connecting: 'Stop', connected: 'Disconnect', failed: 'Connect again' }

/** What the form says. */
export interface TargetFields {
  enode: string
  forwarder: string
}

/** By their ids: what is told of a node, and what stands there where nothing is. */
const UNTOLD: Record<string, string> = {
  'route-them': 'nobody yet',
  'head-number': '–',
  'head-hash': 'no Status yet',
  'round-trip': '–',
  'client-id': '–',
  capabilities: '–',
  'devp2p-version': '–',
  'their-id': '–',
  'status-version': '–',
  'status-network': '–',
  'status-blocks': '–',
  'status-head': '–',
  'status-genesis': '–',
  'status-fork': '–'
}

/** The fields of the form, by the errors that tell that they are wrong. */
const FIELDS: Record<string, string> = {
  InvalidEnodeError: 'enode',
  InvalidForwarderError: 'forwarder'
}

const SHOWN_MESSAGES = 100
const SECONDS = 60
const ROUND_TRIPS = 30

const numbers = new Intl.NumberFormat('en')
const milliseconds = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 })

/** The page, as it shows what happens. It sets text and never markup: what a peer writes is only ever text. */
export class View {
  readonly #rates = new Graph(graphic('rate-graph'), SECONDS, (counts) =>
    `${sum(counts)} messages in the last minute, at most ${Math.max(...counts)} in one second`)

  readonly #roundTripGraph = new Graph(graphic('round-trip-graph'), ROUND_TRIPS, (times) =>
    times.length === 0 ? 'No round trips yet' : `The last ${times.length} round trips took from ${milliseconds.format(Math.min(...times))} to ${milliseconds.format(Math.max(...times))} ms`)

  readonly #counts: number[] = new Array(SECONDS).fill(0)
  readonly #roundTrips: number[] = []
  #messages = 0
  #bytes = 0

  constructor () {
    setInterval(() => {
      this.#rates.draw(this.#counts)
      this.#counts.shift()
      this.#counts.push(0)
    }, 1_000)
  }

  showState (state: State, words: string): void {
    document.body.dataset.state = state
    show('state', words)
    show('toggle', BUTTON[state])
  }

  /** What went wrong, and the error's name. */
  showProblem (words: string, name: string): void {
    element('problem').hidden = false
    show('problem', words)

    if (name in FIELDS) {
      element(FIELDS[name]).setAttribute('aria-invalid', 'true')
    }
  }

  /** Forgets a node. */
  clear (): void {
    element('problem').hidden = true
    Object.entries(UNTOLD).forEach(([id, text]) => { show(id, text) })
    Object.values(FIELDS).forEach((id) => { element(id).removeAttribute('aria-invalid') })
    this.#roundTrips.length = 0
    this.#roundTripGraph.draw([])
  }

  /** What the form says. */
  target (): TargetFields {
    return { enode: field('enode').value.trim(), forwarder: field('forwarder').value.trim() }
  }

  /** Fills in the form. */
  showTarget ({ enode, forwarder }: TargetFields, program: string): void {
    field('enode').value = enode
    field('forwarder').value = forwarder
    show('route-forwarder', `${program}, passes bytes on`)
  }

  /** Has a function called when the button is pressed, or Enter in the form. */
  onToggle (listener: () => void): void {
    element('target').addEventListener('submit', (event) => {
      event.preventDefault()
      listener()
    })
  }

  showUs (id: Uint8Array): void {
    show('our-id', nodeIdToHex(id))
    show('route-us', short(nodeIdToHex(id)))
  }

  showHello ({ clientId, capabilities, version, id }: Hello, shared: SharedCapability[]): void {
    show('client-id', clientId)
    show('devp2p-version', `version ${version}`)
    show('their-id', nodeIdToHex(id))
    show('route-them', short(nodeIdToHex(id)))

    element('capabilities').replaceChildren(...capabilities.map(({ name, version }) => {
      const isShared = shared.some(capability => capability.name === name && capability.version === version)
      const item = create('span', `${name}/${version}${isShared ? ' ✓ spoken here' : ''}`)
      item.classList.toggle('shared', isShared)

      return item
    }))
  }

  showStatus (status: Status): void {
    const { version, networkId, genesis, head, forkId, earliestBlock, latestBlock } = status
    show('status-version', `eth/${version}`)
    show('status-network', networkId === 1n ? '1, Ethereum’s mainnet' : `${networkId}`)
    show('status-blocks', latestBlock == null ? 'not told' : `${earliestBlock} to ${latestBlock}`)
    show('status-head', hex(head))
    show('status-genesis', hex(genesis))
    show('status-fork', `${hex(forkId.hash)}, next ${forkId.next}`)
    this.showHead({ number: latestBlock, hash: hex(head) })
  }

  showHead ({ number, hash }: { number?: Head['number'], hash: string }): void {
    show('head-number', number == null ? '–' : numbers.format(number))
    show('head-hash', short(hash))
  }

  showRoundTrip (ms: number): void {
    this.#roundTrips.splice(0, Math.max(0, this.#roundTrips.length - ROUND_TRIPS + 1))
    this.#roundTrips.push(ms)
    show('round-trip', milliseconds.format(ms))
    this.#roundTripGraph.draw(this.#roundTrips)
  }

  showMessage ({ name, payload }: Received, { words }: Announcement): void {
    this.#counts[SECONDS - 1]++
    this.#messages++
    this.#bytes += payload.byteLength
    show('message-count', numbers.format(this.#messages))
    show('message-bytes', `${numbers.format(this.#bytes)} bytes`)

    const item = create('li')
    const size = create('span', `${numbers.format(payload.byteLength)} B`, 'size')
    item.append(create('time', new Date().toLocaleTimeString('en-GB')), create('strong', name), size)

    if (words !== '') {
      item.append(create('span', words, 'detail', 'mono', 'small'))
    }

    const messages = element('messages')
    messages.prepend(item)
    messages.hidden = false
    element('no-messages').hidden = true

    while (messages.childElementCount > SHOWN_MESSAGES) {
      messages.lastElementChild?.remove()
    }
  }
}

function element (id: string): HTMLElement {
  const found = document.getElementById(id)

  if (found == null) {
    throw new Error(`The page has no #${id}`)
  }

  return found
}

function field (id: string): HTMLInputElement | HTMLTextAreaElement {
  return element(id) as HTMLInputElement
}

function graphic (id: string): SVGElement {
  return element(id) as Element as SVGElement
}

function show (id: string, text: string): void {
  element(id).textContent = text
}

function create (name: string, text = '', ...classes: string[]): HTMLElement {
  const created = document.createElement(name)
  created.textContent = text
  created.classList.add(...classes)

  return created
}

function short (digits: string): string {
  return `${digits.slice(0, 10)}…${digits.slice(-6)}`
}

function sum (values: number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
