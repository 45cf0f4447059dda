import { expect } from 'aegir/chai'
import { defaultCrypto } from '../../../src/crypto/index.ts'
import { nobleCrypto } from '../../../src/crypto/noble.ts'
import { BINARY } from '../../../src/crypto/wasm/binary.ts'
import { instantiate } from '../../../src/crypto/wasm/instantiate.ts'
import { chunksOf } from '../../fixtures/chunks.ts'
import vectors from '../../fixtures/crypto.json' with { type: 'json' }
import { hex } from '../../fixtures/hex.ts'
import { seededRandom } from '../../fixtures/seeded-random.ts'
import { encryptBlock, KeccakSlot, keyStream } from '../../fixtures/wasm-module.ts'
import { frameSecrets } from '../../fixtures/wasm.ts'

describe('the WebAssembly module', () => {
  it('is there, and is what frames are made with', () => {
    expect(defaultCrypto.createFrameSealer?.(frameSecrets(1))).to.have.property('seal')
    expect(defaultCrypto.createFrameOpener?.(frameSecrets(1))).to.have.property('openData')
  })

  it('is small', () => {
    expect(atob(BINARY)).to.have.property('length').that.is.at.most(8192)
  })

  it('is missing without a fault where nothing may be compiled', () => {
    const { Module } = WebAssembly

    try {
      WebAssembly.Module = function () {
        throw new WebAssembly.CompileError('Wasm code generation disallowed by embedder')
      } as unknown as typeof Module

      expect(instantiate(BINARY)).to.be.undefined()
    } finally {
      WebAssembly.Module = Module
    }

    expect(instantiate(BINARY)).to.not.be.undefined()
  })

  it('encrypts the block that the standard has', () => {
    const { key, plaintext, ciphertext } = vectors.ciphers.aes256

    expect(encryptBlock(hex(key), hex(plaintext))).to.equalBytes(ciphertext)
  })

  it('encrypts blocks as noble does', () => {
    const { bytes } = seededRandom(140)

    for (let round = 0; round < 1000; round++) {
      const [key, block] = [bytes(32), bytes(16)]

      expect(encryptBlock(key, block)).to.equalBytes(nobleCrypto.createAes256Block(key).encrypt(block))
    }
  })

  it('has the S-box of every byte, at every place', () => {
    const key = new Uint8Array(32)
    const cipher = nobleCrypto.createAes256Block(key)

    for (let byte = 0; byte < 256; byte++) {
      const block = Uint8Array.from({ length: 16 }, (_, i) => byte + 16 * i)

      expect(encryptBlock(key, block)).to.equalBytes(cipher.encrypt(block))
    }
  })

  it('has the Keccak-256 of up to 300 bytes', () => {
    const data = seededRandom(141).bytes(300)

    for (let length = 0; length <= data.byteLength; length++) {
      const slot = new KeccakSlot()
      slot.absorb(data.subarray(0, length))

      expect(slot.digest(), `${length} bytes`).to.equalBytes(nobleCrypto.keccak256(data.subarray(0, length)).subarray(0, 16))
    }
  })

  it('has the Keccak-256 of what comes in pieces, however often it is looked at', () => {
    const random = seededRandom(142)
    const data = random.bytes(20_000)
    const state = nobleCrypto.createKeccak256()
    const slot = new KeccakSlot()

    for (const chunk of chunksOf(data, () => random.integer(500))) {
      state.update(chunk)
      slot.absorb(chunk)

      expect(slot.digest()).to.equalBytes(state.digest().subarray(0, 16))
      expect(slot.digest()).to.equalBytes(state.digest().subarray(0, 16))
    }
  })

  it('has the key stream of AES-256-CTR, carries included', () => {
    const key = seededRandom(143).bytes(32)

    for (const length of [0, 16, 112, 128, 144, 4096, 65_536, 65_552]) {
      expect(keyStream(key, [length]), `${length} bytes`).to.equalBytes(nobleCrypto.createAes256Ctr(key).update(new Uint8Array(length)))
    }

    // the 16th block has the first carry, the 65,537th that of two bytes
    const long = keyStream(key, Array.from({ length: 33 }, () => 32_768))
    expect(long.subarray(-32_768)).to.equalBytes(nobleCrypto.createAes256Ctr(key).update(new Uint8Array(33 * 32_768)).subarray(-32_768))
  })

  it('goes on with the key stream from call to call', () => {
    const random = seededRandom(144)

    for (let round = 0; round < 50; round++) {
      const key = random.bytes(32)
      const lengths = Array.from({ length: 10 }, () => 16 * random.integer(20))
      const length = lengths.reduce((sum, length) => sum + length)

      expect(keyStream(key, lengths)).to.equalBytes(nobleCrypto.createAes256Ctr(key).update(new Uint8Array(length)))
    }
  })
})
