/** What a request says: `a[b]=c` is `{ a: { b: "c" } }`, and `a[]=c` counts from 0. */
export type Params = { [name: string]: string | Params };

export function parseForm(text: string): Params {
  const params: Params = Object.create(null);
  for (const [name, value] of new URLSearchParams(text)) {
    const [, first = name, rest = ""] = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name) ?? [];
    const path = [first, ...[...rest.matchAll(/\[([^[\]]*)\]/g)].map(([, part]) => part!)];
    place(params, path, value);
  }
  return params;
}

function place(into: Params, [name = "", ...rest]: string[], value: string): void {
  const at = name === "" ? String(Object.keys(into).length) : name;
  if (rest.length === 0) {
    into[at] = value;
    return;
  }
  const known = into[at];
  const inner: Params = typeof known === "object" ? known : Object.create(null);
  into[at] = inner;
  place(inner, rest, value);
}

export const textOf = (params: Params, name: string): string | undefined => {
  const value = params[name];
  return typeof value === "string" && value !== "" ? value : undefined;
};

export const groupOf = (params: Params, name: string): Params => {
  const value = params[name];
  return typeof value === "object" ? value : {};
};

/** The values of `a[0]=x&a[1]=y`. */
export const listOf = (params: Params, name: string): string[] =>
  Object.values(groupOf(params, name)).filter((value) => typeof value === "string");
