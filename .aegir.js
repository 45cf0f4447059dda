/** @type {import('aegir').PartialOptions} */
export default {
  build: {
    bundlesizeMax: '60KB'
  },
  dependencyCheck: {
    ignore: ['libp2p-rlpx'],
    productionIgnorePatterns: ['/benchmarks', '/dist', '/examples', '/test']
  }
}
