/** Where two sequences differ: `a` from `aStart` to `aEnd` became `b` from `bStart` to `bEnd`. */
export type Region = { aStart: number; aEnd: number; bStart: number; bEnd: number };

/**
 * The shortest edit script (Myers, "An O(ND) Difference Algorithm"), as regions in order. Past
 * `mostEdits` the middle counts as replaced: time is bounded by that times the length.
 */
export function diffSequences(
  a: readonly string[],
  b: readonly string[],
  mostEdits: number,
): Region[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let aEnd = a.length;
  let bEnd = b.length;
  while (aEnd > start && bEnd > start && a[aEnd - 1] === b[bEnd - 1]) {
    aEnd -= 1;
    bEnd -= 1;
  }
  if (start === aEnd && start === bEnd) return [];
  const whole = [{ aStart: start, aEnd, bStart: start, bEnd }];
  if (start === aEnd || start === bEnd) return whole;
  const steps = search(a.slice(start, aEnd), b.slice(start, bEnd), mostEdits);
  return steps ? regionsOf(steps, aEnd - start, bEnd - start, start) : whole;
}

type Frontier = { furthest: Int32Array; offset: number };

/** The frontier before each step, or null if more than `mostEdits` are needed. */
function search(a: readonly string[], b: readonly string[], mostEdits: number): Frontier[] | null {
  const most = Math.min(a.length + b.length, mostEdits);
  const furthest = new Int32Array(2 * most + 3);
  const offset = most + 1;
  const steps: Frontier[] = [];
  for (let d = 0; d <= most; d++) {
    steps.push({ furthest: furthest.slice(offset - d - 1, offset + d + 2), offset: d + 1 });
    for (let k = -d; k <= d; k += 2) {
      let x = startOn(furthest, offset, k, d);
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1;
      furthest[offset + k] = x;
      if (x >= a.length && x - k >= b.length) return steps;
    }
  }
  return null;
}

const isDown = (furthest: Int32Array, offset: number, k: number, d: number) =>
  k === -d || (k !== d && furthest[offset + k - 1]! < furthest[offset + k + 1]!);

const startOn = (furthest: Int32Array, offset: number, k: number, d: number) =>
  isDown(furthest, offset, k, d) ? furthest[offset + k + 1]! : furthest[offset + k - 1]! + 1;

/** Walks back from the end: every step of the search is one element inserted or removed. */
function regionsOf(steps: Frontier[], aLength: number, bLength: number, shift: number): Region[] {
  const regions: Region[] = [];
  let x = aLength;
  let y = bLength;
  for (let d = steps.length - 1; d > 0; d--) {
    const { furthest, offset } = steps[d]!;
    const k = x - y;
    const down = isDown(furthest, offset, k, d);
    const before = down ? k + 1 : k - 1;
    const fromX = furthest[offset + before]!;
    const fromY = fromX - before;
    const [toX, toY] = down ? [fromX, fromY + 1] : [fromX + 1, fromY];
    const next = regions.at(-1);
    if (next && next.aStart === toX + shift && next.bStart === toY + shift) {
      next.aStart = fromX + shift;
      next.bStart = fromY + shift;
    } else {
      const [aStart, bStart] = [fromX + shift, fromY + shift];
      regions.push({ aStart, aEnd: toX + shift, bStart, bEnd: toY + shift });
    }
    x = fromX;
    y = fromY;
  }
  return regions.reverse();
}
