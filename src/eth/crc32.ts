/**
 * CRC-32 as in IEEE 802.3, as an unsigned number. Bit by bit, for the few bytes
 * of a fork id.
 *
 * @param bytes - the bytes, or a further part of them
 * @param checksum - the checksum of the parts before
 */
export function crc32 (bytes: Uint8Array, checksum = 0): number {
  let remainder = ~checksum

  for (const byte of bytes) {
    remainder ^= byte

    for (let bit = 0; bit < 8; bit++) {
      remainder = (remainder >>> 1) ^ ((remainder & 1) * 0xedb88320)
    }
  }

  return ~remainder >>> 0
}
