/**
 * @packageDocumentation
 *
 * RLPx is the encrypted transport of Ethereum's execution network: what geth, reth and all
 * the others speak to each other. This package makes it a transport of js-libp2p, byte for
 * byte as they speak it, so that one node holds Noise peers and Ethereum peers side by side:
 * same dialer, same connection manager, same streams.
 *
 * ## Quick start
 *
 * In a checkout, `npm install && npm start` runs three libp2p nodes in one process: ours, which
 * speaks TCP with Noise and yamux as well as RLPx, identifies and pings a libp2p neighbour,
 * and exchanges Hello and eth/69's Status with an Ethereum neighbour.
 *
 * @example A node with both kinds of peers
 *
 * ```ts
 * import { noise } from '@libp2p/noise'
 * import { tcp } from '@libp2p/tcp'
 * import { yamux } from '@libp2p/yamux'
 * import { createLibp2p } from 'libp2p'
 * import { enodeToMultiaddr, helloOf, openCapability, rlpxTransport } from 'libp2p-rlpx'
 * import { ETH_69, exchangeStatus, messageName } from 'libp2p-rlpx/eth'
 * import type { Secp256k1PrivateKey } from '@libp2p/interface'
 *
 * declare const ethereumKey: Secp256k1PrivateKey
 *
 * const node = await createLibp2p({
 *   addresses: { listen: ['/ip4/0.0.0.0/tcp/4001', '/ip4/0.0.0.0/tcp/30303/rlpx'] },
 *   transports: [tcp(), rlpxTransport({ privateKey: ethereumKey, capabilities: [ETH_69] })],
 *   connectionEncrypters: [noise()],
 *   streamMuxers: [yamux()],
 *   // a geth whose slots are all taken needs 5 s to accept
 *   connectionManager: { addressDialTimeout: 15_000, dialTimeout: 15_000 }
 * })
 *
 * const connection = await node.dial(enodeToMultiaddr('enode://79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8@127.0.0.1:30303'))
 * console.info(helloOf(connection).clientId)
 *
 * const { messages } = await openCapability(connection, 'eth')
 * await exchangeStatus(messages, 'mirror')
 *
 * for await (const { id, payload } of messages) {
 *   console.info(messageName(ETH_69, id), payload.byteLength, 'bytes')
 * }
 * ```
 *
 * ## Three ways in
 *
 * 1. `rlpxTransport(init)`: the transport, for addresses that end in `/rlpx`, on TCP, WebSockets or memory. Its connections are devp2p sessions, as Ethereum speaks them
 * 2. `rlpx(init)` and `devp2p(init)`: the same as a connection encrypter, `/rlpx/5`, and as a stream muxer, `/devp2p/5`, between libp2p nodes. Each composes with any transport, and with any muxer or encrypter
 * 3. `libp2p-rlpx/p2p` and `libp2p-rlpx/codec`: sessions, and the handshake and the frames as transforms, with no libp2p at all
 *
 * Beside them:
 *
 * - on a connection: `openCapability`, `sharedCapabilities`, `helloOf`, `pingPeer` (the first Ping waits for the peer's first message, or 15 s), `disconnect`, `disconnectReasonOf`, `sessionEndOf`; on a stream: `capabilityMessages`
 * - `enodeToMultiaddr`, `multiaddrToEnode`, `getEnodes`, `nodeIdFromPeerId`, `peerIdFromNodeId`, `RLPX`: what Ethereum calls nodes, as libp2p calls them, and back
 * - `libp2p-rlpx/eth`: eth/68 to eth/72 and snap: message ids, Status, fork id
 * - a command, `libp2p-rlpx probe|dial|listen`
 *
 * ## Capabilities are protocols
 *
 * `{ name: 'eth', version: 69, length: 18 }` is the libp2p protocol `/eth/69`. Of several
 * versions of a name only the highest that both sides speak exists on a connection, and
 * `openCapability(connection, 'eth')` opens whichever that is. A capability has one user at a
 * time: the handler of `node.handle('/eth/69', …)` if there is one, who gets it as soon as the
 * connection is up whoever dialled, or else the first who asks.
 *
 * Its stream is a byte stream of messages, each behind its length as an unsigned varint: the
 * message id as RLP, then the payload. `capabilityMessages(stream)` makes messages of it again.
 * Reading slowly slows the peer, and `send` waits for a peer that reads slowly; nothing is
 * dropped. (`lpStream` and `byteStream` of `@libp2p/utils` work too, for messages up to 4 MiB, but
 * give up where they would have to wait.) `close()` gives the capability back: devp2p cannot
 * end one direction. `abort(new DisconnectError(reason))` ends the connection with a reason.
 *
 * @example Serving whoever connects
 *
 * ```ts
 * import { capabilityMessages } from 'libp2p-rlpx'
 * import { exchangeStatus } from 'libp2p-rlpx/eth'
 * import type { Libp2p } from '@libp2p/interface'
 *
 * declare const node: Libp2p
 *
 * await node.handle('/eth/69', async (stream, connection) => {
 *   const messages = capabilityMessages(stream)
 *   const status = await exchangeStatus(messages, 'mirror')
 *
 *   console.info(connection.remotePeer.toString(), 'is at', status.latestBlock)
 * })
 * ```
 *
 * ## libp2p's own protocols over RLPx
 *
 * `rlpxTransport({ libp2p: true, … })` offers one capability more, `libp2p/1`: towards peers that
 * offer it as well, identify, ping, gossipsub and any other protocol run beside `/eth/69` on the
 * same connection. It is off by default, as it tells everybody in Hello that we are no
 * Ethereum client. Towards all others such protocols are an `UnsupportedProtocolError`.
 *
 * ## Between libp2p nodes
 *
 * `rlpx()` and `devp2p()` are picked by multistream-select, as Noise and yamux are. `rlpx()` needs
 * an identity that is a secp256k1 key. `devp2p()` trusts the encrypter below for who is there, and
 * carries libp2p's own protocols beside the capabilities, unless `libp2p: false`.
 *
 * @example Over WebSockets, with a protocol and a capability
 *
 * ```ts
 * import { generateKeyPair } from '@libp2p/crypto/keys'
 * import { webSockets } from '@libp2p/websockets'
 * import { createLibp2p } from 'libp2p'
 * import { devp2p, openCapability, rlpx } from 'libp2p-rlpx'
 *
 * const CHAT_1 = { name: 'chat', version: 1, length: 1 }
 *
 * const createNode = async () => createLibp2p({
 *   privateKey: await generateKeyPair('secp256k1'),
 *   addresses: { listen: ['/ip4/127.0.0.1/tcp/0/ws'] },
 *   transports: [webSockets()],
 *   connectionEncrypters: [rlpx()],
 *   streamMuxers: [devp2p({ capabilities: [CHAT_1] })]
 * })
 *
 * const [alice, bob] = await Promise.all([createNode(), createNode()])
 *
 * await bob.handle('/chat/1', async (stream) => {
 *   for await (const bytes of stream) {
 *     console.info('bob got', bytes.byteLength, 'bytes')
 *   }
 * })
 *
 * const connection = await alice.dial(bob.getMultiaddrs())
 * const { messages } = await openCapability(connection, 'chat')
 * await messages.send({ id: 0, payload: new TextEncoder().encode('hello') })
 * ```
 *
 * What was run of what can be combined, with identify, ping and 1 MiB echoed (`test/node/composition`). quic and
 * webrtc-direct encrypt by themselves, and run beside it undisturbed:
 *
 * | transport | `rlpx()` with yamux, mplex, `devp2p()` | noise, tls with `devp2p()` | `rlpxTransport` |
 * |---|---|---|---|
 * | tcp | ✓ | ✓ | ✓ |
 * | websockets | ✓ | ✓ | ✓ |
 * | memory | ✓ | ✓ | ✓ |
 * | circuit relay | ✓ | ✓ | – a relay names a peer and no address |
 *
 * ## What libp2p gets to know
 *
 * - The peer store has the shared capabilities as protocols, the client's name as `AgentVersion` and `Devp2pClientId`, and `peer:identify` is dispatched, so that topologies on `/eth/69` hear of peers that come and go.
 * - `connection:open` means a session that is up: identity proven, Hello exchanged, a capability shared. A dial that was refused rejects with the stage and the reason.
 * - With `libp2p: true` the capabilities are among the protocols that identify tells of us. Where it runs over another connection to the same peer, by Noise, from a node without that, it replaces the stored protocols with those it was told, and ours are put back after it: a topology without a `filter` hears of that as a peer that left and came back.
 * - Why a connection ended is the `error` of its close event: `disconnectReasonOf(error)`. "Requested" and "quitting" are no error; `sessionEndOf(connection)` tells them too.
 * - `/rlpx` addresses are not announced, since libp2p nodes that do not know them cannot identify us then: `announce: true` does. `getEnodes(node)` tells where Ethereum finds us.
 * - The keys are secp256k1. A node with an Ed25519 identity gives the transport a key of its own, and is another peer by it.
 * - A peer tagged `KEEP_ALIVE` that took our dial and then told us to go, with any reason but "requested" and "quitting", is not dialled again for 1 s (`refusalPause`), twice as long each time, up to 5 minutes: such dials fail with `PeerRefusedError`.
 * - The gater's `denyInboundConnection` is asked twice: before Hello, and again by libp2p's upgrader.
 * - Connections are the connection manager's to prune, and the gater's to deny. libp2p's connection monitor leaves them alone; devp2p has Pings of its own.
 *
 * A persistent datastore keeps `/rlpx` addresses. Any process that imports this package reads them,
 * with `rlpxTransport` or without. In one that does not, `peerStore.get()` of such a peer, and
 * `peerStore.all()` altogether, reject with `UnknownProtocolError`. So either go on importing something
 * of it, such as `RLPX` (a bundler drops an import of nothing), or delete those peers first:
 *
 * @example Deleting the peers that have such addresses
 *
 * ```ts
 * import { RLPX } from 'libp2p-rlpx'
 * import type { Libp2p } from '@libp2p/interface'
 *
 * declare const node: Libp2p
 *
 * for (const { id, addresses } of await node.peerStore.all()) {
 *   if (addresses.some(({ multiaddr }) => RLPX.matches(multiaddr))) {
 *     await node.peerStore.delete(id)
 *   }
 * }
 * ```
 *
 * ## Versions
 *
 * js-libp2p 3 (`@libp2p/interface` 3.3 or later). The component `/rlpx` of addresses has the code
 * 0x307278, of multicodec's range for private use, and is registered with `@multiformats/multiaddr` when
 * this package is imported. Two copies of `@multiformats/multiaddr` in one program have two
 * registries: an address made by the other copy is an `UnknownProtocolError`, and `npm ls @multiformats/multiaddr`
 * tells why.
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
 * ## In a browser
 *
 * All but TCP and the command runs in pages and workers: `rlpxTransport({ transport: webSockets(), … })` and
 * `rlpx()` with any transport of libp2p's. `npm run test:chrome` and `npm run test:chrome-webworker` run
 * the tests of all layers in headless Chromium, with 10 MiB each way between a page and Node.js; they
 * install playwright's browser, or use the one in `CHROMIUM_PATH`. The bundle has 47 kB,
 * compressed, without libp2p's own packages. It needs neither WebAssembly nor `eval`, so that a strict
 * Content-Security-Policy will do, though WebAssembly makes it several times faster.
 *
 * ## A tab that talks to geth
 *
 * A browser has no TCP, but the keys can live in the page: let [websockify](https://github.com/novnc/websockify), or any
 * other forwarder from WebSocket to TCP, pass the bytes to the node, `websockify 8545 127.0.0.1:30303`, and dial through it.
 *
 * `npm run example:browser` opens such a page, which shows who is there, messages as they arrive and the
 * round-trip time. It brings a forwarder and a peer of its own; `npm run example:browser -- --enode 'enode://…'`
 * takes your node in place of the peer.
 *
 * @example A page behind a forwarder
 *
 * ```ts
 * import { webSockets } from '@libp2p/websockets'
 * import { multiaddr } from '@multiformats/multiaddr'
 * import { createLibp2p } from 'libp2p'
 * import { helloOf, parseEnode, peerIdFromNodeId, rlpxTransport } from 'libp2p-rlpx'
 * import { ETH_69 } from 'libp2p-rlpx/eth'
 * import type { Secp256k1PrivateKey } from '@libp2p/interface'
 *
 * declare const privateKey: Secp256k1PrivateKey
 * declare const enode: string
 *
 * const node = await createLibp2p({
 *   privateKey,
 *   transports: [rlpxTransport({ transport: webSockets(), capabilities: [ETH_69] })],
 *   // by default a page dials no private addresses
 *   connectionGater: { denyDialMultiaddr: () => false }
 * })
 *
 * // or /dns4/example.org/tcp/443/tls/ws
 * const forwarder = multiaddr('/ip4/127.0.0.1/tcp/8545/ws')
 * const peerId = peerIdFromNodeId(parseEnode(enode).id)
 * const connection = await node.dial(forwarder.encapsulate(`/rlpx/p2p/${peerId}`))
 *
 * console.info(helloOf(connection).clientId)
 * ```
 *
 * The session is encrypted between tab and node. The forwarder sees who connects, sizes and times, and can cut; it can
 * neither read nor change what is said, within what RLPx gives: who records both directions has the XOR of them
 * (see Security), so run your own.
 *
 * ## Without libp2p
 *
 * Who is behind an enode, in one line:
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
 * @example Who is there, a thousand times over, fifty at once
 *
 * ```ts
 * import { probe } from 'libp2p-rlpx/p2p'
 *
 * declare const enodes: string[]
 *
 * const queue = enodes.values()
 *
 * await Promise.all(Array.from({ length: 50 }, async () => {
 *   for (const enode of queue) {
 *     const { stage, hello, status } = await probe(enode)
 *
 *     console.info(enode.slice(8, 16), stage, hello?.clientId, status?.networkId)
 *   }
 * }))
 * ```
 *
 * @example The mempool of a node, as it announces it
 *
 * ```ts
 * import { parseEnode } from 'libp2p-rlpx'
 * import { ETH_69, exchangeStatus, messageName } from 'libp2p-rlpx/eth'
 * import { connect, dialTcp } from 'libp2p-rlpx/p2p'
 * import { decode } from 'rlp'
 * import { toString } from 'uint8arrays/to-string'
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
 * for await (const message of messages) {
 *   if (messageName(ETH_69, message.id) === 'NewPooledTransactionHashes') {
 *     const [, , hashes] = decode(message.payload) as [Uint8Array, Uint8Array[], Uint8Array[]]
 *
 *     hashes.forEach((hash) => { console.info(toString(hash, 'base16')) })
 *   }
 * }
 * ```
 *
 * @example The handshake and the frames as transforms
 *
 * ```ts
 * import { pipe } from 'it-pipe'
 * import { initiator } from 'libp2p-rlpx/codec'
 * import { dialTcp } from 'libp2p-rlpx/p2p'
 *
 * declare const host: string
 * declare const port: number
 * declare const privateKey: Uint8Array // 32 bytes
 * declare const remoteId: Uint8Array // 64 bytes
 *
 * const socket = await dialTcp({ host, port })
 * const { ciphertext, messages } = initiator({ privateKey, remoteId })
 *
 * pipe(socket, ciphertext, socket).catch(() => {})
 *
 * for await (const frame of messages.source) {
 *   // the first is Hello
 *   console.info(frame.byteLength, 'bytes')
 *   break
 * }
 * ```
 *
 * ## Coming from `@ethereumjs/devp2p`
 *
 * | there | here |
 * |---|---|
 * | `new RLPx(privateKey, { clientId, capabilities, maxPeers, timeout })` | `rlpxTransport({ privateKey, clientId, capabilities, maxPeers, handshakeTimeout })` |
 * | `rlpx.listen(30303)` | `addresses: { listen: ['/ip4/0.0.0.0/tcp/30303/rlpx'] }` |
 * | `rlpx.connect({ id, address, tcpPort })` | `node.dial(enodeToMultiaddr(enode))` |
 * | `rlpx.events.on('peer:added', …)` | `node.addEventListener('connection:open', …)`, or a handler of the capability |
 * | `peer.getHelloMessage()` | `helloOf(connection)` |
 * | `peer.getProtocols()` | `sharedCapabilities(connection)`, `openCapability(connection, 'eth')` |
 * | `eth.sendStatus(…)`, `eth.events.on('status', …)` | `exchangeStatus(messages, status)` of `libp2p-rlpx/eth` |
 * | `eth.sendMessage(code, payload)` | `await messages.send({ id, payload })` |
 * | `eth.events.on('message', (code, payload) => …)` | `for await (const { id, payload } of messages)` |
 * | `peer.disconnect(reason)`, `rlpx.events.on('peer:removed', …)` | `disconnect(connection, reason)`, `sessionEndOf(connection)` |
 * | `DPT`, `DNS` | none: any discovery of libp2p's, or enodes of your own |
 *
 * ## What it was run against
 *
 * | peer | version | direction | what | result |
 * |---|---|---|---|---|
 * | go-ethereum | 1.17.5 | we dial, with a libp2p node and without | Hello, Status of eth/69 to eth/72, Ping, headers and bodies asked for, live transactions, block ranges, each Disconnect reason read by it, a full node, a useless peer, a second node with our key, another id in Hello, a wrong key, quitting; killed, started again and redialled | works |
 * | go-ethereum | 1.17.5 | it dials (`admin_addPeer`), a libp2p node and without | the same Hello, Status, Ping, blocks, transactions and block ranges, a full node of ours, "requested" | works |
 * | go-ethereum | 1.17.5 | both, eth/69 alone and eth/69 to eth/72 | kept for two minutes, with Pings of both sides and with its own only | works |
 * | go-ethereum, genesis only | 1.17.5 | both, eth/69 alone and eth/69 to eth/72 | synchronises 600 blocks from a libp2p node, driven by engine calls and `debug_sync`; over a connection that is ended and one that is cut; with slow and partial answers; a wrong body is a Disconnect 0x10 by name | works |
 * | go-ethereum | 1.17.5 | a tab of Chromium dials, through websockify, `ws` and `tls/ws` | Hello, Status of eth/69, Ping, a live transaction, quitting; the bytes in between show none of it | works |
 * | go-ethereum and a stock js-libp2p node | 1.17.5, 3.3.11 | we dial both | one node holds both for two minutes: identify and ping with one, Ping and a live transaction with the other, either leaves without the other | works |
 * | go-ethereum's `devp2p rlpx ping` | 1.17.5 | it dials | our Hello, our Disconnect in its place | works |
 * | go-ethereum's `devp2p rlpx eth-test`, `snap2-test` | 1.17.5 | it dials a libp2p node that serves the test chain | 13 of 20 and 3 of 3 cases, and `snap-test`'s Status; the others need a transaction pool or state | pass |
 * | a peer on go-ethereum's `p2p.Server` | 1.17.5 | both, with libp2p nodes and without | three capabilities at once, two versions of a name, messages of 0 to 16,777,215 bytes, 100,000 in order, both sides at full speed, readers that sleep, 50 connections, every Disconnect reason, trusted and static peers, redialling | works |
 * | `@ethereumjs/devp2p` | 10.0.0 | both, with libp2p nodes and without | Hello, Status of eth/68, messages of up to 1 MiB, Ping, every Disconnect reason | works |
 *
 * `npm run test:interop` runs all of it; it needs Go 1.24 or later and builds the peers itself, and Chromium,
 * websockify and openssl for the tab. A next client is one file in `test/interop/clients/`, whose README says how.
 *
 * ## Performance
 *
 * ![Longer bars are better](benchmarks/chart.svg)
 *
 * All of a row took turns in one run, seven rounds each after a warm-up (five of `connections-memory`); these are the
 * medians, and in parentheses is by how much this package is better. `limit` is one pass of Keccak-f and one of AES-256-CTR
 * by OpenSSL over the same bytes, `geth` go-ethereum's `p2p/rlpx` 1.17.5 (Go 1.26.8), `ethereumjs` `@ethereumjs/devp2p`
 * 10.0.0, `noise` `@libp2p/tcp` with `@libp2p/noise` and `@libp2p/yamux`, `noble` the same code on the noble packages alone.
 * It was Node.js 24.21 on two shared cores of an AMD EPYC, whose speed drifts: the ratios tell more than the figures.
 *
 * | name | unit | ours | limit | geth | ethereumjs | noise | noble |
 * |---|---|--:|--:|--:|--:|--:|--:|
 * | codec-1MiB | MB/s ↑ | 85.8 | 110 (0.78 ×) | 101 (0.85 ×) | 4.22 (20.34 ×) | – | – |
 * | codec-32KiB | MB/s ↑ | 90.4 | 107 (0.84 ×) | 91.0 (0.99 ×) | 3.72 (24.32 ×) | – | – |
 * | codec-1KiB | MB/s ↑ | 53.2 | 74.5 (0.71 ×) | 56.1 (0.95 ×) | 1.40 (37.95 ×) | – | – |
 * | codec-64B | µs ↓ | 6.09 | 3.25 (0.53 ×) | 6.30 (1.04 ×) | 514 (84.36 ×) | – | – |
 * | codec-snappy-1MiB | MB/s ↑ | 86.7 | – | 87.3 (0.99 ×) | 4.01 (21.63 ×) | – | – |
 * | codec-snappy-1MiB-compressible | MB/s ↑ | 141 | – | 204 (0.69 ×) | 11.9 (11.89 ×) | – | – |
 * | codec-snappy-32KiB | MB/s ↑ | 84.1 | – | 88.5 (0.95 ×) | 3.51 (23.98 ×) | – | – |
 * | codec-snappy-32KiB-compressible | MB/s ↑ | 165 | – | 223 (0.74 ×) | 12.2 (13.56 ×) | – | – |
 * | handshake | ms ↓ | 3.56 | – | 0.750 (0.21 ×) | 36.6 (10.28 ×) | – | – |
 * | stream-1MiB | MB/s ↑ | 119 | – | 175 (0.68 ×) | – | 190 (0.62 ×) | – |
 * | stream-64KiB | MB/s ↑ | 110 | – | 164 (0.67 ×) | – | 154 (0.72 ×) | – |
 * | stream-1KiB | MB/s ↑ | 75.0 | – | 54.0 (1.39 ×) | – | 20.4 (3.68 ×) | – |
 * | stream-64B | messages/s ↑ | 159,190 | – | 69,234 (2.30 ×) | – | 22,252 (7.15 ×) | – |
 * | encrypter-64KiB | MB/s ↑ | 108 | – | – | – | 162 (0.67 ×) | – |
 * | ping-p50 | ms ↓ | 0.491 | – | – | – | 2.31 (4.70 ×) | – |
 * | ping-p99 | ms ↓ | 1.76 | – | – | – | 9.57 (5.45 ×) | – |
 * | ping-loaded-p50 | ms ↓ | 17.3 | – | – | – | 37.9 (2.19 ×) | – |
 * | ping-loaded-p99 | ms ↓ | 43.5 | – | – | – | 40.3 (0.93 ×) | – |
 * | connections-memory-100 | KiB ↓ | 52.4 | – | – | – | 232 (4.43 ×) | – |
 * | connections-memory-1000 | KiB ↓ | 124 | – | – | – | 131 (1.05 ×) | – |
 * | dial-rate-1 | dials/s ↑ | 64.8 | – | – | 15.7 (4.13 ×) | 50.7 (1.28 ×) | – |
 * | dial-rate-16 | dials/s ↑ | 102 | – | – | 34.8 (2.93 ×) | 72.5 (1.41 ×) | – |
 * | import-time | ms ↓ | 408 | – | – | – | 325 (0.80 ×) | – |
 * | import-memory | MiB ↓ | 36.0 | – | – | – | 29.8 (0.83 ×) | – |
 * | browser-codec-32KiB | MB/s ↑ | 51.5 | – | – | – | – | 4.32 (11.93 ×) |
 * | browser-codec-64B | µs ↓ | 8.44 | – | – | – | – | 103 (12.16 ×) |
 * | growth-frame-size | × ↓ | 1.15 | – | – | – | – | – |
 * | growth-chunk-size | × ↓ | 1.58 | – | – | – | – | – |
 * | growth-chunks-of-1-byte | × ↓ | 1.07 | – | – | – | – | – |
 * | growth-capabilities | × ↓ | 1.23 | – | – | – | – | – |
 * | growth-connections | × ↓ | 2.59 | – | – | – | – | – |
 *
 * ```sh
 * npm run bench -- --json benchmarks/results.json --chart
 * ```
 *
 * made table and chart, in ten to fifteen minutes; `--only NAME` is a part of it. Streams go from one process to another, the
 * memory is that of an idle connection without a stream on either side, `growth` how much more a byte or message takes where
 * there is more of something. What bounds the rows that are not better:
 *
 * - the codec: Keccak is 71 % of it, and slower in WebAssembly than by OpenSSL
 * - streams of large messages: both processes take all of a core. Over half of the receiver's thread is Keccak, a tenth AES and a tenth the garbage collector, which has threads besides. Noise has OpenSSL's ciphers, which are far faster than RLPx' MAC
 * - `handshake`: multiplications with the static key, each side's in OpenSSL's constant time; geth has libsecp256k1. On the noble packages alone, as in browsers, it took 31.7 ms in a run of its own (`--only handshake-noble`), beside ethereumjs' 36.4 (1.15 ×), whose curve is noble's too
 * - `dial-rate` beside ethereumjs, which has no such layers: libp2p's dial queue, peer store, events and peer ids, each of which is a square root or two
 * - `import`: noise with yamux has no transport, RLP and snappy
 * - `growth-connections`: of 1,000 connections all code is slower alike than of one, as is where caches are too small; no function stands out
 *
 * ## Metrics
 *
 * | metric | label |
 * |---|---|
 * | `libp2p_rlpx_set_ups_total` | `outcome`: `outbound success`, `inbound HandshakeDecryptionError`, `outbound remote too many peers`, … |
 * | `libp2p_rlpx_disconnects_total` | `reason`: `local quitting`, `remote useless peer`, `remote SessionClosedError`, … |
 * | `libp2p_rlpx_sent_messages_total`, `libp2p_rlpx_received_messages_total` | `capability`: `eth/69`, `libp2p/1`, … |
 * | `libp2p_rlpx_sent_bytes_total`, `libp2p_rlpx_received_bytes_total` | the same; bytes of payloads, uncompressed |
 * | `libp2p_rlpx_ping_seconds` | a histogram |
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
 * - A peer's identity is a claim until its first frame passes the MAC. No connection, event or entry in the peer store comes of a claim, and `connect` and `accept` resolve only after it; `session` of the codec says so.
 * - A node of a private network (`connectionProtector`) would leave it by RLPx, so that the two do not start together unless `allowUnprotected: true`.
 * - In Node.js every operation with the static key is OpenSSL's, in constant time. In browsers it is BigInt arithmetic of `@noble/secp256k1`: best effort. Frames are encrypted and authenticated without table look-ups that depend on a secret wherever WebAssembly has SIMD.
 * - Points are checked to be on the curve and uncompressed before they are used; MACs and tags are compared in constant time; a packet that cannot be decrypted is one error, whatever was wrong with it; no error holds key material.
 * - What a peer writes into its client id and capability names is kept as it came: escape it before you print it, as the command does.
 *
 * What peers that mean harm may do, what happens then, and which test of `test/` or `test/node/` shows it; `npm run fuzz`
 * drives every decoder besides, with what it finds kept as tests:
 *
 * | who connects, or is dialled, and | what happens | test |
 * |---|---|---|
 * | bytes behind auth or ack, in the same segment | kept; if they are no first frame, they fail at its MAC | `hostile/handshake` |
 * | Hello with the id of another | Disconnect 0x09, never a connection | `hostile/nodes` |
 * | a snappy length over 2^24 - 1 | Disconnect 0x02, nothing is allocated | `hostile/messages` |
 * | silence, or a byte at a time | cut by the handshake's timeout | `hostile/silence` |
 * | a size that no handshake packet has; the form before EIP-8 | refused with its second or third byte | `hostile/handshake` |
 * | a point off the curve, any byte of auth or ack altered | one error, whatever was wrong | `hostile/handshake`, `handshake/tampering` |
 * | any bit of a frame flipped, a frame cut short | bad MAC, nothing of it is handed on | `hostile/frames`, `frame/tampering` |
 * | a message out of place | Disconnect 0x02 | `hostile/messages` |
 * | a Disconnect in any of its encodings | its reason is read | `hostile/disconnects` |
 * | reads nothing while we send | `send` waits, memory is bounded, and goes on once it reads | `hostile/floods` |
 * | floods a capability whose reader sleeps | is slowed; nothing is lost | `hostile/floods` |
 * | Pings in bursts, with payloads; Pongs that nobody asked for | answered, ignored | `hostile/messages` |
 * | ends, resets or half-closes at any place | a typed error, and the socket is gone after the grace | `hostile/ends`, `half-closed`, `faults/stages` |
 * | snappy that golang/snappy would refuse | Disconnect 0x02 | `hostile/messages` |
 * | RLP that is not canonical, too long, too deep or cut short | a typed error | `hostile/handshake`, `hostile/messages` |
 * | replays a handshake | gets a new ack, and fails at the first MAC | `hostile/frames` |
 * | is ourselves, one too many, or connected already | 0x0a, 0x04, 0x05 | `hostile/nodes` |
 * | comes in the name of another | is cut at the first MAC; neither the other nor the application hears of it | `hostile/handshake`, `hostile/nodes` |
 * | takes all places of its address | others still get in | `hostile/nodes` |
 * | many who each hold back the last byte of a large frame | the oldest is cut over 256 MiB | `hostile/crowds` |
 * | many who each send a snappy bomb | Disconnect 0x10 for each, by the length that it claims: nothing is uncompressed for nobody | `hostile/crowds`, `npm run test:load` |
 * | Pings without end, and reads nothing | reading stops after 16 Pongs, then it is cut | `hostile/floods` |
 * | drops, repeats, swaps or reflects whole frames | bad MAC | `hostile/frames` |
 * | floods us with forged handshakes | dropped unread after 30 a minute | `hostile/nodes` |
 * | line feeds, escapes, `__proto__`, ever new names | in no log, no metric label and no protocol list | `hostile/nodes` |
 * | many at once for one place, twice at once by one id | the limits hold | `transport/limits`, `hostile/nodes` |
 *
 * [SECURITY.md](SECURITY.md) tells what is promised, what is not, and how to report.
 *
 * ## Limits
 *
 * All can be set, but for the sizes that the protocol has.
 *
 * | what | value |
 * |---|---|
 * | auth and ack | 2048 bytes, refused with the first byte that cannot be of one |
 * | encryption handshake, Hello | 5 s, 10 s |
 * | inbound connections that have proven nothing yet | 50, and 8 of one address |
 * | RLPx connections | the connection manager's `maxConnections`; 1 to each peer. Two that crossed both stay for 2 s, then one is closed |
 * | handshakes of one address, or IPv6 network of 64 bits, that are forged | 30 a minute, then it is dropped unread until the minute is over; of 10,000 addresses |
 * | Hello and other messages of the base protocol | 2048 bytes |
 * | frame | read up to 16,777,215 bytes, sent up to 16,777,200 |
 * | message, uncompressed | 16,777,215 bytes, checked before anything is allocated |
 * | a frame, from its first byte to its last | 30 s |
 * | frames that are not complete, of all connections | 256 MiB, then the oldest is cut |
 * | Ping | every 15 s, timeout 15 s; 30 s from the last Ping of a peer that sends Pings, since that only reads slowly |
 * | Pongs that the peer does not read | 16, then reading stops |
 * | writes that the peer does not read, while it sends no Ping | 20 s, then the connection is cut |
 * | received and not read, for each capability | 1 MiB, then reading stops |
 * | the same for a capability that nobody has claimed | 1 MiB, then Disconnect 0x10 |
 * | after our Disconnect | 750 ms for the peer to close |
 *
 * A reader that sleeps slows its peer for minutes, if that is this package. geth cuts a peer whose
 * socket takes nothing for 20 s; where `libp2p/1` is shared, libp2p's connection monitor aborts a
 * connection whose ping finds no answer for some 10 s (`connectionMonitor`). WebSockets cannot be paused:
 * behind a reader that sleeps up to 32 MiB are kept, then the connection is cut.
 */

