import { devp2pPath, gethPath, peerPath, testdataPath } from './tools.ts'

// minutes, the first time on a machine, which are no test's
before(async function () {
  this.timeout(600_000)

  for (const build of [gethPath, devp2pPath, peerPath, testdataPath]) {
    await build()
  }
})
