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
  if (value instanceof RegExp) return String(value);
  if (value instanceof Promise) return "Promise";
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  }
  const name = value.constructor?.name ?? "";
  const isList = Array.isArray(value) || ArrayBuffer.isView(value);
  const prefix = name === "Object" || name === "Array" || name === "" ? "" : `${name} `;
  if (depth > DEPTH) return isList ? "[…]" : "{…}";
  if (isList) {
    return `${prefix}[${show(value as ArrayLike<unknown>, (item) => inspect(item, depth + 1))}]`;
  }
  const entries = inspectEntries(value, depth + 1);
  return entries === "" ? `${prefix}{}` : `${prefix}{ ${entries} }`;
}

function inspectEntries(value: object, depth: number): string {
  if (value instanceof Set) return show([...value], (item) => inspect(item, depth));
  const pair = ([key, item]: [unknown, unknown]) =>
    `${inspect(key, depth)} => ${inspect(item, depth)}`;
  if (value instanceof Map) return show([...value], pair);
  const fields = value as Record<string, unknown>;
  return show(Object.keys(value), (key) => `${key}: ${inspect(fields[key], depth)}`);
}

/** The first hundred, and how many more there are. */
function show<T>(items: ArrayLike<T>, text: (item: T) => string): string {
  const first = Array.from({ length: Math.min(items.length, ENTRIES) }, (_, at) =>
    text(items[at] as T),
  );
  const shown = first.join(", ");
  return items.length > ENTRIES ? `${shown}, … ${items.length - ENTRIES} more` : shown;
}
