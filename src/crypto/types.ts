import type { Uint8ArrayList } from 'uint8arraylist'

/**
 * A running Keccak-256 whose digest can be looked at without ending it, as the MAC
 * states of RLPx need.
 */
export interface Keccak256 {
  update (data: Uint8Array): void

  /** The 32-byte digest of all that was put in so far; more may follow. */
  digest (): Uint8Array
}

/**
 * AES-256-CTR with a zero IV and one continuing key stream. Each call takes whole
 * blocks (a multiple of 16 bytes), as RLPx frames are made of nothing else.
 */
export interface Aes256Ctr {
  update (data: Uint8Array): Uint8Array
}

/** One block (16 bytes) of AES-256. */
export interface Aes256Block {
  encrypt (block: Uint8Array): Uint8Array
}

/** What the frames of one direction are encrypted and authenticated with. */
export interface FrameSecrets {
  /** 32 bytes: the key of AES-256-CTR. */
  aes: Uint8Array

  /** 32 bytes: the key of the MAC's AES-256. */
  mac: Uint8Array

  /** The running hash of the MAC. Whatever is made of it moves it on, or takes it over. */
  state: Keccak256
}

/** Encrypts and authenticates the frames of one direction, in their order on the wire. */
export interface FrameSealer {
  /**
   * A frame, `header ‖ MAC ‖ data ‖ MAC`, in memory of its own.
   *
   * @param header - 16 bytes
   * @param data - any number of bytes, which are padded with zeros to whole blocks of 16
   */
  seal (header: Uint8Array, data: Uint8Array | Uint8ArrayList): Uint8Array

  /** Wipes what is held, where that can be done. Nothing is called after it. */
  close (): void
}

/** Checks and decrypts the frames of one direction, in their order on the wire. Nothing is decrypted whose MAC is bad. */
export interface FrameOpener {
  /**
   * The plaintext of a header, to be used at once; `undefined` for a bad MAC, after which nothing more is opened.
   *
   * @param bytes - 32 bytes: the header and its MAC
   */
  openHeader (bytes: Uint8Array): Uint8Array | undefined

  /**
   * The plaintext of a frame's data, in memory of its own; `undefined` for a bad MAC, after which nothing more is opened.
   *
   * @param bytes - the padded data and its MAC
   * @param size - how many of these bytes are data
   */
  openData (bytes: Uint8Array, size: number): Uint8Array | undefined

  /** Wipes what is held, where that can be done. Nothing is called after it. */
  close (): void
}

/** A secp256k1 private key, made ready for use. */
export interface PrivateKey {
  /** 64 bytes: X and Y, without the `04` prefix. */
  readonly publicKey: Uint8Array

  /**
   * The x coordinate of the shared point: 32 bytes, left-padded.
   *
   * @throws {InvalidPublicKeyError} where the 64 bytes are not a point of the curve
   */
  ecdh (publicKey: Uint8Array): Uint8Array
}

/** A private key that lives for one handshake. */
export interface EphemeralKey extends PrivateKey {
  /** Overwrites the key, as far as that can be done: it is of no more use. */
  wipe (): void
}

/** The arithmetic with keys that live for one handshake, which may be fast rather than constant-time. */
export interface EphemeralCurve {
  /**
   * A private key that is used for one handshake only.
   *
   * @throws {InvalidPrivateKeyError} where the key is not 32 bytes within the order of the curve
   */
  importEphemeralKey (privateKey: Uint8Array): EphemeralKey

  /** A recoverable signature over 32 bytes, which are not hashed again: `r ‖ s ‖ v`, 65 bytes, v 0 to 3. */
  sign (hash: Uint8Array, privateKey: Uint8Array): Uint8Array

  /**
   * The public key (64 bytes) that made a signature of `sign`; throws where there is none.
   */
  recover (hash: Uint8Array, signature: Uint8Array): Uint8Array
}

/** The primitives that RLPx stands on. */
export interface Crypto extends EphemeralCurve {
  randomBytes (length: number): Uint8Array
  equal (a: Uint8Array, b: Uint8Array): boolean
  sha256 (...data: Uint8Array[]): Uint8Array
  hmacSha256 (key: Uint8Array, ...data: Uint8Array[]): Uint8Array
  keccak256 (...data: Uint8Array[]): Uint8Array
  createKeccak256 (): Keccak256
  aes128Ctr (key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array
  createAes256Ctr (key: Uint8Array): Aes256Ctr
  createAes256Block (key: Uint8Array): Aes256Block

  /**
   * A faster way to make frames than from the primitives above, which are what is used without it, and where it returns
   * nothing.
   */
  createFrameSealer? (secrets: FrameSecrets): FrameSealer | undefined

  /** A faster way to read frames, likewise. */
  createFrameOpener? (secrets: FrameSecrets): FrameOpener | undefined

  /**
   * A private key that lasts. It meets points that others choose: what is done with it takes the
   * same time whatever the key, where the platform allows.
   *
   * @throws {InvalidPrivateKeyError} where the key is not 32 bytes within the order of the curve
   */
  importPrivateKey (privateKey: Uint8Array): PrivateKey
}
