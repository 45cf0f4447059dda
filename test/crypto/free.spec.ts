import { expect } from 'aegir/chai'
import { free } from '../../src/crypto/free.ts'

describe('memory that is given back', () => {
  it('is gone at once', function () {
    if (!('transfer' in ArrayBuffer.prototype)) {
      // this engine has no way to do so, and collects it later
      this.skip()
    }

    const bytes = new Uint8Array(100_000)
    free(bytes)

    expect(bytes.buffer.byteLength).to.equal(0)
  })

  it('is all of what it was allocated as', () => {
    const whole = new Uint8Array(100_000)
    free(whole.subarray(1))

    expect(whole.byteLength).to.equal(100_000)
  })
})
