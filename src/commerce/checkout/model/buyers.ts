import type { Visit } from "./explore";
import type { Bench } from "./model";
import { perPair } from "./pool";
import { change, type Intent, indexOfIntent, intentIdOf, isPayable } from "./provider";
import { slots } from "./world";

/** The buyer, the provider's own course with its webhooks and dashboard, and the administrator. */
export function createBuyers({ pools, objects, scenario, spend }: Bench) {
  const cancelled = pools.event.idOf({ type: "cancelRequested", reason: "cancelled" });
  const refundOrdered = pools.event.idOf({ type: "refundOrdered" });

  /** Webhooks are free: any may come at any time, often or never, telling the latest or something old. */
  const hints = scenario.checkouts.map((_, me) =>
    perPair((provider) =>
      pools.provider.at(provider).intents.flatMap(({ attempt, status, lost }, index) => {
        const intentId = intentIdOf(me, index);
        const told = status === "succeeded" ? [null, status] : [null];
        return told.map((claims) => ({
          label: `c${me} ← webhook: ${intentId} ${claims ?? "changed"}`,
          event: pools.event.idOf({ type: "hinted", intentId, attempt, claims }),
          swept: lost && claims !== null,
        }));
      }),
    ),
  );

  function pay(world: number[], me: number, mine: number, visit: Visit): void {
    const slot = slots.provider + me;
    const provider = pools.provider.at(world[slot] ?? 0);
    provider.intents.forEach((intent, index) => {
      const name = `c${me} intent ${index}`;
      const set = (what: string, patch: Partial<Intent>, fair = false, from = world) =>
        visit(
          `${name} ${what}`,
          from.with(slot, pools.provider.idOf(change(provider, index, patch))),
          fair,
        );
      if (intent.status === "processing") {
        set("settles", { status: "succeeded" }, true);
        set("fails to settle", { status: "requires_payment_method" }, true);
      }
      if (!isPayable(intent)) return;
      if (index === mine) {
        set("is paid", { status: "succeeded" });
        set("is paid by slow means", { status: "processing" });
        const left = intent.amount === 400 ? null : spend(world, "tampers");
        if (left) set("gets another amount", { amount: 400 }, false, left);
      }
      const left = intent.lost ? spend(world, "strayPayments") : null;
      if (!left) return;
      set("is paid from the dashboard", { status: "succeeded" }, false, left);
      set("is paid slowly from the dashboard", { status: "processing" }, false, left);
    });
  }

  return (world: number[], me: number, visit: Visit): void => {
    const saga = pools.saga.at(world[slots.saga + me] ?? 0);
    const plan = scenario.checkouts[me];
    if (!plan) return;
    if (!saga) {
      visit(`c${me} begins`, objects.begin(world, me, plan), false);
      return;
    }
    const { intent, step } = saga.state;
    if (scenario.cancels)
      visit(`c${me} is cancelled`, objects.deliver(world, me, cancelled), false);
    if (step === "review")
      visit(`c${me} refund ordered`, objects.deliver(world, me, refundOrdered), true);
    for (const { label, event, swept } of hints[me]?.(world[slots.provider + me] ?? 0) ?? [])
      visit(label, objects.deliver(world, me, event), swept);
    pay(world, me, intent ? indexOfIntent(intent.id) : -1, visit);
  };
}
