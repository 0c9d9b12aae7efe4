import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { systemContext } from "../../data/context";
import { data } from "../../testing/api";
import { buyer, order, pay, shopWith } from "../orders/testing";
import type { Checkout } from "./checkout";
import type { CheckoutState } from "./state";
import { wakeOldCheckouts } from "./sweep";

async function checkoutOf(orderId: string): Promise<DurableObjectStub<Checkout>> {
  const found = env.DB.prepare("SELECT checkout_id FROM orders WHERE id = ?").bind(orderId);
  return env.CHECKOUT.getByName((await found.first<string>("checkout_id"))!);
}

/** As if the time to pay were over. */
const expire = (checkout: DurableObjectStub<Checkout>) =>
  runInDurableObject(checkout, (_, { storage }) => {
    const state = storage.kv.get<CheckoutState>("state")!;
    storage.kv.put("state", { ...state, expiresAt: Date.now() - 1 });
  });

const statusOf = async (who: Awaited<ReturnType<typeof buyer>>, id: string) =>
  (await data(200, who.api.get(`/orders/${id}`))).status;

test("an order that nobody pays expires, and its stock is free again", async () => {
  const { variantId } = await shopWith(3);
  const ada = await buyer(variantId, 3);
  const { order: placed } = await data(201, order(ada));
  const checkout = await checkoutOf(placed.id);
  await expire(checkout);
  await runDurableObjectAlarm(checkout);
  expect(await statusOf(ada, placed.id)).toBe("expired");
  expect(await env.SKU_STOCK.getByName(variantId).peek()).toMatchObject({ held: 0, available: 3 });
  expect((await pay(ada, placed.id)).data.payment.status).toBe("cancelled");
});

test("a checkout whose alarm was lost is woken by the sweep", async () => {
  const { variantId } = await shopWith(1);
  const ada = await buyer(variantId);
  const { order: placed } = await data(201, order(ada));
  const checkout = await checkoutOf(placed.id);
  await expire(checkout);
  await runInDurableObject(checkout, (_, { storage }) => storage.deleteAlarm());
  await env.DB.prepare("UPDATE checkouts SET created_at = 0 WHERE state = 'live'").run();
  await wakeOldCheckouts(systemContext());
  expect(await statusOf(ada, placed.id)).toBe("expired");
});

test("an evicted checkout goes on where it was", async () => {
  const { variantId } = await shopWith(2);
  const ada = await buyer(variantId);
  const { order: placed } = await data(201, order(ada));
  await evictDurableObject(await checkoutOf(placed.id));
  expect((await data(200, pay(ada, placed.id))).order.status).toBe("paid");
});

test("twenty confirmations at once pay once", async () => {
  const { variantId } = await shopWith(5);
  const ada = await buyer(variantId, 2);
  const { order: placed } = await data(201, order(ada));
  const answers = await Promise.all(Array.from({ length: 20 }, () => pay(ada, placed.id)));
  for (const { status } of answers) expect(status).toBe(200);
  await vi.waitFor(async () => expect(await statusOf(ada, placed.id)).toBe("paid"));
  expect(await env.SKU_STOCK.getByName(variantId).peek()).toMatchObject({ onHand: 3, held: 0 });
  const { history } = await data(200, ada.api.get(`/orders/${placed.id}`));
  expect(history.map(({ status }: { status: string }) => status)).toEqual([
    "pending_payment",
    "paid",
  ]);
});
