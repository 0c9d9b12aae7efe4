import { availableOf } from "../../stock/stock";
import type { Effect } from "../effects";
import type { CheckoutEvent } from "../events";
import { type Database, recordReview } from "./database";
import { perPair } from "./pool";
import { cancelIntent, type Provider, refundIntent, retrieveIntent } from "./provider";
import type { Faults, Scenario } from "./scenario";
import { holdOf, type Variant, write } from "./variant";
import { type Pools, type Rules, slots } from "./world";

/** What became of the part that an effect concerns, what it answers, and which trouble it met. */
export interface Outcome {
  part: number;
  answer: number;
  fault: keyof Faults | null;
}

type StockEffect = Extract<Effect, { type: "reserve" | "commit" | "release" | "restock" }>;

/** All that can come of performing one effect, `displace` apart, which concerns another checkout. */
export function createPerform(pools: Pools, scenario: Scenario, rules: Rules, me: number) {
  const done = (part: number, event: CheckoutEvent, fault: Outcome["fault"] = null): Outcome => ({
    part,
    answer: pools.event.idOf(event),
    fault,
  });

  function onDatabase(effect: Effect, data: Database): Outcome[] {
    const wrote = ([next, answer]: [Database, CheckoutEvent]) => [
      done(pools.database.idOf(next), answer),
    ];
    switch (effect.type) {
      case "openCheckout":
        return wrote(rules.openCheckout(data, scenario, me));
      case "recordOrder":
        return wrote(rules.recordOrder(data, scenario, me));
      case "completeOrder":
        return wrote(rules.completeOrder(data, scenario, me));
      case "closeCheckout":
        return wrote(rules.closeCheckout(data, scenario, me, effect.orderStatus));
      default:
        return wrote(recordReview(data, scenario, me));
    }
  }

  function onProvider(effect: Effect, provider: Provider): Outcome[] {
    const did = ([next, answer]: [Provider, CheckoutEvent], fault: Outcome["fault"] = null) =>
      done(pools.provider.idOf(next), answer, fault);
    switch (effect.type) {
      case "retrieveIntent":
        return [did(retrieveIntent(provider, effect.intentId))];
      case "cancelIntent":
        return [did(cancelIntent(provider, effect.intentId))];
      case "refund":
        return [did(refundIntent(provider, effect.intentId))];
      case "createIntent": {
        const { attempt, amount } = effect;
        const create = (fault: "none" | "lost" | "refused") =>
          rules.createIntent(provider, me, attempt, amount, fault);
        return [
          did(create("none")),
          did(create("lost"), "lostIntents"),
          did(create("refused"), "refusals"),
        ];
      }
      default:
        return [];
    }
  }

  function onVariant(effect: StockEffect, variant: Variant): Outcome[] {
    const { variantId } = effect;
    const { level } = variant;
    const hold = holdOf(variant, me);
    if (effect.type === "restock") {
      const reference = `${effect.reference}`;
      const known = variant.references.includes(reference);
      const change = rules.restock(level, effect.quantity, reference, known);
      const part = pools.variant.idOf(write(variant, me, change, hold));
      return [done(part, { type: "released", variantId })];
    }
    const { quantity, expiresAt } = { quantity: 0, expiresAt: 0, ...effect };
    const change =
      effect.type === "reserve"
        ? rules.reserve(level, hold, { quantity, expiresAt })
        : rules[effect.type](level, hold, `c${me}`);
    const part = pools.variant.idOf(write(variant, me, change, change.hold));
    if (effect.type === "release") return [done(part, { type: "released", variantId })];
    if (effect.type === "commit")
      return [done(part, { type: change.refusal ? "commitRefused" : "committed", variantId })];
    const available = availableOf(change.level) ?? 0;
    return [
      change.refusal
        ? done(part, { type: "reserveRefused", variantId, available })
        : done(part, { type: "reserved", variantId }),
    ];
  }

  const outcomes = perPair((packet, part): Outcome[] => {
    const { effect } = pools.packet.at(packet);
    const slot = slotOf(effect, me);
    if (slot === slots.database) return onDatabase(effect, pools.database.at(part));
    if (slot === slots.provider + me) return onProvider(effect, pools.provider.at(part));
    return onVariant(effect as StockEffect, pools.variant.at(part));
  });

  return (world: readonly number[], packet: number) => {
    const slot = slotOf(pools.packet.at(packet).effect, me);
    return { slot, outcomes: outcomes(packet, world[slot]) };
  };
}

function slotOf(effect: Effect, me: number): number {
  if ("variantId" in effect) return slots.variant + Number(effect.variantId.slice(1));
  const asks = ["createIntent", "retrieveIntent", "cancelIntent", "refund"];
  return asks.includes(effect.type) ? slots.provider + me : slots.database;
}
