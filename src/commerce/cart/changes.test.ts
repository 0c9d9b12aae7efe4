import { env } from "cloudflare:workers";
import { beforeAll, expect, test } from "vitest";
import { data, type Json } from "../../testing/api";
import { type Person, person } from "../../testing/people";
import { dollars, euros, figures, type Shop, shop } from "../catalog/testing";
import { goods } from "./testing";

let ada: Shop;
beforeAll(async () => {
  ada = await shop();
});

const look = ({ api }: Person) => data(200, api.get("/cart"));
const changesOf = async (who: Person): Promise<Json[]> => (await look(who)).changes;

/** The projection of a variant's stock, as its object would write it. */
const setAvailable = (variantId: string, available: number) =>
  env.DB.prepare("UPDATE inventory SET available = ?, version = version + 1 WHERE variant_id = ?")
    .bind(available, variantId)
    .run();

async function holding(quantity: number, more: object = {}) {
  const bob = await person();
  const item = await goods(ada, 1_000, { stock: 10, ...more });
  await data(200, bob.api.post("/cart/items", { sku: item.sku, quantity }));
  return { bob, ...item };
}

test("a price that changed is told once, and counts at once", async () => {
  const { bob, variantId, change } = await holding(2);
  await change({ prices: [euros(1_200)] });
  const cart = await look(bob);
  expect(cart.changes).toEqual([
    { kind: "price_changed", variantId, before: euros(1_000), now: euros(1_200) },
  ]);
  expect(cart.totals.total).toBe(2_400);
  expect(await changesOf(bob)).toEqual([]);
  await change({ prices: [euros(900)] });
  const reduced = await look(bob);
  expect(reduced.lines[0].lowestBefore).toEqual(euros(1_000));
  expect(reduced.changes).toMatchObject([{ before: euros(1_200), now: euros(900) }]);
});

test("of ten who look at once, one is told", async () => {
  const { bob, change } = await holding(1);
  await change({ prices: [euros(500)] });
  const answers = await Promise.all(Array.from({ length: 10 }, () => bob.api.get("/cart")));
  expect(answers.flatMap(({ data }) => data.changes)).toHaveLength(1);
  expect(Math.max(...answers.map((answer) => figures(answer).trips))).toBe(2);
});

test("stock that no longer suffices, sells out and comes back is told each time", async () => {
  const { bob, variantId } = await holding(5);
  await setAvailable(variantId, 3);
  const few = await look(bob);
  expect(few.changes).toEqual([{ kind: "less_available", variantId, available: 3 }]);
  expect(few.lines).toMatchObject([{ state: "too_few", available: 3, total: 5_000 }]);
  await setAvailable(variantId, 0);
  const none = await look(bob);
  expect(none.changes).toEqual([{ kind: "sold_out", variantId }]);
  expect(none.lines).toMatchObject([{ state: "sold_out", total: 0 }]);
  expect(none.totals.total).toBe(0);
  expect(await changesOf(bob)).toEqual([]);
  await setAvailable(variantId, 5);
  expect(await changesOf(bob)).toEqual([{ kind: "available_again", variantId }]);
});

test("whoever adds more than there is hears it in the answer", async () => {
  const bob = await person();
  const { sku, variantId } = await goods(ada, 100, { stock: 2 });
  const add = () => data(200, bob.api.post("/cart/items", { sku, quantity: 2 }));
  expect((await add()).changes).toEqual([]);
  expect((await add()).changes).toEqual([{ kind: "less_available", variantId, available: 2 }]);
  const fewer = await data(200, bob.api.put(`/cart/items/${sku}`, { quantity: 1 }));
  expect([fewer.changes, fewer.lines[0].state]).toEqual([[], "available"]);
});

test("stock that is owed or not counted is never short", async () => {
  for (const oversell of ["backorder", "untracked"]) {
    const { bob } = await holding(9, { oversell, stock: 0 });
    const [line] = (await look(bob)).lines;
    expect(line).toMatchObject({ state: "available", available: null });
  }
});

test("what is archived, or whose merchant pauses, is gone and counts nothing", async () => {
  const eve = await shop();
  const { bob, variantId, id } = await holding(1);
  const other = await goods(eve);
  await bob.api.post("/cart/items", { sku: other.sku });
  await data(204, ada.api.delete(`/products/${id}`));
  expect(await changesOf(bob)).toEqual([{ kind: "gone", variantId }]);
  await data(200, eve.api.patch(`/merchants/${eve.merchantId}`, { paused: true }));
  const cart = await look(bob);
  expect(cart.changes).toEqual([{ kind: "gone", variantId: other.variantId }]);
  expect(cart.lines.map(({ state }: Json) => state)).toEqual(["gone", "gone"]);
  expect(cart.totals.total).toBe(0);
  await data(200, eve.api.patch(`/merchants/${eve.merchantId}`, { paused: false }));
  expect(await changesOf(bob)).toMatchObject([{ kind: "available_again" }]);
});

test("another currency is no change of the price", async () => {
  const { bob, variantId } = await holding(1, { prices: [euros(1_000), dollars(1_100)] });
  for (const currency of ["EUR", "USD", "EUR"])
    expect((await data(200, bob.api.get(`/cart?currency=${currency}`))).changes).toEqual([]);
  expect((await look(bob)).lines).toMatchObject([{ variantId, unitPrice: dollars(1_100) }]);
});
