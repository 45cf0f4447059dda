/**
 * Compiles a module in base64 that imports nothing; nothing where that cannot be: where there is no WebAssembly
 * (`node --jitless`), where a content security policy forbids it, where it has no vectors, and where a browser compiles
 * no module of its size at once.
 */
export function instantiate <Exports> (binary: string): Exports | undefined {
  try {
    const bytes = Uint8Array.from(atob(binary), (char) => char.charCodeAt(0))

    return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as Exports
  } catch {
    return undefined
  }
}