export { rlpx } from './encrypter/index.ts'
export { InvalidEnodeError, InvalidNodeIdError, CODE_RLPX, enodeToMultiaddr, formatEnode, multiaddrToEnode, NODE_ID_LENGTH, nodeIdFromHex, nodeIdFromPeerId, nodeIdFromPublicKey, nodeIdToHex, parseEnode, peerIdFromNodeId, publicKeyFromNodeId, RLPX, validateNodeId } from './identity/index.ts'
export { capabilityMessages, devp2p, disconnect, disconnectReasonOf, helloOf, InvalidLengthPrefixError, NotDevp2pError, openCapability, pingPeer, sessionEndOf, sharedCapabilities } from './muxer/index.ts'
export { DisconnectReason, disconnectReasonName } from './p2p/disconnect.ts'
export { CapabilityInUseError, CapabilityNotSharedError, DisconnectError } from './p2p/errors.ts'
export { getEnodes, PeerRefusedError, rlpxTransport, TooManyHandshakesError, UnprotectedTransportError, UnsupportedTransportError } from './transport/index.ts'
export type { RlpxComponents, RlpxInit } from './encrypter/index.ts'
export type { Enode } from './identity/index.ts'
export type { Devp2pComponents, Devp2pInit, OpenedCapability } from './muxer/index.ts'
export type { Capability, CapabilityMessages, Hello, Message, SessionEnd, SharedCapability } from './p2p/index.ts'
export type { EnodeListener, RlpxDialEvents, RlpxTransportComponents, RlpxTransportInit } from './transport/index.ts'
