import type { Hold, Level, LevelChange } from "../../stock/stock";

/** One variant's stock with what each of the checkouts has of it. */
export interface Variant {
  level: Level;
  holds: (Hold | null)[];
  /** Sum and references of all movements since the beginning. */
  moved: number;
  references: string[];
}

export function newVariant(onHand: number, checkouts: number): Variant {
  const counts = { onHand, held: 0, promised: 0, owed: 0 };
  return {
    level: { ...counts, oversell: "deny", backorderLimit: 0 },
    holds: Array.from({ length: checkouts }, () => null),
    moved: 0,
    references: [],
  };
}

export function holdOf(variant: Variant, checkout: number): Hold | undefined {
  return variant.holds[checkout] ?? undefined;
}

/** What the Durable Object writes in one transaction; `hold` is the row to be there after it. */
export function write(
  variant: Variant,
  checkout: number,
  change: LevelChange,
  hold: Hold | undefined,
): Variant {
  return {
    level: change.level,
    holds: variant.holds.map((old, at) => (at === checkout ? (hold ?? null) : old)),
    moved: change.movements.reduce((sum, { quantity }) => sum + quantity, variant.moved),
    references: [...variant.references, ...change.movements.map((m) => m.reference)].sort(),
  };
}
