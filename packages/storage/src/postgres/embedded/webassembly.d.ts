/** As much of the platform's WebAssembly as PGlite's types name: TypeScript has it in the browser's library alone. */
declare namespace WebAssembly {
  interface Module {
    readonly [Symbol.toStringTag]: 'WebAssembly.Module';
  }
  function compile(bytes: Uint8Array): Promise<Module>;
}
