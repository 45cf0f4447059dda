export { formatEnode, InvalidEnodeError, parseEnode } from './enode.ts'
export { CODE_RLPX, enodeToMultiaddr, multiaddrToEnode, RLPX } from './multiaddr.ts'
export {
  InvalidNodeIdError, NODE_ID_LENGTH, nodeIdFromHex, nodeIdFromPublicKey, nodeIdToHex, publicKeyFromNodeId, validateNodeId
} from './node-id.ts'
export { nodeIdFromPeerId, peerIdFromNodeId } from './peer-id.ts'
export type { Enode } from './enode.ts'
