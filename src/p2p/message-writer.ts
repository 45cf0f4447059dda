import { Deadline } from './deadline.ts'
import { encodeMessage } from './message.ts'
import { compress } from './snappy.ts'
import type { MessageLink } from './link.ts'

export interface MessageWriterInit {
  link: MessageLink

  /** How long writes may be blocked, in milliseconds. */
  timeout: number

  /** They were. */
  onTimeout (): void
}

/** Writes the messages of a session, and watches that the other side takes them, or at least is there. */
export class MessageWriter {
  /** Whether payloads are compressed from now on. */
  compressed = false
  readonly #init: MessageWriterInit
  readonly #deadline: Deadline
  #ended = false

  constructor (init: MessageWriterInit) {
    this.#init = init
    this.#deadline = new Deadline(init.onTimeout)
  }

  /**
   * False: enough is waiting for now.
   *
   * @throws {FrameTooLargeError} and goes on
   */
  write (id: number, payload: Uint8Array): boolean {
    const writable = this.#init.link.send(encodeMessage(id, this.compressed ? compress(payload) : payload))

    // a link may end from within the write
    if (!writable && !this.#deadline.running && !this.#ended) {
      this.#deadline.start(this.#init.timeout)
    }

    return writable
  }

  /** The other side is there, though it may not read for now. */
  restartClock (): void {
    if (this.#deadline.running) {
      this.#deadline.start(this.#init.timeout)
    }
  }

  /** There is room again, or nothing to wait for. */
  stopClock (): void {
    this.#deadline.stop()
  }

  /** Nobody waits for the other side any more. */
  end (): void {
    this.#ended = true
    this.stopClock()
  }
}
