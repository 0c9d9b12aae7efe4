import { type Faults, type Plan, plan, type Scenario, scenario } from "./scenario";

function one(name: string, faults: Partial<Faults>, change: Partial<Plan> = {}): Scenario {
  return scenario(name, [plan(0, change)], { stock: [2, 2], faults });
}

export const lastUnits = scenario(
  "two carts, the last of both variants, a crash",
  [plan(0), plan(1)],
  { cancels: false, faults: { crashes: 1 } },
);

const dear = { hash: "dearer shipping", amount: 600 };

/** Stock for both, so that only the law of the cart stands between them. */
export const rivals = scenario("two totals of one cart", [plan(0), plan(0, dear)], {
  stock: [2, 2],
});

export const oneCoupon = scenario(
  "a free order beside a paid one, one coupon",
  [plan(0, { amount: 0 }), plan(1)],
  { stock: [2, 2], coupons: 1 },
);

export const alone = one("two crashes and an altered amount", { crashes: 2, tampers: 1 });

export const strayPaid = one("a lost intent that is paid, and a crash", {
  lostIntents: 1,
  strayPayments: 1,
  crashes: 1,
});

/** Together they walk every edge of the table of steps. */
export const scenarios: Scenario[] = [
  scenario("two carts, the last of both variants", [plan(0), plan(1)]),
  lastUnits,
  rivals,
  scenario(
    "two totals of one cart, a crash",
    [plan(0, { quantities: [1, 0] }), plan(0, { ...dear, quantities: [1, 0] })],
    { stock: [2, 2], cancels: false, faults: { crashes: 1 } },
  ),
  scenario("a cart edited after its checkout", [plan(0), plan(0, { hash: "edited", version: 2 })], {
    stock: [2, 2],
    cartEdits: true,
  }),
  scenario("one purchase asked for twice", [plan(0), plan(0)], { stock: [2, 2] }),
  oneCoupon,
  alone,
  one("answers heard twice, and a crash", { echoes: 2, crashes: 1 }),
  strayPaid,
  one("a refusal and a lost intent that is paid", {
    lostIntents: 2,
    strayPayments: 1,
    refusals: 1,
  }),
  one("a provider that loses every intent", { lostIntents: 3 }),
  one("a hand in the database, and a crash", { sabotages: 1, crashes: 1 }),
  one("a hand in the database of a free order", { sabotages: 1 }, { amount: 0 }),
];
