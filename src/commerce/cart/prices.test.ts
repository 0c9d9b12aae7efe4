import { env } from "cloudflare:workers";
import { beforeAll, expect, test } from "vitest";
import { Context, systemContext } from "../../data/context";
import { newId } from "../../lib/id";
import { data, type Json } from "../../testing/api";
import { person } from "../../testing/people";
import { dollars, euros, type Shop, shop } from "../catalog/testing";
import { holdPromotions } from "../promotions/uses";
import { readsOfCart } from "./read";
import { goods } from "./testing";

let ada: Shop;
let admin: Awaited<ReturnType<typeof person>>;
beforeAll(async () => {
  [ada, admin] = [await shop(), await person({ role: "admin" })];
});

let codes = 0;
const newCode = () => {
  codes += 1;
  return `CODE-${codes}`;
};

const percent = (basisPoints: number) => ({ kind: "percent", basisPoints });
const promote = (more: object): Promise<Json> =>
  data(
    201,
    ada.api.post("/promotions", {
      ...{ title: "Sale", merchantId: ada.merchantId, benefit: percent(1_000) },
      ...more,
    }),
  );

async function cartOf(sku: string, quantity = 1) {
  const bob = await person();
  const cart = await data(200, bob.api.post("/cart/items", { sku, quantity }));
  return { bob, cart, look: (query = "") => data(200, bob.api.get(`/cart${query}`)) };
}

test("a code takes off what it promises, line by line, until it is taken out", async () => {
  const [dear, cheap] = [await goods(ada, 1_001), await goods(ada, 500)];
  const code = newCode();
  const { id } = await promote({ code, eligible: { variantIds: [dear.variantId] } });
  const { bob } = await cartOf(dear.sku);
  await bob.api.post("/cart/items", { sku: cheap.sku });
  const cart = await data(
    200,
    bob.api.post("/cart/promotion", { code: ` ${code.toLowerCase()} ` }),
  );
  expect(cart.code).toBe(code);
  expect(cart.promotions).toEqual([
    {
      ...{ promotionId: id, merchantId: ada.merchantId, title: "Sale", code },
      ...{ applied: true, amount: 100, freeShipping: [] },
    },
  ]);
  expect(cart.lines.map((line: Json) => [line.discount, line.promotions[0]])).toEqual([
    [100, { promotionId: id, applied: true, amount: 100 }],
    [0, { promotionId: id, applied: false, reason: "no_eligible_items" }],
  ]);
  expect(cart.totals).toMatchObject({ gross: 1_501, discount: 100, total: 1_401 });
  const without = await data(200, bob.api.delete("/cart/promotion"));
  expect(without).toMatchObject({ code: null, promotions: [], totals: { discount: 0 } });
});

test("a code of nothing in the cart is unknown, and what it says stays secret", async () => {
  const eve = await shop();
  const code = newCode();
  await data(
    201,
    eve.api.post("/promotions", {
      ...{ title: "Eve's", merchantId: eve.merchantId, benefit: percent(1_000), code },
    }),
  );
  const { bob } = await cartOf((await goods(ada)).sku);
  for (const entered of [code, "NOBODYS-CODE"]) {
    const answer = await bob.api.post("/cart/promotion", { code: entered });
    expect([answer.status, answer.body.code]).toEqual([422, "unknown_promotion_code"]);
  }
  await bob.api.post("/cart/items", { sku: (await goods(eve)).sku });
  expect((await bob.api.post("/cart/promotion", { code })).status).toBe(200);
});

test("what needs no code counts by itself, the platform's too, and a code says why it does not", async () => {
  const { sku, variantId } = await goods(ada, 2_000);
  const only = { eligible: { variantIds: [variantId] } };
  const own = await promote({ ...only, priority: 1 });
  const platform = await data(
    201,
    admin.api.post("/promotions", { ...only, title: "Platform", benefit: percent(500) }),
  );
  const code = newCode();
  const minimum = euros(5_000);
  await promote({ ...only, code, minimum });
  const { bob, cart } = await cartOf(sku);
  expect(cart.promotions.map((one: Json) => [one.promotionId, one.amount])).toEqual([
    [own.id, 200],
    [platform.id, 90],
  ]);
  const entered = await data(200, bob.api.post("/cart/promotion", { code }));
  expect(entered.promotions).toContainEqual(
    expect.objectContaining({ code, applied: false, reason: "below_minimum", missing: 3_000 }),
  );
  await data(200, ada.api.patch(`/promotions/${own.id}`, { status: "paused" }));
  await data(204, admin.api.delete(`/promotions/${platform.id}`));
  expect((await data(200, bob.api.get("/cart"))).totals.discount).toBe(0);
});

