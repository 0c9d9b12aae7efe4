import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { newId } from "../../lib/id";
import { data } from "../../testing/api";
import { addProduct, euros, newSku, type Shop, shop } from "../catalog/testing";

async function variantOf(owner: Shop, more: object = {}, stock = 5): Promise<string> {
  const variant = { sku: newSku(), prices: [euros(4900)], stock, ...more };
  return (await addProduct(owner, { variants: [variant] })).variants[0].id;
}

const of = (variantId: string) => env.SKU_STOCK.getByName(variantId);
const later = () => Date.now() + 60_000;
const request = (quantity = 1) => ({ checkoutId: newId(), quantity, expiresAt: later() });

const inventoryOf = (id: string) =>
  env.DB.prepare("SELECT available, version FROM inventory WHERE variant_id = ?").bind(id).first();

test("the object takes over what the catalogue was told, and D1 follows it", async () => {
  const id = await variantOf(await shop());
  expect(await of(id).reserve(request(2))).toEqual({ refusal: null, available: 3 });
  await vi.waitFor(async () => expect(await inventoryOf(id)).toMatchObject({ available: 3 }));
  expect((await of(id).peek()).movements).toMatchObject([{ quantity: 5, reference: "initial" }]);
});

test("two hundred buyers of twenty units get exactly twenty", async () => {
  const id = await variantOf(await shop(), {}, 20);
  const outcomes = await Promise.all(Array.from({ length: 200 }, () => of(id).reserve(request())));
  expect(outcomes.filter(({ refusal }) => refusal === null)).toHaveLength(20);
  expect(outcomes.filter(({ refusal }) => refusal === "insufficient")).toHaveLength(180);
  expect(await of(id).peek()).toMatchObject({ onHand: 20, held: 20, available: 0 });
});

test("a refusal when nothing is left writes no row", async () => {
  const id = await variantOf(await shop(), {}, 1);
  await of(id).reserve(request());
  const written = () =>
    runInDurableObject(of(id), (_, { storage }) =>
      storage.sql.exec("SELECT count(*) AS n FROM holds").one(),
    );
  const before = await written();
  for (let i = 0; i < 10; i++) await of(id).reserve(request());
  expect(await written()).toEqual(before);
});

test("every call counts once, and what was released cannot be revived", async () => {
  const id = await variantOf(await shop());
  const mine = request(2);
  for (let i = 0; i < 3; i++) expect((await of(id).reserve(mine)).available).toBe(3);
  for (let i = 0; i < 3; i++) await of(id).commit(mine.checkoutId);
  expect(await of(id).peek()).toMatchObject({ onHand: 3, held: 0 });
  const gone = request(1);
  await of(id).release(gone.checkoutId);
  expect(await of(id).reserve(gone)).toMatchObject({ refusal: "released" });
  for (let i = 0; i < 3; i++) await of(id).restock(4, "delivery-1");
  expect((await of(id).peek()).onHand).toBe(7);
});

test("what was held survives an eviction", async () => {
  const id = await variantOf(await shop());
  const mine = request(4);
  await of(id).reserve(mine);
  await evictDurableObject(of(id));
  expect(await of(id).peek()).toMatchObject({ held: 4, available: 1 });
});

test("the alarm frees only what a checkout that is over had held", async () => {
  const id = await variantOf(await shop());
  await of(id).reserve({ ...request(2), expiresAt: Date.now() - 1 });
  await vi.waitFor(() => runDurableObjectAlarm(of(id)));
  expect(await of(id).peek()).toMatchObject({ onHand: 5, held: 0 });
});

test("on hand is the sum of the movements, whatever happened", async () => {
  const id = await variantOf(await shop(), { oversell: "backorder" }, 3);
  await of(id).configure({ backorderLimit: 4 });
  const [first, second] = [request(5), request(2)];
  expect(await of(id).reserve(first)).toEqual({ refusal: null, available: 2 });
  await of(id).reserve(second);
  await of(id).commit(first.checkoutId);
  await of(id).release(second.checkoutId);
  await of(id).restock(3, "delivery");
  const { onHand, owed, movements } = await of(id).peek();
  expect([onHand, owed]).toEqual([1, 0]);
  expect(movements.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(onHand);
});

test("members see and change the stock of their merchant, and nobody else", async () => {
  const [ada, eve] = [await shop(), await shop()];
  const path = `/variants/${await variantOf(ada)}/stock`;
  const delivery = { delta: 7, reason: "delivery 4711" };
  const key = { "idempotency-key": newId() };
  const booked = await data(200, ada.api.post(path, delivery, key));
  expect(booked).toMatchObject({ onHand: 12, available: 12 });
  expect(booked.movements[0]).toMatchObject({
    quantity: 7,
    reason: "delivery 4711",
    actorId: ada.id,
  });
  await ada.api.post(path, delivery, key);
  expect(await data(200, ada.api.get(path))).toMatchObject({ onHand: 12 });
  expect((await ada.api.post(path, { delta: -13, reason: "lost" })).body.code).toBe(
    "stock_below_held",
  );
  expect((await ada.api.post(path, { delta: 0, reason: "none" })).status).toBe(422);
  for (const answer of [await eve.api.get(path), await eve.api.post(path, delivery)])
    expect([answer.status, answer.body.code]).toEqual([404, "variant_not_found"]);
});

test("a product tells its variants how they may be oversold", async () => {
  const ada = await shop();
  const sku = newSku();
  const terms = { sku, prices: [euros(100)], stock: 0, oversell: "deny" };
  const product = await addProduct(ada, { variants: [terms] });
  const { id } = product.variants[0];
  await of(id).restock(1, "first");
  await vi.waitFor(async () => expect((await inventoryOf(id))?.version).not.toBe(0));
  const change = { variants: [{ ...terms, oversell: "untracked" }] };
  await data(200, ada.api.patch(`/products/${product.id}`, change));
  await vi.waitFor(
    async () => expect(await of(id).reserve(request(50))).toMatchObject({ refusal: null }),
    { timeout: 8_000, interval: 200 },
  );
});
