import { createSeen } from "./seen";

export type Visit = (label: string, next: number[], fair: boolean) => void;

/** A world is a tuple of numbers below 65,536; `fair` moves are those that happen without the buyer. */
export interface Model {
  initial: number[];
  successors(world: number[], visit: Visit): void;
  /** The broken law of a state, or null. */
  always(world: number[]): string | null;
  /** The broken law of a move, or null. */
  legal(world: number[], before: number[]): string | null;
  drained(world: number[]): boolean;
  end(world: number[]): string | null;
  show(world: number[]): string;
}

export interface Report {
  states: number;
  moves: number;
  drained: number;
  violation: { law: string; trace: string[]; world: string } | null;
}

/** Breadth first, so a trace is as short as can be; every state is visited, or the limit is an error. */
export function explore(model: Model, limit = 2_000_000): Report {
  const seen = createSeen(model.initial.length);
  const parents: number[] = [];
  const labels: string[] = [];
  const fair: FairMoves = { starts: [], targets: [] };
  const ends: number[] = [];
  let moves = 0;
  let broken: { law: string; at: number; last: string[]; world: number[] } | null = null;

  const report = (): Report => {
    const counts = { states: seen.size(), moves, drained: ends.length };
    if (!broken) return { ...counts, violation: null };
    const trace = [...broken.last];
    for (let at = broken.at; at > 0; at = parents[at] ?? 0) trace.unshift(labels[at] ?? "");
    return { ...counts, violation: { law: broken.law, trace, world: model.show(broken.world) } };
  };

  seen.add(model.initial);
  for (let index = 0; index < seen.size(); index++) {
    fair.starts.push(fair.targets.length);
    const world = seen.at(index);
    if (model.drained(world)) {
      ends.push(index);
      const law = model.end(world);
      if (law) broken = { law, at: index, last: [], world };
    }
    if (broken) return report();
    model.successors(world, (label, next, isFair) => {
      if (broken || next === world) return;
      moves++;
      const found = seen.add(next);
      const at = found < 0 ? -1 - found : found;
      if (found >= 0) {
        if (found === limit) throw new Error(`more than ${limit} states`);
        parents[found] = index;
        labels[found] = label;
      }
      const law = (found >= 0 && model.always(next)) || model.legal(next, world);
      if (law) broken = { law, at: index, last: [label], world: next };
      if (isFair) fair.targets.push(at);
    });
    if (broken) return report();
  }
  const stuck = firstUnreached(ends, fair);
  const law = "without the buyer, alarms alone lead to an end";
  if (stuck !== null) broken = { law, at: stuck, last: [], world: seen.at(stuck) };
  return report();
}

/** The fair moves of state `i` are `targets` from `starts[i]` up to `starts[i + 1]`. */
interface FairMoves {
  starts: number[];
  targets: number[];
}

/** The first state from which no fair path leads to any of the ends. */
function firstUnreached(ends: readonly number[], { starts, targets }: FairMoves): number | null {
  const latest = new Int32Array(starts.length).fill(-1);
  const earlier = new Int32Array(targets.length);
  const sources = new Int32Array(targets.length);
  for (let source = 0; source < starts.length; source++)
    for (let move = starts[source] ?? 0; move < (starts[source + 1] ?? targets.length); move++) {
      const target = targets[move] ?? 0;
      sources[move] = source;
      earlier[move] = latest[target] ?? -1;
      latest[target] = move;
    }
  const reached = new Uint8Array(starts.length);
  const open = [...ends];
  for (const end of ends) reached[end] = 1;
  for (let state = open.pop(); state !== undefined; state = open.pop())
    for (let move = latest[state] ?? -1; move >= 0; move = earlier[move] ?? -1) {
      const source = sources[move] ?? 0;
      if (reached[source]) continue;
      reached[source] = 1;
      open.push(source);
    }
  const stuck = reached.indexOf(0);
  return stuck < 0 ? null : stuck;
}
