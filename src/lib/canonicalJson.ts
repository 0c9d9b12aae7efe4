/** One spelling per value: keys sorted by code units, no spaces, absent members left out; numbers are integers. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
    return `{${members.join(",")}}`;
  }
  const plain = value === null || typeof value === "string" || typeof value === "boolean";
  if (!plain && !Number.isSafeInteger(value)) throw new TypeError("not canonical JSON");
  return JSON.stringify(Object.is(value, -0) ? 0 : value);
}
