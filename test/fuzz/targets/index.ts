import { ADDRESS_TARGETS } from './addresses.ts'
import { CAPABILITY_STREAM_TARGETS } from './capability-stream.ts'
import { FRAME_TARGETS } from './frames.ts'
import { HANDSHAKE_TARGETS } from './handshake.ts'
import { P2P_TARGETS } from './p2p.ts'
import { SESSION_TARGETS } from './session.ts'
import { STATUS_TARGETS } from './status.ts'
import type { Target } from '../target.ts'

/** Every decoder of what comes from outside. Those that are called sealed get their inputs through the encryption. */
export const TARGETS: Target[] = [
  ...HANDSHAKE_TARGETS,
  ...FRAME_TARGETS,
  ...P2P_TARGETS,
  ...SESSION_TARGETS,
  ...CAPABILITY_STREAM_TARGETS,
  ...STATUS_TARGETS,
  ...ADDRESS_TARGETS
]
