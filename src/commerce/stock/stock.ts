/** `deny` sells what is on hand, `backorder` promises up to a limit beyond it, `untracked` never counts. */
export type Oversell = "deny" | "backorder" | "untracked";

/** One variant. Always `0 ≤ held ≤ onHand` and, but for a lowered limit, `promised + owed ≤ backorderLimit`. */
export interface Level {
  onHand: number;
  /** On hand, and reserved by a checkout that is not paid yet. */
  held: number;
  /** Not on hand, and reserved by a checkout that is not paid yet. */
  promised: number;
  /** Not on hand, and sold: the next delivery goes there first. */
  owed: number;
  oversell: Oversell;
  backorderLimit: number;
}

/** What one checkout has of one variant; a released hold stays as a tombstone. */
export interface Hold {
  quantity: number;
  taken: number;
  promised: number;
  state: "held" | "committed" | "released";
  /** When to ask the checkout, in milliseconds since 1970; it frees nothing by itself. */
  expiresAt: number;
}

/** A change of `onHand`, which is always the sum of its movements; the reference is unique. */
export interface Movement {
  kind: "restock" | "adjust" | "sale" | "backfill";
  quantity: number;
  reference: string;
}

export type Refusal = "insufficient" | "released" | "not_held";

/** Nothing is to be written when the level is the one given. */
export interface LevelChange {
  level: Level;
  movements: Movement[];
  refusal: Refusal | null;
}

/** Nothing is to be written when level and hold are the ones given. */
export interface Change extends LevelChange {
  hold: Hold | undefined;
}

/** `null` is without limit. */
export function availableOf(level: Level): number | null {
  if (level.oversell === "untracked") return null;
  const free = level.onHand - level.held;
  if (level.oversell === "deny") return free;
  return free + Math.max(0, level.backorderLimit - level.promised - level.owed);
}

export function reserve(
  level: Level,
  hold: Hold | undefined,
  request: { quantity: number; expiresAt: number },
): Change {
  if (hold?.state === "released") return same(level, hold, "released");
  if (hold) return same(level, hold);
  const { quantity, expiresAt } = request;
  const available = availableOf(level);
  if (available === null)
    return same(level, { quantity, taken: 0, promised: 0, state: "held", expiresAt });
  if (quantity > available) return same(level, hold, "insufficient");
  const taken = Math.min(quantity, level.onHand - level.held);
  const promised = quantity - taken;
  return same(
    { ...level, held: level.held + taken, promised: level.promised + promised },
    { quantity, taken, promised, state: "held", expiresAt },
  );
}

/** The sale: only a hold can be sold, so what was released is never taken from someone else. */
export function commit(level: Level, hold: Hold | undefined, checkoutId: string): Change {
  if (hold?.state === "committed") return same(level, hold);
  if (hold?.state !== "held") return same(level, hold, "not_held");
  const { taken, promised } = hold;
  const sold = {
    ...level,
    onHand: level.onHand - taken,
    held: level.held - taken,
    promised: level.promised - promised,
    owed: level.owed + promised,
  };
  const sale: Movement = { kind: "sale", quantity: -taken, reference: `sale:${checkoutId}` };
  return { ...same(sold, { ...hold, state: "committed" }), movements: taken > 0 ? [sale] : [] };
}

/** Of what was never reserved it leaves a tombstone; of what was sold it changes nothing. */
export function release(level: Level, hold: Hold | undefined): Change {
  if (!hold)
    return same(level, { quantity: 0, taken: 0, promised: 0, state: "released", expiresAt: 0 });
  if (hold.state !== "held") return same(level, hold);
  const freed = {
    ...level,
    held: level.held - hold.taken,
    promised: level.promised - hold.promised,
  };
  return same(freed, { ...hold, state: "released" });
}

/** Goods arrived or came back; `known` says that a movement with this reference exists. */
export function restock(
  level: Level,
  quantity: number,
  reference: string,
  known: boolean,
): LevelChange {
  return known ? unchanged(level) : receive(level, { kind: "restock", quantity, reference });
}

/** A person corrects the count, never below what is held for others. */
export function adjust(
  level: Level,
  delta: number,
  reference: string,
  known: boolean,
): LevelChange {
  if (known) return unchanged(level);
  if (level.onHand + delta < level.held) return unchanged(level, "insufficient");
  return receive(level, { kind: "adjust", quantity: delta, reference });
}

/** What the alarm does with a hold that is due, once its checkout has answered: time alone frees nothing. */
export function decideDueHold(checkout: "alive" | "paid" | "closed") {
  if (checkout === "closed") return "release";
  return checkout === "paid" ? "commit" : "extend";
}

function receive(level: Level, movement: Movement): LevelChange {
  const onHand = level.onHand + movement.quantity;
  const filled = Math.min(level.owed, Math.max(0, onHand - level.held));
  const movements = [movement];
  if (filled > 0) {
    const reference = `backfill:${movement.reference}`;
    movements.push({ kind: "backfill", quantity: -filled, reference });
  }
  return {
    level: { ...level, onHand: onHand - filled, owed: level.owed - filled },
    movements,
    refusal: null,
  };
}

function unchanged(level: Level, refusal: Refusal | null = null): LevelChange {
  return { level, movements: [], refusal };
}

function same(level: Level, hold: Hold | undefined, refusal: Refusal | null = null): Change {
  return { level, hold, movements: [], refusal };
}
