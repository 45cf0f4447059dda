/** A shorter input that still fails, found by leaving out ever smaller pieces, then by zeros in place of bytes. */
export async function minimise (input: Uint8Array, fails: (input: Uint8Array) => boolean | Promise<boolean>, maxTries: number = 10_000): Promise<Uint8Array> {
  let tries = 0
  const stillFails = async (candidate: Uint8Array): Promise<boolean> => tries++ < maxTries && fails(candidate)

  for (let length = input.byteLength >> 1; length > 0; length >>= 1) {
    for (let start = 0; start < input.byteLength;) {
      const shorter = without(input, start, length)

      if (await stillFails(shorter)) {
        input = shorter
      } else {
        start += length
      }
    }
  }

  for (let i = 0; i < input.byteLength; i++) {
    const simpler = input.with(i, 0)

    if (input[i] !== 0 && await stillFails(simpler)) {
      input = simpler
    }
  }

  return input
}

function without (input: Uint8Array, start: number, length: number): Uint8Array {
  const shorter = new Uint8Array(Math.max(start, input.byteLength - length))
  shorter.set(input.subarray(0, start))
  shorter.set(input.subarray(start + length), start)

  return shorter
}
