/** Numbers for values, so that a world is a short tuple; a value comes back as it was saved: as JSON. */
export interface Pool<T> {
  idOf(value: T): number;
  at(id: number): T;
}

export function createPool<T>(): Pool<T> {
  const ids = new Map<string, number>();
  const values: T[] = [];
  return {
    idOf(value) {
      const key = JSON.stringify(value);
      const known = ids.get(key);
      if (known !== undefined) return known;
      ids.set(key, values.length);
      return values.push(JSON.parse(key)) - 1;
    },
    at: (id) => values[id] as T,
  };
}

/** Computes once for each pair of ids, both below 65,536. */
export function perPair<T>(compute: (first: number, second: number) => T) {
  const known = new Map<number, T>();
  return (first: number, second = 0): T => {
    const key = first * 65_536 + second;
    let value = known.get(key);
    if (value === undefined) {
      value = compute(first, second);
      known.set(key, value);
    }
    return value;
  };
}
