/**
 * Where a handshake draws its random bytes. The order is fixed: ephemeral key (32),
 * nonce (32), length of the padding (1), ECIES key (32), ECIES IV (16); so a recorded
 * session can be replayed byte for byte. The bytes are the handshake's from then on: an
 * ephemeral key and a nonce are overwritten once they have been used.
 */
export interface Random {
  (length: number): Uint8Array
}
