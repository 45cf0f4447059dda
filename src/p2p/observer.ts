import type { Capability } from './capability.ts'

/** Whoever keeps count of what sessions do. */
export interface SessionObserver {
  /** A capability's message was sent; the bytes are those of its payload, uncompressed. */
  onSent (capability: Capability, bytes: number): void

  /** The same for one that was received, read or not. */
  onReceived (capability: Capability, bytes: number): void

  /** A Ping was answered, after so many milliseconds. */
  onPong (roundTrip: number): void
}
