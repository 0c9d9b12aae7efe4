declare module "argon2id/lib/argon2id.js" {
  type Parameters = {
    password: Uint8Array;
    salt: Uint8Array;
    parallelism: number;
    passes: number;
    /** Kibibytes. */
    memorySize: number;
    tagLength: number;
  };
  export default function argon2id(
    parameters: Parameters,
    wasm: { memory: WebAssembly.Memory; instance: WebAssembly.Instance },
  ): Uint8Array<ArrayBuffer>;
}
