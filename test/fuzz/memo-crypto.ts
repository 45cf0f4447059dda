import { toString } from 'uint8arrays/to-string'
import { defaultCrypto } from '../../src/crypto/index.ts'
import type { Crypto, EphemeralKey, PrivateKey } from '../../src/crypto/index.ts'

const MAX_KEPT = 4096

/**
 * The primitives, with operations on the curve done once for each input of theirs: they take
 * milliseconds, and most inputs of the fuzzer come to the same few points.
 */
export function memoCrypto (): Crypto {
  const ecdh = memo((key: PrivateKey, publicKey: Uint8Array) => key.ecdh(publicKey))

  return {
    ...defaultCrypto,
    recover: memo(defaultCrypto.recover),
    sign: memo(defaultCrypto.sign),
    importPrivateKey: memo((bytes: Uint8Array): PrivateKey => {
      const key = defaultCrypto.importPrivateKey(bytes)

      return { publicKey: key.publicKey, ecdh: (publicKey) => ecdh(key, publicKey) }
    }),
    importEphemeralKey: memo((bytes: Uint8Array): EphemeralKey => {
      const key = defaultCrypto.importEphemeralKey(bytes)

      // it is not wiped, as it is used again
      return { publicKey: key.publicKey, ecdh: (publicKey) => ecdh(key, publicKey), wipe: () => {} }
    })
  }
}

/** How often an operation was really done. */
export const done = { operations: 0 }

function memo <Args extends unknown[], Result> (operation: (...args: Args) => Result): (...args: Args) => Result {
  const kept = new Map<string, { result?: Result, error?: Error }>()

  return (...args) => {
    const key = args.map(identify).join()
    let entry = kept.get(key)

    if (entry == null) {
      entry = perform(() => operation(...args))
      kept.size < MAX_KEPT || kept.clear()
      kept.set(key, entry)
    }

    if (entry.error != null) {
      throw entry.error
    }

    // who was given secrets wipes them
    return (entry.result instanceof Uint8Array ? Uint8Array.from(entry.result) : entry.result) as Result
  }
}

function perform <Result> (operation: () => Result): { result?: Result, error?: Error } {
  done.operations++

  try {
    return { result: operation() }
  } catch (error: any) {
    return { error }
  }
}

function identify (value: unknown): string {
  return toString(value instanceof Uint8Array ? value : (value as PrivateKey).publicKey, 'base64')
}
