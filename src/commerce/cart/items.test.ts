import { env } from "cloudflare:workers";
import { beforeAll, expect, test } from "vitest";
import { api, data } from "../../testing/api";
import { person } from "../../testing/people";
import { addProduct, dollars, euros, figures, newSku, type Shop, shop } from "../catalog/testing";
import { goods, quantities } from "./testing";

let ada: Shop;
beforeAll(async () => {
  ada = await shop();
});

test("a cart shows what is in it at the price of now", async () => {
  const { sku, variantId, id } = await goods(ada, 1_250, {
    options: { colour: "red" },
    title: "Red",
    weightGrams: 100,
  });
  const bob = await person();
  const answer = await bob.api.post("/cart/items", { sku, quantity: 3 });
  expect([answer.status, answer.headers.get("etag")]).toEqual([200, '"1"']);
  expect(answer.data).toEqual({
    currency: "EUR",
    country: null,
    lines: [
      {
        ...{ variantId, sku, productId: id, merchantId: ada.merchantId },
        ...{ merchantName: "Lamps & More", title: "Desk lamp", variantTitle: "Red" },
        ...{ options: { colour: "red" }, image: null, quantity: 3 },
        ...{ state: "available", available: 50, unitPrice: euros(1_250), lowestBefore: null },
        ...{ gross: 3_750, discount: 0, tax: 0, total: 3_750, promotions: [] },
      },
    ],
    code: null,
    promotions: [],
    merchants: [
      {
        ...{ merchantId: ada.merchantId, name: "Lamps & More", ships: true, shipping: 0 },
        ...{ shippingDiscount: 0, tax: 0, taxIncluded: 0, total: 3_750 },
      },
    ],
    totals: {
      ...{ gross: 3_750, discount: 0, shipping: 0, shippingDiscount: 0 },
      ...{ tax: 0, taxIncluded: 0, total: 3_750 },
    },
    changes: [],
    version: 1,
  });
  expect(await data(200, bob.api.get("/cart"))).toEqual(answer.data);
});

test("a guest has a cart too, and nobody without an account", async () => {
  const { sku } = await goods(ada);
  const { accessToken } = await data(201, api().post("/auth/guest"));
  const guest = api({ token: accessToken });
  expect(quantities(await data(200, guest.post("/cart/items", { sku })))).toEqual({ [sku]: 1 });
  expect((await api().get("/cart")).status).toBe(401);
});

test("thirty adds at once lose nothing, and each costs one round trip", async () => {
  const [lamp, bulb] = [await goods(ada), await goods(ada)];
  const bob = await person();
  await bob.api.get("/cart");
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, i) =>
      bob.api.post("/cart/items", { sku: i % 3 === 0 ? bulb.sku : lamp.sku, quantity: 2 }),
    ),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(Math.max(...answers.map((answer) => figures(answer).trips))).toBe(1);
  const cart = await data(200, bob.api.get("/cart"));
  expect(quantities(cart)).toEqual({ [lamp.sku]: 40, [bulb.sku]: 20 });
  expect(cart.version).toBe(30);
});

test("thirty different items cost the round trips of one", async () => {
  const bob = await person();
  const skus = await Promise.all(Array.from({ length: 30 }, () => goods(ada)));
  for (const { sku } of skus) await bob.api.post("/cart/items", { sku });
  const edit = await bob.api.put(`/cart/items/${skus[7]!.sku}`, { quantity: 4 });
  expect([figures(edit).trips, edit.data.lines.length]).toEqual([1, 30]);
  expect(figures(await bob.api.get("/cart")).trips).toBe(1);
});

test("a quantity is set and a line taken out by SKU or variant", async () => {
  const [lamp, bulb] = [await goods(ada), await goods(ada)];
  const bob = await person();
  await bob.api.post("/cart/items", { variantId: lamp.variantId });
  await bob.api.post("/cart/items", { sku: bulb.sku });
  const set = await data(200, bob.api.put(`/cart/items/${lamp.sku}`, { quantity: 7 }));
  expect(quantities(set)).toEqual({ [lamp.sku]: 7, [bulb.sku]: 1 });
  const out = await data(200, bob.api.delete(`/cart/items/${lamp.variantId}`));
  expect(quantities(out)).toEqual({ [bulb.sku]: 1 });
  expect((await bob.api.delete(`/cart/items/${lamp.sku}`)).body.code).toBe("line_not_found");
  await data(204, bob.api.delete("/cart"));
  expect((await data(200, bob.api.get("/cart"))).lines).toEqual([]);
});

test("a SKU that two merchants use must be told apart", async () => {
  const eve = await shop({ name: "Eve's" });
  const { sku } = await goods(ada);
  await goods(eve, 2_000, { sku });
  const bob = await person();
  const add = (more = {}) => bob.api.post("/cart/items", { sku, ...more });
  const answer = await add();
  expect([answer.status, answer.body.code]).toEqual([409, "sku_ambiguous"]);
  expect((await data(200, add({ merchantId: eve.merchantId }))).lines[0].gross).toBe(2_000);
  const both = await data(200, add({ merchantId: ada.merchantId, quantity: 2 }));
  expect(both.lines).toHaveLength(2);
  expect((await bob.api.delete(`/cart/items/${sku}`)).body.code).toBe("sku_ambiguous");
  const left = await data(200, bob.api.delete(`/cart/items/${sku}?merchantId=${eve.merchantId}`));
  expect(left.lines).toMatchObject([{ merchantId: ada.merchantId, quantity: 2 }]);
});

