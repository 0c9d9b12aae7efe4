export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

/** Epoch milliseconds as ISO 8601 in UTC; null stays null. */
export function iso(time: number): string;
export function iso(time: number | null): string | null;
export function iso(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}

/** ISO 8601 as epoch milliseconds; null and undefined stay what they are. */
export function epoch<T extends string | null | undefined>(text: T) {
  return (typeof text === "string" ? Date.parse(text) : text) as T extends string ? number : T;
}
