import { defaultCrypto } from '../../src/crypto/index.ts'
import { openPacket } from '../../src/handshake/packet.ts'
import { decodeMessage } from '../../src/p2p/message.ts'
import eip8 from '../fixtures/eip8-handshake.json' with { type: 'json' }
import { hex } from '../fixtures/hex.ts'
import { bytesOf } from '../fixtures/recorded-session.ts'
import { RECORDINGS } from '../fixtures/recordings.ts'
import { replayFrames } from '../fixtures/replay.ts'
import type { Message } from '../../src/p2p/index.ts'
import type { Recording } from '../fixtures/recorded-session.ts'

const MAX_LENGTH = 4096

export interface Packet {
  /** Of whom it is meant for. */
  privateKey: Uint8Array
  bytes: Uint8Array
}

/** The auths of the vectors and those that recorded peers sent. */
export const AUTHS: Packet[] = [
  ...eip8.auth.map(({ packet }) => ({ privateKey: hex(eip8.staticKeyB), bytes: hex(packet) })),
  ...packetsOf(({ remoteId }) => remoteId == null)
]

export const ACKS: Packet[] = [
  ...eip8.ack.map(({ packet }) => ({ privateKey: hex(eip8.staticKeyA), bytes: hex(packet) })),
  ...packetsOf(({ remoteId }) => remoteId != null)
]

/** What is in packets, with the padding. */
export function bodiesOf (packets: Packet[]): Uint8Array[] {
  return packets.map(({ privateKey, bytes }) => openPacket(defaultCrypto, defaultCrypto.importPrivateKey(privateKey), bytes))
}

/** The messages of each recorded session, of both sides, in order, but for those that are long. */
export const CONVERSATIONS: Uint8Array[][] = Object.values(RECORDINGS).flatMap((recording) => {
  const { received, sent } = replayFrames(recording)

  return [received, sent].map(frames => frames.filter(({ byteLength }) => byteLength <= MAX_LENGTH))
})

export const MESSAGES: Message[] = CONVERSATIONS.flat().map(decodeMessage)

function packetsOf (matches: (recording: Recording) => boolean): Packet[] {
  return Object.values(RECORDINGS).filter(matches).map((recording) => {
    const bytes = bytesOf(recording, 'received')

    return { privateKey: hex(recording.privateKey), bytes: bytes.subarray(0, 2 + new DataView(bytes.buffer, bytes.byteOffset).getUint16(0)) }
  })
}
