export function makeTable(): Promise<Uint8Array>;
export function isStale(): Promise<boolean>;
