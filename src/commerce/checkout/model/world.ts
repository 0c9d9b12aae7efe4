import * as stock from "../../stock/stock";
import type { Effect } from "../effects";
import type { CheckoutEvent } from "../events";
import { beginCheckout, step } from "../saga";
import type { CheckoutState } from "../state";
import { mayFollow } from "../transitions";
import * as database from "./database";
import { createPool } from "./pool";
import * as provider from "./provider";
import type { Faults, Scenario } from "./scenario";
import { newVariant, type Variant } from "./variant";

/** The rules under test; a mutant is the same with one of them replaced. */
export const realRules = {
  beginCheckout,
  step,
  mayFollow,
  reserve: stock.reserve,
  commit: stock.commit,
  release: stock.release,
  restock: stock.restock,
  decideDueHold: stock.decideDueHold,
  openCheckout: database.openCheckout,
  recordOrder: database.recordOrder,
  completeOrder: database.completeOrder,
  closeCheckout: database.closeCheckout,
  createIntent: provider.createIntent,
};
export type Rules = typeof realRules;

/** A checkout object: what it saved, and whether its alarm is set. */
export interface Saga {
  state: CheckoutState;
  armed: boolean;
}

/** In flight: a request, one whose sender died, the answer to a request, or an answer heard already. */
export type Packet =
  | { kind: "request" | "orphan"; effect: Effect }
  | { kind: "answer" | "echo"; effect: Effect; event: CheckoutEvent };

/** Where in the tuple each part of the world is; there are two of everything but the last two. */
export const slots = { saga: 0, net: 2, variant: 4, provider: 6, database: 8, faults: 9 };

export type Pools = ReturnType<typeof createPools>;

export function createPools() {
  return {
    saga: createPool<Saga | null>(),
    packet: createPool<Packet>(),
    net: createPool<number[]>(),
    variant: createPool<Variant>(),
    provider: createPool<provider.Provider>(),
    database: createPool<database.Database>(),
    faults: createPool<Faults>(),
    event: createPool<CheckoutEvent>(),
  };
}

export function initialWorld(pools: Pools, { stock: onHand, checkouts, faults }: Scenario) {
  const quiet = pools.net.idOf([]);
  const nobody = pools.saga.idOf(null);
  const unused = pools.provider.idOf({ intents: [], refused: [] });
  const variants = onHand.map((units) => pools.variant.idOf(newVariant(units, checkouts.length)));
  const data = pools.database.idOf({
    rows: checkouts.map(() => "none"),
    orders: checkouts.map(() => "none"),
    completions: checkouts.map(() => 0),
    carts: [1, 1],
    alerts: checkouts.map(() => false),
  });
  const pairs = [nobody, nobody, quiet, quiet, ...variants, unused, unused];
  return [...pairs, data, pools.faults.idOf(faults)];
}

/** The world as values, for laws and for people. */
export function read(pools: Pools, { checkouts }: Scenario, world: readonly number[]) {
  const at = (slot: number) => world[slot] ?? 0;
  return {
    database: pools.database.at(at(slots.database)),
    variants: [0, 1].map((v) => pools.variant.at(at(slots.variant + v))),
    checkouts: checkouts.map((plan, me) => ({
      plan,
      saga: pools.saga.at(at(slots.saga + me)),
      packets: pools.net.at(at(slots.net + me)).map(pools.packet.at),
      intents: pools.provider.at(at(slots.provider + me)).intents,
    })),
  };
}
export type View = ReturnType<typeof read>;
