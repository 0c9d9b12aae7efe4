/** SHA-256 of everything that decides what a program does: quickjs.wasm, prelude.txt, types.txt. */
export const engineHash = "eqaqnza6NWjbjQtIIWdijYif0ukT_53zD5Tt2QxYark";
