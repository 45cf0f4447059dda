import './p2p/aborts.ts'
import './p2p/checkpoints.ts'
import './p2p/connections.ts'
import './p2p/leaks.ts'
