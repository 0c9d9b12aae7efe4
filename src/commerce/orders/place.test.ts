import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { data } from "../../testing/api";
import { person } from "../../testing/people";
import { buyer, fill, guest, home, key, order, paidOrder, pay, shopWith } from "./testing";

const stockOf = (variantId: string) => env.SKU_STOCK.getByName(variantId).peek();

test("a cart becomes an order that is paid, numbered and taken from the stock", async () => {
  const { variantId } = await shopWith(5);
  const ada = await buyer(variantId, 2);
  const placed = await data(201, order(ada, { note: "Ring twice" }));
  expect(placed.order).toMatchObject({
    status: "pending_payment",
    payment: "unpaid",
    number: null,
    total: { amount: 9800, currency: "EUR" },
    lines: [{ variantId, quantity: 2 }],
    history: [{ sequence: 1, status: "pending_payment" }],
  });
  expect(placed.payment).toMatchObject({ status: "requires_payment" });
  expect(placed.payment.clientSecret).toContain(placed.payment.id);
  expect(await stockOf(variantId)).toMatchObject({ onHand: 5, held: 2 });

  const paid = await data(200, pay(ada, placed.order.id));
  expect(paid.payment.status).toBe("succeeded");
  expect(paid.order).toMatchObject({ status: "paid", payment: "paid" });
  expect(paid.order.number).toBeGreaterThan(1000);
  expect(await stockOf(variantId)).toMatchObject({ onHand: 3, held: 0 });
  expect((await data(200, ada.api.get("/cart"))).lines).toEqual([]);
  expect(await data(200, ada.api.get("/orders"))).toMatchObject([{ id: placed.order.id }]);
});

test("of thirty buyers of ten units exactly ten get an order", async () => {
  const { variantId } = await shopWith(10);
  const buyers = await Promise.all(Array.from({ length: 30 }, () => guest(variantId)));
  const email = "guest@example.com";
  const answers = await Promise.all(buyers.map((who) => order(who, { email })));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(10);
  const refused = answers.filter(({ status }) => status !== 201);
  for (const { status, body } of refused)
    expect([status, body.code]).toEqual([409, "insufficient_stock"]);
  expect(await stockOf(variantId)).toMatchObject({ onHand: 10, held: 10, available: 0 });
});

test("a repetition with the same key is the same order, twenty times at once too", async () => {
  const { variantId } = await shopWith(50);
  const ada = await buyer(variantId);
  const same = key();
  const answers = await Promise.all(Array.from({ length: 20 }, () => order(ada, {}, same)));
  const ids = answers.filter(({ status }) => status === 201).map(({ data: got }) => got.order.id);
  expect(new Set(ids).size).toBe(1);
  expect(ids.length).toBeGreaterThan(0);
  expect(await stockOf(variantId)).toMatchObject({ held: 1 });
  const other = await order(ada, { note: "another body" }, same);
  expect([other.status, other.body.code]).toEqual([422, "idempotency_key_reused"]);
});

test("an order needs a key, a filled cart and goods that are there", async () => {
  const { variantId } = await shopWith(1);
  const ada = await person();
  const bare = await ada.api.post("/orders", { shippingAddress: home });
  expect([bare.status, bare.body.code]).toEqual([428, "idempotency_key_required"]);
  expect((await order(ada)).body.code).toBe("cart_empty");
  await fill(ada, variantId, 3);
  const short = await order(ada);
  expect([short.status, short.body.code]).toEqual([409, "insufficient_stock"]);
  expect(short.body.lines).toMatchObject([{ variantId, available: 1 }]);
});

test("a declined payment leaves the order payable with another method", async () => {
  const { variantId } = await shopWith(2);
  const ada = await buyer(variantId);
  const { order: placed } = await data(201, order(ada));
  const declined = await pay(ada, placed.id, "pm_card_chargeDeclinedInsufficientFunds");
  expect([declined.status, declined.body.code]).toEqual([402, "payment_declined"]);
  expect(declined.body.declineCode).toBe("insufficient_funds");
  expect((await data(200, pay(ada, placed.id))).order.status).toBe("paid");
});

test("the same purchase again is told of the order that already asks for it, and another one replaces it", async () => {
  const { variantId } = await shopWith(9);
  const ada = await buyer(variantId);
  const first = await data(201, order(ada));
  const twin = await data(201, order(ada));
  expect(twin.order.id).toBe(first.order.id);
  await fill(ada, variantId, 1);
  const second = await data(201, order(ada));
  expect(second.order.id).not.toBe(first.order.id);
  expect((await data(200, ada.api.get(`/orders/${first.order.id}`))).status).toBe("cancelled");
  expect(await stockOf(variantId)).toMatchObject({ held: 2 });
});

test("an unpaid order is cancelled with its payment, a paid one refunded and restocked", async () => {
  const { variantId } = await shopWith(4);
  const ada = await buyer(variantId);
  const { order: placed } = await data(201, order(ada));
  const cancelled = await data(200, ada.api.post(`/orders/${placed.id}/cancel`, {}));
  expect(cancelled.status).toBe("cancelled");
  expect((await pay(ada, placed.id)).data.payment.status).toBe("cancelled");
  expect(await stockOf(variantId)).toMatchObject({ onHand: 4, held: 0 });

  const bob = await buyer(variantId);
  const paid = await paidOrder(bob);
  const gone = await data(200, bob.api.post(`/orders/${paid.id}/cancel`, { reason: "too late" }));
  expect(gone).toMatchObject({ status: "cancelled", payment: "refunded" });
  await vi.waitFor(
    async () => expect(await stockOf(variantId)).toMatchObject({ onHand: 4 }),
    8_000,
  );
  expect((await bob.api.post(`/orders/${paid.id}/cancel`, {})).body.code).toBe("not_cancellable");
});

test("an order of others does not exist, and a merchant sees its own part of a paid one", async () => {
  const [lamps, desks] = [await shopWith(5, 1000), await shopWith(5, 7000)];
  const ada = await buyer(lamps.variantId);
  await fill(ada, desks.variantId, 2);
  const paid = await paidOrder(ada);
  const eve = await person();
  for (const answer of [
    await eve.api.get(`/orders/${paid.id}`),
    await eve.api.post(`/orders/${paid.id}/cancel`, {}),
    await eve.api.post("/payments/intent", { orderId: paid.id }),
    await pay(eve, paid.id),
  ])
    expect([answer.status, answer.body.code]).toEqual([404, "order_not_found"]);
  const seen = await data(200, desks.owner.api.get(`/orders/${paid.id}`));
  expect(seen.lines).toMatchObject([{ variantId: desks.variantId, quantity: 2 }]);
  expect(seen.total.amount).toBe(14000);
  const listed = await data(
    200,
    lamps.owner.api.get(`/orders?merchantId=${lamps.owner.merchantId}`),
  );
  expect(listed).toMatchObject([{ id: paid.id, total: { amount: 1000 } }]);
  const foreign = await lamps.owner.api.get(`/orders?merchantId=${desks.owner.merchantId}`);
  expect(foreign.status).toBe(404);
});
