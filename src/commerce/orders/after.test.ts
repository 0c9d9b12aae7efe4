import { expect, test, vi } from "vitest";
import { api, data, type Json } from "../../testing/api";
import { person } from "../../testing/people";
import { buyer, guest, order, paidOrder, pay, shopWith } from "./testing";

const soon = { timeout: 8_000, interval: 100 };

async function mailsTo(address: string): Promise<string[]> {
  const mails = await data(
    200,
    api().get("//dev/mailbox?limit=100", { accept: "application/json" }),
  );
  return mails
    .filter((mail: Json) => JSON.stringify(mail.to).includes(address))
    .map((mail: Json) => mail.subject);
}

test("a paid order is confirmed by one mail, and counts for the product", async () => {
  const { variantId, productId } = await shopWith(9);
  const ada = await buyer(variantId, 3);
  const early = await ada.api.post(`/products/${productId}/reviews`, { rating: 5, text: "Bright" });
  expect(early.status).toBe(403);
  const { number } = await paidOrder(ada);
  await vi.waitFor(
    async () => expect(await mailsTo(ada.email)).toContain(`We have received order ${number}`),
    soon,
  );
  await vi.waitFor(
    async () =>
      expect(
        (await ada.api.post(`/products/${productId}/reviews`, { rating: 5, text: "Bright" }))
          .status,
      ).toBe(201),
    soon,
  );
});

test("a guest's order is mailed to the address left with it and goes along when the guest signs in", async () => {
  const { variantId } = await shopWith(3);
  const visitor = await guest(variantId);
  const refused = await order(visitor);
  expect(refused.body.code).toBe("email_required");
  const email = `guest.${crypto.randomUUID().slice(0, 8)}@example.com`;
  const { order: placed } = await data(201, order(visitor, { email }));
  const { number } = (await data(200, pay(visitor, placed.id))).order;
  await vi.waitFor(
    async () => expect(await mailsTo(email)).toContain(`We have received order ${number}`),
    soon,
  );
  const ada = await person();
  const credentials = { email: ada.email, password: ada.password };
  await data(200, visitor.api.post("/auth/login", credentials));
  await vi.waitFor(
    async () => expect(await data(200, ada.api.get("/orders"))).toMatchObject([{ id: placed.id }]),
    soon,
  );
});
