/** SHA-256 of everything that decides what a program does: quickjs.wasm, prelude.txt, types.txt, limits.ts. */
export const engineHash = "NLJS83cCmeGD5mpegeaNkPDfjsj5XTiHCQr3A4VpRJE";
