import './five-hundred-peers.ts'
import './silent-sockets.ts'
import './slow-and-large.ts'
