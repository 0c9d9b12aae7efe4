import { expect, test } from "vitest";
import { money } from "../lib/money";
import { euros, flat, input, item, merchant, quote, tax } from "./arbitraries";
import { promotion } from "./promotions/arbitraries";
import { quoteCart } from "./quote";

test("a German order with a discount: tax inside, commission on the net, shipping taxed", () => {
  const { lines, merchants, totals } = quote({
    lines: [{ ...item("a", 1990, 3), compareAt: euros(2490) }],
    promotions: [promotion({ benefit: { kind: "percent", basisPoints: 1500 } })],
    merchants: new Map([["m1", merchant({ taxRates: [tax(1900)], shippingRates: [flat(490)] })]]),
  });
  expect(lines[0]).toMatchObject({
    compareAt: 2490,
    gross: 5970,
    discount: 896,
    platformDiscount: 896,
    tax: 810,
    taxIncluded: 810,
    net: 4264,
    total: 5074,
    commission: 426,
  });
  expect(merchants[0]?.shipping).toMatchObject({
    amount: 490,
    tax: 78,
    taxIncluded: 78,
    total: 490,
  });
  expect(totals).toMatchObject({ total: 5564, tax: 888, taxIncluded: 888 });
});

test("an American order: tax on top, half a cent up, shipping untaxed", () => {
  const rate = tax(825, { country: "US", inclusive: false, taxesShipping: false });
  const { lines, totals } = quote({
    lines: [item("a", 1000)],
    destination: { country: "US" },
    merchants: new Map([["m1", merchant({ taxRates: [rate], shippingRates: [flat(500)] })]]),
  });
  expect(lines[0]).toMatchObject({
    tax: 83,
    taxIncluded: 0,
    net: 1000,
    total: 1083,
    commission: 100,
  });
  expect(totals.total).toBe(1583);
});

test("free above counts what the goods cost after discounts", () => {
  const merchants = new Map([["m1", merchant({ shippingRates: [flat(490, 5000)] })]]);
  expect(quote({ lines: [item("a", 5000)], merchants }).totals.shipping).toBe(0);
  expect(
    quote({ lines: [item("a", 5000)], merchants, promotions: [promotion()] }).totals.shipping,
  ).toBe(490);
});

test("free shipping is taken off, untaxed, and counts as what the promotion gave", () => {
  const free = promotion({ benefit: { kind: "free_shipping" }, code: "FREE" });
  const merchants = new Map([
    ["m1", merchant({ taxRates: [tax(1900)], shippingRates: [flat(490)] })],
  ]);
  const given = quote({ lines: [item("a", 1000)], merchants, promotions: [free] });
  expect(given.merchants[0]?.shipping).toMatchObject({
    amount: 490,
    discount: 490,
    tax: 0,
    total: 0,
    promotionId: "p1",
  });
  expect(given.promotions).toMatchObject([{ promotionId: "p1", code: "FREE", amount: 490 }]);
  expect(given.totals).toMatchObject({ shipping: 490, shippingDiscount: 490, total: 1000 });
});

test("free shipping beyond its budget, or where shipping costs nothing, is not used and blocks nothing", () => {
  const free = promotion({
    id: "free",
    benefit: { kind: "free_shipping" },
    stacking: "exclusive",
    priority: 1,
    currency: "EUR",
    budget: 1000,
    budgetUsed: 511,
  });
  const sale = promotion({ id: "sale" });
  const explain = (shipping: number) => {
    const merchants = new Map([["m1", merchant({ shippingRates: [flat(shipping)] })]]);
    const quoted = quoteCart(
      input({ lines: [item("a", 1000)], merchants, promotions: [free, sale] }),
    );
    return "quote" in quoted ? quoted.explanation.promotions : expect.fail();
  };
  const [applied] = explain(489);
  expect(applied).toMatchObject({ promotionId: "free", applied: true });
  for (const [shipping, reason] of [
    [490, "budget_exhausted"],
    [0, "nothing_left"],
  ] as const)
    expect(explain(shipping)).toMatchObject([
      { promotionId: "free", applied: false, reason },
      { promotionId: "sale", applied: true, amount: 100 },
    ]);
});

test("a merchant that does not ship there is named, and nothing is sold by halves", () => {
  const german = { ...flat(490), country: "DE" as const };
  const quoted = quoteCart(
    input({
      lines: [item("a", 1000), item("b", 1000, 1, "m2")],
      destination: { country: "FR" },
      merchants: new Map([
        ["m1", merchant({ shippingRates: [german] })],
        ["m2", merchant()],
      ]),
    }),
  );
  expect(quoted).toEqual({ undeliverable: ["m1"] });
});

test("dinars are paid to the last digit 0", () => {
  const dinars = (amount: number) => money(amount, "KWD");
  const lines = [{ ...item("a", 0, 3), unitPrice: dinars(1_230) }];
  const merchants = new Map([["m1", merchant({ taxRates: [tax(500, { inclusive: false })] })]]);
  const { totals } = quote({ currency: "KWD", lines, merchants, promotions: [promotion()] });
  expect(totals).toMatchObject({ gross: 3_690, discount: 370, tax: 170, total: 3_490 });
});

test("amounts that no integer holds exactly are refused", () => {
  const lines = [item("a", 999_999_999_999, 9_999)];
  expect(() => quote({ lines })).toThrow("unsafe_amount");
  expect(() => quote({ lines: [{ ...item("a", 1), weight: -1 }] })).toThrow("bad_quantity");
});
