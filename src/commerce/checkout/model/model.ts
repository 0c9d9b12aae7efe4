import { checkoutSteps } from "../transitions";
import { createBuyers } from "./buyers";
import type { Model, Visit } from "./explore";
import { always, drained, end, legal } from "./laws";
import { createObjects } from "./objects";
import { perPair } from "./pool";
import type { Faults, Scenario } from "./scenario";
import { createShop } from "./shop";
import { createTraffic } from "./traffic";
import { createPools, initialWorld, type Rules, read, realRules, slots } from "./world";

/**
 * Everything that can happen next in a world of one or two checkouts and two variants. Requests and
 * answers travel apart, so anything may come between them; webhooks cost nothing, so they come never,
 * often, late and in any order; the buyer pays, is declined, cancels and vanishes at any time.
 */
export function createModel(scenario: Scenario, rules: Rules = realRules) {
  const pools = createPools();
  const objects = createObjects(pools, rules);
  const faults = Object.keys(scenario.faults) as (keyof Faults)[];
  const withLess = perPair((id, index) => {
    const left = pools.faults.at(id);
    const name = faults[index];
    if (!name || left[name] === 0) return null;
    return pools.faults.idOf({ ...left, [name]: left[name] - 1 });
  });
  /** The world with one trouble less to come, or null when there was none left. */
  const spend = (world: number[], fault: keyof Faults): number[] | null => {
    const left = withLess(world[slots.faults] ?? 0, faults.indexOf(fault));
    return left === null ? null : world.with(slots.faults, left);
  };
  const bench = { pools, objects, scenario, rules, spend };
  const traffic = createTraffic(bench);
  const buyers = createBuyers(bench);
  const shop = createShop(bench);
  const isOver = perPair((id) => {
    const saga = pools.saga.at(id);
    return !saga || checkoutSteps[saga.state.step].length === 0;
  });
  const rests = (world: number[]) =>
    isOver(world[slots.saga] ?? 0) && isOver(world[slots.saga + 1] ?? 0);
  const view = (world: number[]) => read(pools, scenario, world);

  const model: Model = {
    initial: initialWorld(pools, scenario),
    successors(world: number[], visit: Visit) {
      for (const me of scenario.checkouts.keys()) {
        traffic(world, me, visit);
        buyers(world, me, visit);
      }
      shop(world, visit);
    },
    always: (world) => always(view(world), scenario),
    legal: (world, before) =>
      world[slots.database] === before[slots.database] &&
      world[slots.saga] === before[slots.saga] &&
      world[slots.saga + 1] === before[slots.saga + 1]
        ? null
        : legal(view(world), view(before), rules.mayFollow),
    drained: (world) => rests(world) && drained(view(world)),
    end: (world) => end(view(world), scenario),
    show: (world) => JSON.stringify(view(world), null, 1),
  };
  return { model, edges: objects.edges };
}

export interface Bench {
  pools: ReturnType<typeof createPools>;
  objects: ReturnType<typeof createObjects>;
  scenario: Scenario;
  rules: Rules;
  spend(world: number[], fault: keyof Faults): number[] | null;
}
