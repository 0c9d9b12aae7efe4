import { holdStatusOf } from "../answers";
import { put } from "./database";
import type { Visit } from "./explore";
import type { Bench } from "./model";
import { holdOf, write } from "./variant";
import { type Rules, slots } from "./world";

/** Due holds are asked for, carts are edited, and hands slip. */
export function createShop({ pools, scenario, rules, spend }: Bench) {
  function askHolds(world: number[], variant: number, me: number, visit: Visit): void {
    const slot = slots.variant + variant;
    const cell = pools.variant.at(world[slot] ?? 0);
    const hold = holdOf(cell, me);
    if (hold?.state !== "held") return;
    const set = (change: ReturnType<Rules["release"]>, from: number[]) =>
      from.with(slot, pools.variant.idOf(write(cell, me, change, change.hold)));
    const saga = pools.saga.at(world[slots.saga + me] ?? 0);
    const decision = rules.decideDueHold(saga ? holdStatusOf(saga.state) : "closed");
    const name = `v${variant} asks for the hold of c${me}:`;
    if (decision === "release")
      visit(`${name} release`, set(rules.release(cell.level, hold), world), false);
    if (decision === "commit")
      visit(`${name} commit`, set(rules.commit(cell.level, hold, `c${me}`), world), false);
    const hand = spend(world, "sabotages");
    if (hand) visit(`${name} cut by hand`, set(rules.release(cell.level, hold), hand), false);
  }

  return (world: number[], visit: Visit): void => {
    const data = pools.database.at(world[slots.database] ?? 0);
    const set = (next: typeof data, from: number[]) =>
      from.with(slots.database, pools.database.idOf(next));
    for (const me of scenario.checkouts.keys()) {
      for (const variant of [0, 1]) askHolds(world, variant, me, visit);
      const hand = data.orders[me] === "pending_payment" ? spend(world, "sabotages") : null;
      if (hand)
        visit(`order of c${me} cut`, set(put(data, "orders", me, "cancelled"), hand), false);
    }
    if (scenario.cartEdits && data.carts[0] === 1)
      visit("cart edited", set(put(data, "carts", 0, 2), world), false);
  };
}
