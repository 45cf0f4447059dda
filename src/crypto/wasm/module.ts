/**
 * What the WebAssembly module has (assembly/frames.as): all arguments are addresses in its memory and numbers of bytes.
 * What is true is not 0.
 */
export interface FramesModule {
  readonly memory: WebAssembly.Memory

  /** Where free memory begins. */
  readonly BASE: WebAssembly.Global<'i32'>
  begin (slot: number, macKey: number): void
  beginKeyStream (slot: number, key: number): void
  wipe (address: number, length: number): void
  absorb (slot: number, data: number, length: number): void
  digest (slot: number): void
  addKeyStream (slot: number, data: number, length: number, keyStream: number): void
  sealHeader (slot: number, header: number): void
  sealData (slot: number, mac: number): void
  checkHeader (slot: number, header: number): number
  checkData (slot: number, mac: number): number
  seal (slot: number, frame: number, length: number, keyStream: number): void
  openHeader (slot: number, header: number, keyStream: number): number
  openData (slot: number, data: number, length: number, keyStream: number): number
}
