/** SHA-256 of everything that decides what a program does: quickjs.wasm, prelude.txt, types.txt. */
export const engineHash = "39Bf5EOLxHqSvgqsDDSPPSBU9Rie0z59UgqWKNDev5w";