test("a promotion that the customer has used up is refused to this customer only", async () => {
  const { sku, variantId } = await goods(ada, 2_000);
  const { id } = await promote({ customerLimit: 1, eligible: { variantIds: [variantId] } });
  const [{ bob }, { look }] = [await cartOf(sku), await cartOf(sku)];
  const { db } = systemContext();
  const uses = [{ promotionId: id, amount: 200 }];
  const held = { checkoutId: newId(), customerId: bob.id, currency: "EUR", uses, now: 1 } as const;
  await db.batch(holdPromotions(db, held));
  const { promotions } = await data(200, bob.api.get("/cart"));
  expect(promotions).toMatchObject([{ applied: false, reason: "customer_limit_reached" }]);
  expect((await look()).promotions).toMatchObject([{ applied: true, amount: 200 }]);
});

test("tax and shipping are those of where the customer is", async () => {
  const eve = await shop();
  const { sku } = await goods(eve, 10_000, { weightGrams: 500 });
  const flat = (country: string, amount: number) => {
    return { country, currency: "EUR", cost: { kind: "flat", price: euros(amount) } };
  };
  const shipping = { rates: [{ ...flat("DE", 490), freeAbove: euros(20_000) }, flat("FR", 900)] };
  const tax = { rates: [{ country: "DE", basisPoints: 1_900, inclusive: true }] };
  await data(200, eve.api.put(`/merchants/${eve.merchantId}/shipping-rates`, shipping));
  await data(200, eve.api.put(`/merchants/${eve.merchantId}/tax-rates`, tax));
  const { bob, look } = await cartOf(sku);
  expect((await look("?country=DE")).totals).toMatchObject({
    ...{ shipping: 490, tax: 1_597, taxIncluded: 1_597, total: 10_490 },
  });
  expect((await look("?country=FR")).totals).toMatchObject({ shipping: 900, tax: 0 });
  const far = await look("?country=JP");
  expect(far.totals).toMatchObject({ shipping: 0, total: 10_000 });
  expect(far.merchants).toMatchObject([{ merchantId: eve.merchantId, ships: false }]);
  const free = await data(200, bob.api.put(`/cart/items/${sku}?country=DE`, { quantity: 2 }));
  expect(free.totals).toMatchObject({ shipping: 0, total: 20_000 });
  expect((await bob.api.get("/cart?country=Germany")).status).toBe(422);
});

test("a category's own tax counts for what stands below it", async () => {
  const eve = await shop();
  const slug = `tea-${newId()}`;
  const top = await data(201, admin.api.post("/categories", { slug, name: "Tea" }));
  const child = { slug: `${slug}-green`, name: "Green", parent: top.id };
  await data(201, admin.api.post("/categories", child));
  const rates = [
    { country: "*", basisPoints: 2_000 },
    { country: "*", categoryId: top.id, basisPoints: 700 },
  ];
  await data(200, eve.api.put(`/merchants/${eve.merchantId}/tax-rates`, { rates }));
  const tea = await goods(eve, 1_000, {}, { category: child.slug });
  const { bob, cart } = await cartOf(tea.sku);
  expect(cart.lines).toMatchObject([{ tax: 70, total: 1_070 }]);
  const lamp = await data(200, bob.api.post("/cart/items", { sku: (await goods(eve)).sku }));
  expect(lamp.totals).toMatchObject({ tax: 270, total: 2_270 });
});

test("no answer tells what the platform keeps of a sale", async () => {
  const { cart } = await cartOf((await goods(ada, 1_000, { prices: [dollars(1_000)] })).sku);
  expect(JSON.stringify(cart)).not.toMatch(/commission|platformDiscount/i);
});

test("no statement of a cart scans a table", async () => {
  const { bob } = await cartOf((await goods(ada)).sku);
  const { database, requestId } = systemContext();
  const ctx = new Context({ id: bob.id, role: "user", sessionId: null }, requestId, database);
  for (const read of readsOfCart(ctx, { country: "DE", code: "CODE" })) {
    const { sql, params } = read.toSQL();
    const plan = env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`).bind(...params);
    const { results } = await plan.all<{ detail: string }>();
    expect(results.length).toBeGreaterThan(0);
    expect(
      results.filter(({ detail }) => /^SCAN (?!\()/.test(detail)),
      sql,
    ).toEqual([]);
  }
});
