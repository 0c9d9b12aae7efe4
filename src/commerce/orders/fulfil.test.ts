import { expect, test } from "vitest";
import { data } from "../../testing/api";
import { person } from "../../testing/people";
import { buyer, fill, order, paidOrder, shopWith } from "./testing";

test("an order is shipped in parcels by each merchant and completed when all have arrived", async () => {
  const [lamps, desks] = [await shopWith(9), await shopWith(9)];
  const ada = await buyer(lamps.variantId, 3);
  await fill(ada, desks.variantId, 1);
  const { id } = await paidOrder(ada);
  const ship = (shop: typeof lamps, quantity: number) =>
    shop.owner.api.post(`/orders/${id}/fulfilments`, {
      lines: [{ variantId: shop.variantId, quantity }],
      carrier: "DHL",
      trackingNumber: "00340",
    });
  const first = await data(201, ship(lamps, 2));
  expect(first).toMatchObject({
    status: "processing",
    parts: [{ fulfilment: "partial" }],
    fulfilments: [{ carrier: "DHL", deliveredAt: null }],
  });
  expect((await ship(lamps, 2)).body.code).toBe("shipped_already");
  await data(201, ship(lamps, 1));
  await data(200, lamps.owner.api.post(`/orders/${id}/deliver`, {}));
  await data(201, ship(desks, 1));
  const done = await data(200, desks.owner.api.post(`/orders/${id}/deliver`, {}));
  expect(done.status).toBe("completed");
  const seen = await data(200, ada.api.get(`/orders/${id}`));
  expect(seen.history.map(({ status }: { status: string }) => status)).toEqual([
    "pending_payment",
    "paid",
    "processing",
    "completed",
  ]);
  expect(seen.fulfilments).toHaveLength(3);
  const again = await desks.owner.api.post(`/orders/${id}/deliver`, {});
  expect(again.body.code).toBe("nothing_to_deliver");
  expect((await ada.api.post(`/orders/${id}/cancel`, {})).body.code).toBe("not_cancellable");
});

test("nobody ships what is not their merchant's, nor what is not paid", async () => {
  const { owner, variantId } = await shopWith(4);
  const ada = await buyer(variantId);
  const { order: unpaid } = await data(201, order(ada));
  const parcel = { lines: [{ variantId, quantity: 1 }] };
  const ship = (who: { api: typeof owner.api }, id: string) =>
    who.api.post(`/orders/${id}/fulfilments`, parcel);
  expect((await ship(owner, unpaid.id)).status).toBe(404);
  await data(
    200,
    ada.api.post("/payments/confirm", { orderId: unpaid.id, paymentMethod: "pm_card_visa" }),
  );
  const eve = await person();
  for (const answer of [await ship(eve, unpaid.id), await ship(ada, unpaid.id)])
    expect([answer.status, answer.body.code]).toEqual([404, "not_yours_to_ship"]);
  const racers = await Promise.all(Array.from({ length: 8 }, () => ship(owner, unpaid.id)));
  expect(racers.filter(({ status }) => status === 201)).toHaveLength(1);
});