test("what is not for sale is not found, however it is named", async () => {
  const draft = await goods(ada, 100, {}, { status: "draft" });
  const eve = await shop();
  const paused = await goods(eve);
  await data(200, eve.api.patch(`/merchants/${eve.merchantId}`, { paused: true }));
  const bob = await person();
  for (const item of [
    { sku: draft.sku },
    { variantId: draft.variantId },
    { sku: paused.sku },
    { sku: "nothing-has-this" },
    { variantId: bob.id },
  ])
    expect((await bob.api.post("/cart/items", item)).body.code).toBe("item_not_found");
  expect((await bob.api.get("/cart")).data).toMatchObject({ lines: [], version: 0 });
});

test("a line holds 999 at most, also of adds at once", async () => {
  const bob = await person();
  const { sku } = await goods(ada, 100, { stock: 5_000 });
  await Promise.all([1, 2, 3].map(() => bob.api.post("/cart/items", { sku, quantity: 600 })));
  expect(quantities(await data(200, bob.api.get("/cart")))).toEqual({ [sku]: 999 });
});

test("of five different items added at once to a cart of 97 three find a place", async () => {
  const bob = await person();
  const variants = Array.from({ length: 97 }, () => ({ sku: newSku(), prices: [euros(100)] }));
  const { id } = await addProduct(ada, { variants });
  await env.DB.prepare(
    `INSERT INTO cart_lines SELECT ?, id, 1, '{}', NULL, NULL, 1 FROM variants WHERE product_id = ?`,
  )
    .bind(bob.id, id)
    .run();
  const five = await Promise.all(Array.from({ length: 5 }, () => goods(ada)));
  const answers = await Promise.all(five.map(({ sku }) => bob.api.post("/cart/items", { sku })));
  expect(answers.filter(({ body }) => body.code === "cart_full")).toHaveLength(2);
  expect((await data(200, bob.api.get("/cart"))).lines).toHaveLength(100);
  await data(200, bob.api.post("/cart/items", { sku: variants[0]!.sku }));
});

test("a cart is priced in the currency asked for, one's own, or the one most is sold in", async () => {
  const both = await goods(ada, 900, { prices: [euros(900), dollars(1_000)] });
  const euro = await goods(ada, 500);
  const bob = await person();
  const first = await data(200, bob.api.post("/cart/items", { sku: both.sku }));
  expect([first.currency, first.totals.total]).toEqual(["USD", 1_000]);
  const second = await data(200, bob.api.post("/cart/items", { sku: euro.sku }));
  expect([second.currency, second.totals.total]).toEqual(["EUR", 1_400]);
  const asked = await data(200, bob.api.get("/cart?currency=USD"));
  expect(asked.totals.total).toBe(1_000);
  expect(asked.lines[1]).toMatchObject({ state: "not_in_currency", unitPrice: null, total: 0 });
  expect((await bob.api.get("/cart?currency=XYZ")).status).toBe(422);
});

test("a stale If-Match changes nothing", async () => {
  const { sku } = await goods(ada);
  const bob = await person();
  await bob.api.post("/cart/items", { sku });
  const old = { "if-match": '"0"' };
  const answers = [
    await bob.api.put(`/cart/items/${sku}`, { quantity: 9 }, old),
    await bob.api.delete(`/cart/items/${sku}`, undefined, old),
    await bob.api.delete("/cart", undefined, old),
  ];
  expect(answers.map(({ body }) => body.code)).toEqual(Array(3).fill("version_mismatch"));
  expect(quantities(await data(200, bob.api.get("/cart")))).toEqual({ [sku]: 1 });
});

test("an add that is sent again with its Idempotency-Key counts once", async () => {
  const { sku } = await goods(ada);
  const bob = await person();
  const add = () => bob.api.post("/cart/items", { sku }, { "idempotency-key": "add-1" });
  const first = await add();
  const again = await add();
  expect(again.headers.get("idempotency-replayed")).toBe("true");
  expect(again.data).toEqual(first.data);
  expect(quantities(await data(200, bob.api.get("/cart")))).toEqual({ [sku]: 1 });
});

test("sums beyond exact numbers leave a cart that can be looked at and made smaller", async () => {
  const bob = await person();
  const dear = await Promise.all(
    Array.from({ length: 10 }, () => goods(ada, 999_999_999_999, { oversell: "untracked" })),
  );
  for (const { sku } of dear) await bob.api.post("/cart/items", { sku, quantity: 999 });
  const cart = await data(200, bob.api.get("/cart"));
  expect([cart.totals, cart.lines.length]).toEqual([null, 10]);
  await data(200, bob.api.put(`/cart/items/${dear[0]!.sku}`, { quantity: 1 }));
  for (const { sku } of dear.slice(2)) await bob.api.delete(`/cart/items/${sku}`);
  expect((await data(200, bob.api.get("/cart"))).totals.total).toBe(1_000 * 999_999_999_999);
});

test.each([
  [{ quantity: 1 }, "body.sku"],
  [{ sku: "a", variantId: "018bcfe5-6800-7000-8000-000000000000" }, "body.sku"],
  [{ sku: "a", quantity: 0 }, "body.quantity"],
  [{ sku: "a", quantity: -1 }, "body.quantity"],
  [{ sku: "a", quantity: 1.5 }, "body.quantity"],
  [{ sku: "a", quantity: 1e12 }, "body.quantity"],
  [{ sku: "a", quantity: "2" }, "body.quantity"],
  [{ sku: "' OR 1=1 --" }, "body.sku"],
])("bad input %j names %s", async (body, path) => {
  const answer = await (await person()).api.post("/cart/items", body);
  expect(answer.status).toBe(422);
  expect(answer.body.errors.map((error: { path: string }) => error.path)).toEqual([path]);
});
