export type Bytes = Uint8Array<ArrayBuffer>;

/** What a picture says of itself; null if it is broken, cut short, or goes on after its end. */
export type Size = { width: number; height: number; frames: number };
export type Measure = (bytes: Bytes) => Size | null;

export const viewOf = (bytes: Bytes) =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Bytes as one character each. */
export const latin = (bytes: Bytes, start: number, end: number) =>
  String.fromCharCode(...bytes.subarray(start, end));
