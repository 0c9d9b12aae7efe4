const { stringify } = JSON;
const DEPTH = 3;
const ENTRIES = 100;

/** One value as a line of the console shows it. */
export function inspect(value: unknown, depth = 0): string {
  switch (typeof value) {
    case "string":
      return depth === 0 ? value : stringify(value);
    case "bigint":
      return `${value}n`;
    case "function":
      return `[function ${value.name || "(anonymous)"}]`;
    case "object":
      return value === null ? "null" : inspectObject(value, depth);
    default:
      return Object.is(value, -0) ? "-0" : String(value);
  }
}

function inspectObject(value: object, depth: number): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  if (value instanceof RegExp) return String(value);
  if (value instanceof Promise) return "Promise";
  const name = value.constructor?.name ?? "";
  const list = Array.isArray(value) || ArrayBuffer.isView(value);
  if (depth > DEPTH) return list ? "[…]" : "{…}";
  if (list) {
    const items = Array.from(value as ArrayLike<unknown>, (item) => inspect(item, depth + 1));
    return `${Array.isArray(value) ? "" : `${name} `}[${join(items)}]`;
  }
  const entries = entriesOf(value, depth + 1);
  const prefix = name === "Object" || name === "" ? "" : `${name} `;
  return entries.length === 0 ? `${prefix}{}` : `${prefix}{ ${join(entries)} }`;
}

function entriesOf(value: object, depth: number): string[] {
  if (value instanceof Set) return Array.from(value, (item) => inspect(item, depth));
  if (value instanceof Map) {
    return Array.from(value, ([key, item]) => `${inspect(key, depth)} => ${inspect(item, depth)}`);
  }
  return Object.entries(value).map(([key, item]) => `${key}: ${inspect(item, depth)}`);
}

const join = (parts: string[]): string =>
  parts.length > ENTRIES
    ? `${parts.slice(0, ENTRIES).join(", ")}, … ${parts.length - ENTRIES} more`
    : parts.join(", ");
