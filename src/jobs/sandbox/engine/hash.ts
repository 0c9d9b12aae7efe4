/** SHA-256 of everything that decides what a program does: quickjs.wasm, prelude.txt, types.txt, limits.ts. */
export const engineHash = "Kf9euiqwRGG9AZbVeDjchZ_QmwZIg9pmZjrd97wC3ag";
