/**
 * @packageDocumentation
 *
 * RLPx is the encrypted transport of Ethereum's execution network: what geth, reth and all
 * the others speak to each other. This package speaks it in TypeScript, in Node.js and in
 * browsers, byte for byte as they do, and is being built into a transport of js-libp2p, so
 * that one node can hold Noise peers and Ethereum peers side by side.
 *
 * What there is so far needs no libp2p:
 *
 * - `libp2p-rlpx/p2p`: devp2p sessions. `connect` and `accept` make a running peer of any duplex of bytes, such as `dialTcp` and `listenTcp` give, `probe` asks a node who it is
 * - `libp2p-rlpx/codec`: the encryption handshake and the frame codec as [it-pipe](https://www.npmjs.com/package/it-pipe) transforms
 * - `libp2p-rlpx/eth`: eth/68 to eth/72 and snap: message ids, Status, fork id
 * - `libp2p-rlpx`: node ids and enode URLs as libp2p's peer ids and multiaddrs, and back
 * - a command, `libp2p-rlpx probe|dial|listen`
 *
 * ## Quick start
 *
 * In a checkout, `npm install && npm start` lets two peers talk to each other. Who is behind
 * an enode, in one line:
 *
 * ```console
 * $ npx libp2p-rlpx probe enode://…@127.0.0.1:30303
 * bc1ed446… done | Geth/v1.17.5-stable/linux-amd64/go1.26.8 | eth/69 eth/70 eth/71 eth/72 snap/1 | network …, head 0x… | 257 ms
 * ```
 *
 * `libp2p-rlpx dial <enode>` stays and prints every message that comes, `libp2p-rlpx listen`
 * waits for peers; `--help` lists the options, `--json` makes every line a JSON object.
 *
 * @example Who is there?
 *
 * ```ts
 * import { probe } from 'libp2p-rlpx/p2p'
 *
 * declare const enode: string
 *
 * // never throws for what a peer did
 * const { stage, hello, status, disconnect, error, ms } = await probe(enode)
 *
 * console.info(stage, hello?.clientId, status?.networkId, disconnect, error?.message, ms)
 * ```
 *
 * @example The transactions of a node, as they come
 *
 * ```ts
 * import { parseEnode } from 'libp2p-rlpx'
 * import { ETH_69, exchangeStatus, messageName } from 'libp2p-rlpx/eth'
 * import { connect, dialTcp } from 'libp2p-rlpx/p2p'
 *
 * declare const enode: string
 * declare const privateKey: Uint8Array // 32 bytes, secp256k1
 *
 * const { id, host, tcpPort } = parseEnode(enode)
 * const socket = await dialTcp({ host, port: tcpPort })
 * const peer = await connect(socket, { privateKey, remoteId: id, capabilities: [ETH_69] })
 * const messages = peer.capability('eth')
 *
 * await exchangeStatus(messages, 'mirror')
 *
 * for await (const { id, payload } of messages) {
 *   console.info(messageName(ETH_69, id), payload.byteLength, 'bytes')
 * }
 * ```
 *
 * @example An enode as libp2p writes addresses
 *
 * ```ts
 * import { enodeToMultiaddr, multiaddrToEnode } from 'libp2p-rlpx'
 *
 * const address = enodeToMultiaddr('enode://79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8@127.0.0.1:30303')
 *
 * console.info(address.toString()) // /ip4/127.0.0.1/tcp/30303/rlpx/p2p/16Uiu2…
 * console.info(multiaddrToEnode(address))
 * ```
 *
 * ## What it was run against
 *
 * | peer | version | direction | what | result |
 * |---|---|---|---|---|
 * | go-ethereum | 1.17.5 | we dial | Hello, Status of eth/69, eth/70 and eth/72, Ping, a header asked for, two transactions 125 s apart, quitting, a wrong key | works |
 * | go-ethereum | 1.17.5 | it dials (`admin_addPeer`) | Hello, Status of eth/69, kept for two minutes, two transactions, Disconnect | works |
 * | go-ethereum's `devp2p rlpx ping` | 1.17.5 | it dials | our Hello, our Disconnect in its place | works |
 * | a peer on go-ethereum's `p2p.Server` | 1.17.5 | both | three capabilities at once, two versions of a name, messages of 0 bytes to 1 MiB in both directions, Ping, Disconnect, a full server | works |
 *
 * `npm run test:interop` runs all of it; it needs Go 1.24 or later and builds the peers itself.
 *
 * ## Errors
 *
 * Each failure has a class of its own, and a name to match on: `err.name`. The message tells
 * the stage and the reason, such as *"The connection ended before a whole ack was received:
 * wrong public key, or not RLPx"*. A peer that turns us away makes a `DisconnectError` with its
 * `reason`, a number of `DisconnectReason`.
 *
 * ## Security
 *
 * - **RLPx is not what one would design today.** Both directions share one AES-CTR key stream, so whoever sees both can learn the XOR of what is said; its own specification calls that broken. The first packet shows to whoever knows the recipient's private key, later, who sent it: there is no forward secrecy of identities. Use it to talk to Ethereum; between libp2p peers use Noise.
 * - A peer's identity is a claim until its first frame passes the MAC. `connect` and `accept` resolve only after that; `session` of the codec says so.
 * - In Node.js every operation with the static key is OpenSSL's, in constant time. In browsers it is BigInt arithmetic of `@noble/secp256k1`: best effort.
 * - Points are checked to be on the curve and uncompressed before they are used; MACs and tags are compared in constant time; a packet that cannot be decrypted is one error, whatever was wrong with it; no error holds key material.
 * - What a peer writes into its client id and capability names is kept as it came: escape it before you print it, as the command does.
 *
 * ## Limits
 *
 * All can be set, but for the sizes that the protocol has.
 *
 * | what | value |
 * |---|---|
 * | auth and ack | 2048 bytes, refused with the first byte that cannot be of one |
 * | encryption handshake, Hello | 5 s, 10 s |
 * | Hello and other messages of the base protocol | 2048 bytes |
 * | frame | read up to 16,777,215 bytes, sent up to 16,777,200 |
 * | message, uncompressed | 16,777,215 bytes, checked before anything is allocated |
 * | a frame, from its first byte to its last | 30 s |
 * | Ping | every 15 s, timeout 15 s |
 * | Pongs that the peer does not read | 16, then reading stops |
 * | writes that the peer does not read | 20 s, then the connection is cut |
 * | received and not read, for each capability | 1 MiB, then reading stops |
 * | the same for a capability that nobody has claimed | 1 MiB, then Disconnect 0x10 |
 * | after our Disconnect | 750 ms for the peer to close |
 */

export { InvalidEnodeError, InvalidNodeIdError, CODE_RLPX, enodeToMultiaddr, formatEnode, multiaddrToEnode, NODE_ID_LENGTH, nodeIdFromHex, nodeIdFromPeerId, nodeIdFromPublicKey, nodeIdToHex, parseEnode, peerIdFromNodeId, publicKeyFromNodeId, RLPX, validateNodeId } from './identity/index.ts'
export type { Enode } from './identity/index.ts'
