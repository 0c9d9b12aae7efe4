/** A set of number tuples that numbers its members; made for millions of them. */
export interface Seen {
  size(): number;
  /** The member's number, negative minus one when it was known already. */
  add(tuple: readonly number[]): number;
  at(index: number): number[];
}

export function createSeen(width: number): Seen {
  let tuples = new Uint16Array(width * 4096);
  let slots = new Int32Array(16_384).fill(-1);
  let count = 0;

  const hash = (tuple: ArrayLike<number>, from: number) => {
    let value = 0;
    for (let i = from; i < from + width; i++)
      value = Math.imul(value ^ (tuple[i] ?? 0), 0x9e3779b1) ^ (value >>> 15);
    return value >>> 0;
  };
  const isAt = (index: number, tuple: readonly number[]) => {
    for (let i = 0; i < width; i++) if (tuples[index * width + i] !== tuple[i]) return false;
    return true;
  };
  const free = (table: Int32Array, start: number) => {
    let slot = start & (table.length - 1);
    while ((table[slot] ?? -1) >= 0) slot = (slot + 1) & (table.length - 1);
    return slot;
  };
  const grow = () => {
    const larger = new Uint16Array(tuples.length * 2);
    larger.set(tuples);
    tuples = larger;
    const table = new Int32Array(slots.length * 2).fill(-1);
    for (let index = 0; index < count; index++)
      table[free(table, hash(tuples, index * width))] = index;
    slots = table;
  };

  return {
    size: () => count,
    at(index) {
      const tuple: number[] = [];
      for (let i = index * width; i < (index + 1) * width; i++) tuple.push(tuples[i] ?? 0);
      return tuple;
    },
    add(tuple) {
      let slot = hash(tuple, 0) & (slots.length - 1);
      for (let index = slots[slot] ?? -1; index >= 0; index = slots[slot] ?? -1) {
        if (isAt(index, tuple)) return -1 - index;
        slot = (slot + 1) & (slots.length - 1);
      }
      if (tuple.some((part) => part > 65_535)) throw new RangeError("a part has too many values");
      slots[slot] = count;
      tuples.set(tuple, count * width);
      count++;
      if (count * width === tuples.length) grow();
      return count - 1;
    },
  };
}
