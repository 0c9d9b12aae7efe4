import type { Step } from "../saga";
import type { CheckoutState } from "../state";
import { createNets } from "./nets";
import { perPair } from "./pool";
import type { Plan } from "./scenario";
import { type Pools, type Rules, slots } from "./world";

const start = 0;
const lifetime = 1;

interface Kept {
  saga: number;
  requests: number[];
}

/** The checkout objects: what they save, send and receive. Time is before or after the expiry. */
export function createObjects(pools: Pools, rules: Rules) {
  const nets = createNets(pools);
  const edges = new Set<string>();

  function begin(world: number[], me: number, { cart, hash, amount, quantities }: Plan): number[] {
    const lines = quantities.map((quantity, index) => ({ variantId: `v${index}`, quantity }));
    const purchase = {
      cartId: `cart${cart}`,
      hash,
      amount,
      currency: "USD",
      lines: lines.filter(({ quantity }) => quantity > 0),
    };
    return put(world, me, keep(rules.beginCheckout(`c${me}`, purchase, start, lifetime), false));
  }

  const steps = [start, start + lifetime].map((now) =>
    perPair((id, eventId): Kept => {
      const saga = pools.saga.at(id);
      if (!saga) return { saga: id, requests: [] };
      const event = pools.event.at(eventId);
      const next = rules.step(saga.state, event, now);
      const [from, to] = [saga.state.step, next.state.step];
      if (from !== to) edges.add(`${from} → ${to}`);
      return keep(next, event.type === "woken" ? false : saga.armed);
    }),
  );

  function deliver(world: number[], me: number, event: number, late = 0): number[] {
    const id = world[slots.saga + me] ?? 0;
    const next = steps[late]?.(id, event);
    if (!next || (next.saga === id && next.requests.length === 0)) return world;
    return put(world, me, next);
  }

  function keep({ state, effects }: Step, armed: boolean): Kept {
    const requests: number[] = [];
    let alarm = armed;
    for (const effect of effects)
      if (effect.type === "armAlarm") alarm = effect.at !== null;
      else requests.push(pools.packet.idOf({ kind: "request", effect }));
    return { saga: pools.saga.idOf({ state: withoutCounters(state), armed: alarm }), requests };
  }

  function put(world: number[], me: number, { saga, requests }: Kept): number[] {
    const next = world.slice();
    next[slots.saga + me] = saga;
    for (const request of requests)
      next[slots.net + me] = nets.send(next[slots.net + me] ?? 0, request);
    return next;
  }

  return { begin, deliver, nets, edges };
}

/** Counters only space retries out, so states that differ in them alone are the same state. */
function withoutCounters(state: CheckoutState): CheckoutState {
  const strays = state.strays.map((stray) => ({ ...stray, cancels: 0 }));
  return { ...state, waits: 0, cancels: 0, strays };
}
