import { Point } from '@noble/secp256k1'

/** Bits of a digit. Four would need a smaller table and more additions, six the opposite: no faster. */
const WIDTH = 5

/**
 * A scalar times a point, in the width-5 non-adjacent form: 51 additions on the average, where
 * adding for each bit takes 128. How long it takes tells of the scalar.
 */
export function multiplyUnsafe (point: Point, scalar: bigint): Point {
  const multiples = oddMultiples(point)
  const digits = nonAdjacentForm(scalar)
  let product = Point.ZERO

  for (let i = digits.length - 1; i >= 0; i--) {
    const digit = digits[i]
    product = product.double()

    if (digit > 0) {
      product = product.add(multiples[digit >> 1])
    } else if (digit < 0) {
      product = product.subtract(multiples[-digit >> 1])
    }
  }

  return product
}

/** P, 3P, 5P, … 15P */
function oddMultiples (point: Point): Point[] {
  const twice = point.double()
  const multiples = [point]

  while (multiples.length < 2 ** (WIDTH - 2)) {
    multiples.push(multiples[multiples.length - 1].add(twice))
  }

  return multiples
}

/** Digits that are 0 or odd and less than 16 either way, the least significant first; at least four zeros follow each odd one. */
function nonAdjacentForm (scalar: bigint): number[] {
  const digits: number[] = []

  while (scalar > 0n) {
    const digit = (scalar & 1n) === 0n ? 0 : Number(BigInt.asIntN(WIDTH, scalar))

    digits.push(digit)
    scalar = (scalar - BigInt(digit)) >> 1n
  }

  return digits
}
