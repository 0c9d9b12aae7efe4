/** Close codes of a document room. Clients of the y-websocket family take 4400–4499 as final. */
export const closing = {
  restart: [1012, "restarting, connect again"],
  busy: [1013, "too fast, too slow or too busy, try again later"],
  malformed: [4400, "malformed frame"],
  signedOut: [4401, "signed out"],
  notMember: [4403, "no longer a member"],
  gone: [4404, "document is gone"],
  otherGeneration: [4409, "document has a new generation, load it afresh"],
  tooLarge: [4413, "frame or document too large"],
  unavailable: [4503, "unavailable, try again later"],
} as const satisfies Record<string, readonly [code: number, reason: string]>;

export type Closing = keyof typeof closing;
